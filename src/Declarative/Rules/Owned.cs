using System.Diagnostics.CodeAnalysis;
using static TorchSharp.torch;

namespace Declarative.Rules;

/// <summary>Tensors that outlive the dispose scope in which they were made.</summary>
internal static class Owned
{
    /// <summary>Takes <paramref name="value"/> out of its dispose scope and releases what the field held before.</summary>
    public static void Replace([NotNull] ref Tensor? field, Tensor value)
    {
        if (ReferenceEquals(field, value))
            return;
        Tensor? former = field;
        field = value.DetachFromDisposeScope();
        former?.Dispose();
    }
}

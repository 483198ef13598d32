using TorchSharp;
using static TorchSharp.torch;

namespace Declarative;

/// <summary>The memory that a module's parameters have before a <see cref="ParameterVector"/> takes them: where making a trainer fails, they get
/// it back, so that the trainer that had the module goes on.</summary>
internal sealed class ParameterPlaces : IDisposable
{
    private readonly (Tensor Parameter, Tensor Place)[] places;

    /// <summary>Notes it.</summary>
    public ParameterPlaces(nn.Module module) => places = [.. ParameterVector.Trainable(module)
        .Select(item => ((Tensor)item.Parameter, item.Parameter.detach().DetachFromDisposeScope()))];

    /// <summary>Gives it back.</summary>
    public void Restore()
    {
        using var noGradient = no_grad();
        foreach ((Tensor parameter, Tensor place) in places)
            parameter.set_(place);
    }

    /// <summary>Forgets it.</summary>
    public void Dispose()
    {
        foreach ((_, Tensor place) in places)
            place.Dispose();
    }
}

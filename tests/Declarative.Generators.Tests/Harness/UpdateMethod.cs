using System.Reflection;
using System.Runtime;
using static TorchSharp.torch;

namespace Declarative.Generators.Tests;

/// <summary>Runs an update rule as its author wrote it, on TorchSharp's own operators.</summary>
internal static class UpdateMethod
{
    private const long Room = 1 << 20;

    /// <summary>θ' of a step.</summary>
    /// <param name="method">The annotated method, which takes all or the first of the arguments.</param>
    /// <param name="rule">Its object.</param>
    /// <param name="arguments">θ, g and t.</param>
    /// <remarks>TorchSharp's operators make scalars that a finalizer may release while native code reads them. So there is no collection
    /// meanwhile.</remarks>
    public static Tensor Invoke(MethodInfo method, object rule, params object[] arguments)
    {
        object[] taken = arguments[..method.GetParameters().Length];
        bool isQuiet = GC.TryStartNoGCRegion(Room);
        try
        {
            return (Tensor)method.Invoke(rule, taken)!;
        }
        finally
        {
            // A method that allocates more has ended it.
            if (isQuiet && GCSettings.LatencyMode == GCLatencyMode.NoGCRegion)
                GC.EndNoGCRegion();
        }
    }
}

using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace Declarative.Interop;

/// <summary>Lets other tensors stand in for a module's parameters while it is called. A managed module reads a parameter's native handle
/// at each call, so that exchanging handles is enough: nothing is copied or registered anew. A module implemented in native code keeps its
/// own; its output then depends on the parameters themselves, which the caller has to check.</summary>
internal static class ParameterHandles
{
    /// <summary>Calls a function while others stand in.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="others">As many tensors of the same shapes; the caller keeps them alive.</param>
    /// <param name="function">The function.</param>
    public static T CallWith<T>(Tensor[] parameters, Tensor[] others, Func<T> function)
    {
        Exchange(parameters, others);
        try
        {
            return function();
        }
        finally
        {
            Exchange(parameters, others);
        }
    }

    private static void Exchange(Tensor[] parameters, Tensor[] others)
    {
        for (int i = 0; i < parameters.Length; i++)
            (HandleOf(parameters[i]), HandleOf(others[i])) = (HandleOf(others[i]), HandleOf(parameters[i]));
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "handle")]
    private static extern ref IntPtr HandleOf(Tensor tensor);
}

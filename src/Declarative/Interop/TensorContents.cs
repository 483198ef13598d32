using TorchSharp;
using static TorchSharp.torch;

namespace Declarative.Interop;

/// <summary>Gives tensors other contents, type and device and all, without replacing the tensors: whoever holds one, native code too, sees
/// the new contents, and sees the former ones again when they are given back. A module's <c>.to</c> would make new parameters, dispose the
/// old ones and part tied weights.</summary>
internal static class TensorContents
{
    private const string Script = """
        def give(tensors: List[Tensor], contents: List[Tensor]) -> Tensor:
            for i in range(len(tensors)):
                tensors[i].set_data(contents[i])
            return torch.empty([0])

        """;

    // Never disposed: TorchSharp would not free the native object anyway.
    private static readonly Lazy<jit.CompilationUnit> Unit = new(() => jit.compile(Script));

    /// <summary>Gives each tensor the contents of another one, which it shares from now on.</summary>
    /// <param name="tensors">Leaves and buffers: no graph may hold them.</param>
    /// <param name="contents">As many, without graph.</param>
    public static void Give(Tensor[] tensors, Tensor[] contents)
    {
        using var noGradient = no_grad();
        using var nothing = (Tensor)Unit.Value.invoke("give", tensors, contents);
    }
}

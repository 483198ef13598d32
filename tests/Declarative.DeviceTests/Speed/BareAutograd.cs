using static TorchSharp.torch;

namespace Declarative.DeviceTests;

/// <summary>Autograd's own calls and nothing else, through TorchScript: <c>torch.autograd.grad</c> itself ends the process on any error, too little memory
/// among them.</summary>
internal static class BareAutograd
{
    private const string Script = """
        def found(gradients: List[Optional[Tensor]]) -> List[Tensor]:
            result: List[Tensor] = []
            for gradient in gradients:
                assert gradient is not None
                result.append(gradient)
            return result

        def gradient(loss: Tensor, parameters: List[Tensor]) -> List[Tensor]:
            return found(torch.autograd.grad([loss], parameters, None, retain_graph=False, create_graph=False))

        def gradient_with_graph(loss: Tensor, parameters: List[Tensor]) -> List[Tensor]:
            return found(torch.autograd.grad([loss], parameters, None, retain_graph=True, create_graph=True))

        def product(gradients: List[Tensor], parameters: List[Tensor], directions: List[Tensor]) -> List[Tensor]:
            weights: List[Optional[Tensor]] = []
            for direction in directions:
                weights.append(direction)
            return found(torch.autograd.grad(gradients, parameters, weights, retain_graph=True, create_graph=False))

        """;

    // Never disposed: TorchSharp would not free the native object anyway.
    private static readonly Lazy<jit.CompilationUnit> unit = new(() => jit.compile(Script));

    /// <summary>The gradient of a loss with respect to each parameter, without graph.</summary>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">Autograd failed.</exception>
    public static Tensor[] Gradient(Tensor loss, Tensor[] parameters) => (Tensor[])unit.Value.invoke("gradient", loss, parameters);

    /// <summary>The same with its graph.</summary>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">Autograd failed.</exception>
    public static Tensor[] GradientWithGraph(Tensor loss, Tensor[] parameters) => (Tensor[])unit.Value.invoke("gradient_with_graph", loss, parameters);

    /// <summary>A Hessian-vector product; the graph stays.</summary>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">Autograd failed.</exception>
    public static Tensor[] Product(Tensor[] gradients, Tensor[] parameters, Tensor[] directions) =>
        (Tensor[])unit.Value.invoke("product", gradients, parameters, directions);
}

using System.Collections.Concurrent;
using Declarative.Rules;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Declarative.Interop;

/// <summary>Lets the convolutions of a model differentiate twice by the kernels that are made for it. libtorch's own double backward computes
/// the weights' part by a convolution whose kernel is a whole map and whose channels are the batch, and a part for the input even where the
/// input needs none; where oneDNN's reorders are broken, these two are also wrong.</summary>
/// <remarks>With a weight w, the double backward of a convolution needs conv(x, W) + conv(I, w) and the two single backwards, where W and I
/// are the directions of the weight's and the input's gradient.
/// A hook on each convolution puts an autograd function of this class in the place of libtorch's node. The value is the module's own
/// and is not computed again; parameters, buffers and the module's forward stay as they are.</remarks>
internal sealed class ConvolutionKernels : IDisposable
{
    private const string Script = """
        def of_both(output_gradient: Tensor, input: Tensor, weight: Tensor, geometry: Tensor) -> List[Tensor]:
            g: List[List[int]] = geometry.tolist()
            a, b, c = torch.convolution_backward(output_gradient, input, weight, None, g[0], g[1], g[2], False, [0 for _ in g[0]], g[3][0], [True, True, False])
            return [b, a]

        def of_weight(output_gradient: Tensor, input: Tensor, weight: Tensor, geometry: Tensor) -> List[Tensor]:
            g: List[List[int]] = geometry.tolist()
            a, b, c = torch.convolution_backward(output_gradient, input, weight, None, g[0], g[1], g[2], False, [0 for _ in g[0]], g[3][0], [False, True, False])
            return [b]

        def of_input(output_gradient: Tensor, input: Tensor, weight: Tensor, geometry: Tensor) -> List[Tensor]:
            g: List[List[int]] = geometry.tolist()
            a, b, c = torch.convolution_backward(output_gradient, input, weight, None, g[0], g[1], g[2], False, [0 for _ in g[0]], g[3][0], [True, False, False])
            return [a]

        def forward(input: Tensor, weight: Tensor, geometry: Tensor) -> Tensor:
            g: List[List[int]] = geometry.tolist()
            return torch.convolution(input, weight, None, g[0], g[1], g[2], False, [0 for _ in g[0]], g[3][0])

        """;

    private static readonly Lazy<jit.CompilationUnit> Unit = new(() => jit.compile(Script));

    private static readonly ConcurrentDictionary<ScalarType, bool> areRight = [];

    // An exception must not pass through native code: it would end the process.
    [ThreadStatic]
    private static Exception? failure;

    private readonly List<Action> undo = [];

    /// <summary>Hooks all convolutions of a model that pad with zeros; transposed ones stay as they are.</summary>
    public ConvolutionKernels(nn.Module model)
    {
        foreach (Convolution module in Convolutions(model))
            Hook(module);
    }

    /// <summary>Whether convolutions of a type are right on this processor: ones under ones, whose sums every type holds exactly. Where oneDNN's reorders
    /// lose the tail of a block, 17 channels of 3 x 3 do not make 153 (float32), or one channel of 5 x 5 not 25 (bfloat16).</summary>
    public static bool AreRight(ScalarType type) => areRight.GetOrAdd(type, static type =>
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        bool IsRight(long channels, long maps, long size) => HostNumbers.Read(nn.functional.conv2d(ones([4, channels, 14, 14], type), ones([maps, channels, size, size], type)))
            .All(sum => sum == channels * size * size);
        return IsRight(17, 16, 3) && IsRight(1, 6, 5);
    });

    /// <summary>Lets it be looked at anew: oneDNN has been switched off.</summary>
    public static void Forget() => areRight.Clear();

    /// <summary>Whether a model has convolutions.</summary>
    public static bool HasConvolution(nn.Module model) => Convolutions(model).Any();

    /// <summary>How many convolutions have hooks.</summary>
    public int Count => undo.Count;

    /// <summary>Why one of the functions here gave no gradient, where that is what autograd complains of; asked once.</summary>
    public static Exception? TakeFailure(Exception complaint)
    {
        Exception? taken = failure;
        failure = null;
        return complaint.Message.Contains("CSharpNode", StringComparison.Ordinal) ? taken : null;
    }

    /// <summary>Removes the hooks.</summary>
    public void Dispose()
    {
        foreach (Action one in undo)
            one();
        undo.Clear();
    }

    private static IEnumerable<Convolution> Convolutions(nn.Module model) =>
        model.modules().Prepend(model).Distinct().Where(module => module is Conv1d or Conv2d or Conv3d).Cast<Convolution>();

    private void Hook(Convolution module)
    {
        int dimensions = module is Conv1d ? 1 : module is Conv2d ? 2 : 3;
        if (module.padding_mode != PaddingModes.Zeros || module.padding_type is Padding.Same)
            return;
        Geometry geometry = Geometry.Of(module, dimensions);
        // First of all hooks: what comes out of the user's need no longer be this convolution's output.
        var hook = ModuleInternals.RegisterFirst(module, () => module.register_forward_hook((_, input, output) =>
            !output.requires_grad || input.dim() != dimensions + 2 ? output
                : First.apply(input, module.weight!, module.bias ?? (object)0L, output.detach(), geometry)));
        undo.Add(hook.remove);
    }

    // What cannot be computed (a freed graph, a weight that was changed in place) is told to autograd by a gradient of no possible shape, which it
    // refuses with an exception of its own.
    private static List<Tensor> Guarded(Func<List<Tensor>> backward)
    {
        try
        {
            return backward();
        }
        catch (Exception e)
        {
            failure = e;
            Tensor impossible = empty([0, 0, 0, 0, 0, 0, 0]);
            return [impossible, impossible, null!, null!, null!];
        }
    }

    // Stride, padding, dilation and groups, as a tensor: TorchSharp passes numbers to scripts as Scalars, which a finalizer may release before
    // they are read, and an exception here ends the process. A class of its own, as a context keeps tensors in another way. Never disposed, but
    // shared by all convolutions of one geometry: a graph that the user keeps may be differentiated when the run is over.
    private sealed class Geometry
    {
        private static readonly ConcurrentDictionary<string, Geometry> known = [];

        private Geometry(long[] all, int dimensions)
        {
            using var scope = NewDisposeScope();
            Values = tensor(all).view(4, dimensions).DetachFromDisposeScope();
        }

        public Tensor Values { get; }

        public static Geometry Of(Convolution module, int dimensions)
        {
            IEnumerable<long> Spread(long[]? values, long missing) =>
                values is { Length: > 1 } ? values : Enumerable.Repeat(values is { Length: 1 } ? values[0] : missing, dimensions);
            long[] all = [.. Spread(module.stride, 1), .. Spread(module.padding, 0), .. Spread(module.dilation, 1), .. Enumerable.Repeat(module.groups, dimensions)];
            return known.GetOrAdd(string.Join(' ', all), _ => new(all, dimensions));
        }
    }

    private sealed class First : autograd.SingleTensorFunction<First>
    {
        public override string Name => "ConvolutionOnce";

        public override Tensor forward(autograd.AutogradContext context, params object[] values)
        {
            Tensor input = (Tensor)values[0];
            context.save_for_backward([input, (Tensor)values[1]]);
            context.save_data("input", input.requires_grad);
            context.save_data("bias", values[2] is Tensor);
            context.save_data("geometry", values[4]);
            var value = (Tensor)values[3];
            // The same memory, but no view: a view that a function of this kind gives cannot be changed in place, as ReLU(inplace: true) does.
            return empty([0], value.dtype, value.device).set_(value);
        }

        public override List<Tensor> backward(autograd.AutogradContext context, Tensor outputGradient) => Guarded(() => Backward(context, outputGradient));

        private static List<Tensor> Backward(autograd.AutogradContext context, Tensor outputGradient)
        {
            List<Tensor> saved = context.get_saved_variables();
            bool ofInput = (bool)context.get_data("input");
            List<Tensor> parts = Second.apply(outputGradient, saved[0], saved[1], context.get_data("geometry"), ofInput);
            Tensor? ofBias = (bool)context.get_data("bias") ? outputGradient.sum([0, .. Enumerable.Range(2, (int)outputGradient.dim() - 2).Select(i => (long)i)]) : null;
            return [ofInput ? parts[1] : null!, parts[0], ofBias!, null!, null!];
        }
    }

    private sealed class Second : autograd.MultiTensorFunction<Second>
    {
        public override string Name => "ConvolutionTwice";

        public override List<Tensor> forward(autograd.AutogradContext context, params object[] values)
        {
            context.save_for_backward([(Tensor)values[0], (Tensor)values[1], (Tensor)values[2]]);
            context.save_data("geometry", values[3]);
            context.save_data("input", values[4]);
            return [.. Backward((bool)values[4] ? "of_both" : "of_weight", (Tensor)values[0], (Tensor)values[1], (Tensor)values[2], (Geometry)values[3])];
        }

        // With tangents I of the input's gradient and W of the weight's: conv(x, W) + conv(I, w), the input's backward of W and the weight's of I.
        public override List<Tensor> backward(autograd.AutogradContext context, List<Tensor> directions) => Guarded(() => Backward(context, directions));

        private static List<Tensor> Backward(autograd.AutogradContext context, List<Tensor> directions)
        {
            List<Tensor> saved = context.get_saved_variables();
            (Tensor outputGradient, Tensor input, Tensor weight) = (saved[0], saved[1], saved[2]);
            var geometry = (Geometry)context.get_data("geometry");
            Tensor result = Forward(input, directions[0], geometry);
            if (!(bool)context.get_data("input"))
                return [result, null!, null!, null!, null!];
            result = result.AddInPlace(Forward(directions[1], weight, geometry));
            return [result, Backward("of_input", outputGradient, input, directions[0], geometry)[0],
                Backward("of_weight", outputGradient, directions[1], weight, geometry)[0], null!, null!];
        }

        private static Tensor Forward(Tensor input, Tensor weight, Geometry geometry) =>
            (Tensor)Unit.Value.invoke("forward", input, weight, geometry.Values);

        private static Tensor[] Backward(string name, Tensor outputGradient, Tensor input, Tensor weight, Geometry geometry) =>
            (Tensor[])Unit.Value.invoke(name, outputGradient, input, weight, geometry.Values);
    }
}

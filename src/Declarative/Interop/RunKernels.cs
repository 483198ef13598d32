using TorchSharp;
using static TorchSharp.torch;

namespace Declarative.Interop;

/// <summary>Which kernels of libtorch a model runs on while a run computes hypergradients: those that can be differentiated twice, and
/// cheaply. The model itself stays as it is.</summary>
internal sealed class RunKernels : IDisposable
{
    private readonly ConvolutionKernels? convolutions;
    private readonly RecurrentKernels? recurrent;
    private IDisposable? attention;

    /// <summary>Puts the kernels for convolutions and recurrent modules in place.</summary>
    /// <param name="model">The model.</param>
    /// <param name="differentiatesTwice">Whether there is anything to differentiate twice.</param>
    public RunKernels(nn.Module model, bool differentiatesTwice)
    {
        bool isOnCpu = model.parameters().All(parameter => parameter.device_type == DeviceType.CPU);
        if (differentiatesTwice && isOnCpu)
            convolutions = new(model);
        if (differentiatesTwice && !isOnCpu && RecurrentKernels.HasRecurrent(model))
        {
            recurrent = new(model);
            Notes.Add("recurrent modules use libtorch's own kernels: those of cuDNN have no double backward");
        }
        if (isOnCpu && ConvolutionKernels.HasConvolution(model) && model.parameters().FirstOrDefault(parameter => parameter.is_floating_point()) is { dtype: var type }
            && !ConvolutionKernels.AreRight(type))
            Notes.Add($"oneDNN of this libtorch computes wrong {type.ToString().ToLowerInvariant()} convolutions on this processor for some numbers of channels and sizes of the "
                + "batch (OneDnn.Disable() switches it off, at the price of slower ones)");
        if (LibTorchMismatch.Note is { } mismatch)
            Notes.Add(mismatch);
    }

    /// <summary>What the log should say.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>Whether attention uses its composite form.</summary>
    public bool UsesCompositeAttention => attention is not null;

    /// <summary>Lets attention use its composite form from now on.</summary>
    public void UseCompositeAttention()
    {
        attention ??= AttentionKernels.UseComposite();
        Notes.Add("attention uses its composite form: the fused one has no double backward");
    }

    /// <summary>Goes back to the kernels that were there.</summary>
    public void Dispose()
    {
        convolutions?.Dispose();
        recurrent?.Dispose();
        attention?.Dispose();
    }
}

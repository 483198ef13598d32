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

    /// <summary>Whether convolutions on the CPU use kernels of their own; without, as on a GPU, they are differentiated twice by libtorch.</summary>
    public static bool UsesOwnConvolutions { get; set; } = true;

    /// <summary>Puts the kernels for convolutions and recurrent modules in place.</summary>
    /// <param name="model">The model.</param>
    /// <param name="differentiatesTwice">Whether there is anything to differentiate twice.</param>
    public RunKernels(nn.Module model, bool differentiatesTwice)
    {
        bool isOnCpu = model.parameters().All(parameter => parameter.device_type == DeviceType.CPU);
        bool isOnGpu = model.parameters().Any(parameter => parameter.device_type == DeviceType.CUDA);
        if (differentiatesTwice && isOnCpu && UsesOwnConvolutions)
            convolutions = new(model);
        if (differentiatesTwice && isOnGpu && RecurrentKernels.HasRecurrent(model))
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

    /// <summary>What a look at the model has shown that it needs besides.</summary>
    /// <param name="CompositeAttention">Attention in its composite form.</param>
    /// <param name="NoCuDnn">That cuDNN stays off for all of a run.</param>
    public readonly record struct Needs(bool CompositeAttention, bool NoCuDnn);

    /// <summary>Which of these are met.</summary>
    public Needs Met => new(attention is not null, recurrent?.IsOffForAll == true);

    /// <summary>Meets needs that are known from an earlier run.</summary>
    public void Meet(Needs needs)
    {
        if (needs.CompositeAttention)
            UseCompositeAttention();
        if (needs.NoCuDnn)
            DoWithoutCuDnn();
    }

    /// <summary>Meets what an exception asks for, where that is not met yet: attention kernels with a double backward.</summary>
    /// <returns>Whether the loss may be evaluated again.</returns>
    public bool TryMeet(Exception exception)
    {
        if (attention is not null || !AttentionKernels.IsMissing(exception))
            return false;
        UseCompositeAttention();
        return true;
    }

    /// <summary>Looks whether each recurrent module has been called in the way that hooks see, after an evaluation of the loss.</summary>
    /// <returns>Whether the loss is to be evaluated again, as kernels of cuDNN may have been in it.</returns>
    public bool MustEvaluateAgain()
    {
        if (recurrent is null or { IsOffForAll: true } or { AllWereSeen: true })
            return false;
        DoWithoutCuDnn();
        return true;
    }

    private void UseCompositeAttention()
    {
        attention = AttentionKernels.UseComposite();
        Notes.Add("attention uses its composite form: the fused one has no double backward");
    }

    private void DoWithoutCuDnn()
    {
        recurrent!.SwitchOffForAll();
        Notes.Add("cuDNN stays off for the whole run: a recurrent module is called by forward(), not by call(), so that it cannot be told when (convolutions are slower so)");
    }

    /// <summary>Goes back to the kernels that were there.</summary>
    public void Dispose()
    {
        convolutions?.Dispose();
        recurrent?.Dispose();
        attention?.Dispose();
    }
}

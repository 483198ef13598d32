using TorchSharp;

namespace Declarative.Interop;

/// <summary>The fused kernels of <c>scaled_dot_product_attention</c> have a backward but no double backward: flash attention on the CPU, and
/// flash, memory-efficient and cuDNN attention on a GPU. Its composite form, made of matrix products and a softmax, has every derivative.</summary>
/// <remarks>libtorch chooses the form when attention is called, by settings of the whole process: with four dimensions and no dropout it
/// takes a fused one wherever it may.</remarks>
internal static class AttentionKernels
{
    private static readonly ContextSwitch fused = new(() =>
    [
        new(() => torch.backends.cuda.flash_sdp_enabled(), torch.backends.cuda.enable_flash_sdp),
        .. ContextFlag.Find("userEnabledMemEfficientSDP", "setSDPUseMemEfficient"),
        .. ContextFlag.Find("userEnabledCuDNNSDP", "setSDPUseCuDNN"),
        // The composite form itself: it is on while the others are off.
        new(() => !torch.backends.cuda.math_sdp_enabled(), isOff => torch.backends.cuda.enable_math_sdp(!isOff)),
    ]);

    /// <summary>Whether an exception says that an attention kernel has no double backward.</summary>
    public static bool IsMissing(Exception exception)
    {
        const string Derivative = "derivative for aten::_";
        int at = exception.Message.IndexOf(Derivative, StringComparison.Ordinal);
        if (at < 0)
            return exception.InnerException is { } inner && IsMissing(inner);
        string rest = exception.Message[(at + Derivative.Length)..];
        string kernel = rest[..Math.Max(rest.IndexOf(' '), 0)];
        return kernel.Contains("attention", StringComparison.Ordinal) && rest[kernel.Length..].StartsWith(" is not implemented", StringComparison.Ordinal);
    }

    /// <summary>Lets the whole process use the composite form until the result is disposed; then the settings are as they were. May be
    /// nested. A graph keeps the form with which it was made.</summary>
    /// <remarks>TorchSharp can switch flash attention alone. The others are switched where libtorch exports the names of the functions,
    /// which is on Linux; elsewhere a GPU may go on with a kernel that has no double backward.</remarks>
    public static IDisposable UseComposite()
    {
        NativeLibraries.Check();
        return fused.Off();
    }
}

namespace Declarative.Interop;

/// <summary>The library of CPU kernels that libtorch computes convolutions with.</summary>
public static class OneDnn
{
    /// <summary>Switches it off for the whole process: for a processor on which its convolutions in single precision, or in bfloat16, are wrong. A run says so
    /// when it begins. Convolutions then take about twice their time.</summary>
    /// <returns>Whether that was possible; it is on Linux.</returns>
    public static bool Disable()
    {
        NativeLibraries.Check();
        ContextFlag[] found = [.. ContextFlag.Find("userEnabledMkldnn", "setUserEnabledMkldnn")];
        foreach (ContextFlag flag in found)
            flag.Enable(false);
        ConvolutionKernels.Forget();
        return found.Length > 0;
    }
}

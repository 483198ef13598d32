using Declarative.Interop;
using static TorchSharp.torch;

namespace Declarative.Tests.Interop;

public sealed class OneDnnTests
{
    // On some processors this is wrong with oneDNN; without it, it is right on all.
    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    public void Convolutions_are_right_without_it(ScalarType type)
    {
        ContextFlag[] flags = [.. ContextFlag.Find("userEnabledMkldnn", "setUserEnabledMkldnn")];
        try
        {
            _ = ConvolutionKernels.AreRight(type);
            Assert.Equal(OperatingSystem.IsLinux(), OneDnn.Disable());
            Assert.All(flags, flag => Assert.False(flag.IsEnabled()));
            // What was known before is forgotten.
            Assert.True(ConvolutionKernels.AreRight(type));
        }
        finally
        {
            foreach (ContextFlag flag in flags)
                flag.Enable(true);
            ConvolutionKernels.Forget();
        }
    }
}

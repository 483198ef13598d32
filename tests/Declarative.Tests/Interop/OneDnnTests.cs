using Declarative.Interop;
using static TorchSharp.torch;

namespace Declarative.Tests.Interop;

public sealed class OneDnnTests
{
    // On some processors this is wrong with oneDNN; without it, it is right on all.
    [Fact]
    public void Convolutions_are_right_without_it()
    {
        ContextFlag[] flags = [.. ContextFlag.Find("userEnabledMkldnn", "setUserEnabledMkldnn")];
        try
        {
            Assert.Equal(OperatingSystem.IsLinux(), OneDnn.Disable());
            Assert.All(flags, flag => Assert.False(flag.IsEnabled()));
            using var scope = NewDisposeScope();
            Assert.True(nn.functional.conv2d(ones([4, 17, 14, 14]), ones([16, 17, 3, 3])).allclose(tensor(153f)));
        }
        finally
        {
            foreach (ContextFlag flag in flags)
                flag.Enable(true);
        }
    }
}

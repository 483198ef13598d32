using System.Text;
using Declarative.Interop;

namespace Declarative.Tests.Interop;

/// <summary>What is said of the libtorch that is found, and of one that lacks something.</summary>
public sealed class LibTorchReportTests
{
    [LinuxX64Fact]
    public void The_libtorch_of_the_tests_is_the_expected_one_and_lacks_nothing()
    {
        LibTorchReport report = NativeLibraries.Examine();

        Assert.Equal(report.ExpectedVersion, report.Version);
        Assert.True(Directory.EnumerateFiles(report.Folder!, "libtorch_cpu.so*").Any());
        Assert.True(report.CanRun);
        Assert.Empty(report.MissingAtLoad);
        Assert.Empty(report.MissingAtCall);
        Assert.Null(report.Warning);
        Assert.NotEqual(report.CudaObstacle is null, report.Gpus.Count == 0);
        Assert.Contains("needed, none missing", report.ToString());
    }

    [LinuxX64Fact]
    public void What_libtorch_lacks_is_found_before_it_is_called()
    {
        NativeLibraries.Check();
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(file, TorchSharpLibrary.Spoilt(TorchSharpLibrary.CalledSymbol, TorchSharpLibrary.LoadedSymbol));

            LibTorchSymbols symbols = LibTorchSymbols.Of(file);

            Assert.Equal([TorchSharpLibrary.SpoiltCalled], symbols.MissingAtCall);
            Assert.Equal([TorchSharpLibrary.SpoiltLoaded], symbols.MissingAtLoad);
            Assert.Equal(LibTorchSymbols.Of(TorchSharpLibrary.File).Needed, symbols.Needed);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void Another_version_is_a_warning_that_names_what_is_missing()
    {
        LibTorchReport whole = new() { Folder = "folder", Version = new(2, 11, 0), Needed = 100 };
        Assert.Equal("libtorch is 2.11.0, and TorchSharp is built for 2.10.0: it has all functions that TorchSharp calls", whole.Warning);
        Assert.Contains("libtorch      2.11.0, in folder", whole.ToString());

        LibTorchReport lacking = whole with { MissingAtCall = ["at::a", "at::b", "at::c", "at::d", "at::e", "at::f", "at::g"] };
        Assert.Contains("lacks 7 functions, and a call of one ends the process", lacking.Warning);
        Assert.EndsWith("at::a, at::b, at::c, at::d, at::e, at::f, ...", lacking.Warning);
        Assert.True(lacking.CanRun);

        LibTorchReport unfit = lacking with { MissingAtLoad = ["at::h"], Obstacle = "It does not load." };
        Assert.Contains("100 needed, 8 missing", unfit.ToString());
        Assert.Contains("1 without which it does not load: at::h", unfit.ToString());
        Assert.False(unfit.CanRun);
    }

    [Fact]
    public void What_must_be_there_at_once_and_is_not_is_a_refusal_with_both_versions()
    {
        var refused = new DllNotFoundException("undefined symbol: at::h");
        Assert.Null(LibTorchMismatch.Refusal(new(9, [], ["at::g"]), new(1, 13, 1), "folder", refused));

        string message = LibTorchMismatch.Refusal(new(9, ["at::h"], []), new(1, 13, 1), "folder", refused)!.Message;
        foreach (string part in new[] { "libtorch 1.13.1 lacks 1 of the functions", "at::h", "built for libtorch 2.10.0", "folder" })
            Assert.Contains(part, message);
        Assert.StartsWith("libtorch of an unknown version", LibTorchMismatch.Refusal(new(9, ["at::h"], []), null, null, refused)!.Message);
    }

    [Theory]
    [InlineData("  - Build settings: BLAS_INFO=mkl, CUDA_VERSION=13.0, CUDNN_VERSION=9.15.1, TORCH_VERSION=2.11.0, USE_CUDA=ON, ", "2.11.0", "13.0")]
    [InlineData("PyTorch built with:\n  - Build settings: TORCH_VERSION=2.10.0, USE_CUDA=0, ", "2.10.0", null)]
    [InlineData("TORCH_VERSION=1.13, ", "1.13", null)]
    [InlineData("TORCH_VERSION=mine", null, null)]
    [InlineData("", null, null)]
    public void The_versions_are_read_from_what_libtorch_says_of_its_build(string configuration, string? version, string? cuda) =>
        Assert.Equal(new LibTorchBuild(version is null ? null : Version.Parse(version), cuda is null ? null : Version.Parse(cuda)), LibTorchBuild.Parse(configuration));
}

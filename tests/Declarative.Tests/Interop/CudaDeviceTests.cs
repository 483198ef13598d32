using Declarative.Interop;
using TorchSharp;

namespace Declarative.Tests.Interop;

/// <summary>Whatever is in the way of CUDA is said in one statement, with what to do: here with facts made up for each obstacle.</summary>
public sealed class CudaDeviceTests
{
    private static readonly CudaGpu gpu = new(0, "NVIDIA Example", new(9, 0), 80L << 30);

    /// <summary>All is well.</summary>
    private static readonly CudaFacts fine = new()
    {
        Library = new("libtorch_cuda.so", null, IsOfApplication: true),
        BuiltWith = new(12, 8),
        HasDriver = true,
        DriverVersion = new(13, 0),
        Gpus = [gpu],
        Count = 1,
    };

    // What libtorch sees of it when anything is in the way.
    private static readonly CudaFacts blocked = fine with { Count = 0 };

    [Fact]
    public void Nothing_is_said_where_nothing_is_in_the_way()
    {
        Assert.Null(CudaDiagnosis.Of(fine));
        // An older driver of the same major version will do, and so will one that does not tell its GPUs.
        Assert.Null(CudaDiagnosis.Of(fine with { DriverVersion = new(12, 2), Gpus = [] }));
    }

    [Fact]
    public void A_libtorch_for_the_CPU_is_told_by_where_it_came_from()
    {
        Says(blocked with { Library = new(null, null, IsOfApplication: true) }, "built with the libtorch for the CPU", "-p:LibTorch=cuda", "TorchSharp-cuda-");
        Says(blocked with { Library = new(null, null, IsOfApplication: false) }, "built for the CPU alone", "PyTorch's build for CUDA");
        Says(blocked with { Library = new("libtorch_cuda.so", "libcudart.so.12: cannot open", true) }, "does not load", "libcudart.so.12: cannot open");
    }

    [Fact]
    public void A_driver_that_is_missing_or_too_old_is_named()
    {
        Says(blocked with { HasDriver = false, Gpus = [] }, "no NVIDIA driver", CudaDriver.FileName, "--gpus all");
        Says(blocked with { DriverVersion = new(11, 4) }, "too old", "CUDA up to 11.4", "built with CUDA 12.8");
        Says(blocked with { StartCode = 803, StartText = "803, system has unsupported display driver" }, "cuInit returned 803, system has unsupported", "nvidia-smi");
    }

    [Fact]
    public void A_GPU_that_is_hidden_or_not_there_is_told_with_what_hides_it()
    {
        Says(blocked with { Gpus = [], StartCode = 100 }, "no GPU", "--gpus all");
        Says(blocked with { Gpus = [], StartCode = 100, VisibleDevices = "" }, "no GPU", "CUDA_VISIBLE_DEVICES, which is ''");
        Says(blocked with { Gpus = [] }, "no GPU", "nvidia-smi");
        string message = CudaDiagnosis.Of(fine with { VisibleDevices = "3" }, index: 1)!;
        foreach (string part in new[] { "no cuda:1", "cuda:0 NVIDIA Example, compute capability 9.0, 80 GiB", "CUDA_VISIBLE_DEVICES, which is '3'" })
            Assert.Contains(part, message);
    }

    [Fact]
    public void A_GPU_that_libtorch_cannot_use_is_told_with_both_versions()
    {
        Says(blocked, "offers cuda:0 NVIDIA Example", "libtorch cannot use it", "CUDA 12.8", "up to 13.0");
        Says(fine with { TrialFailure = "CUDA error: no kernel image is available for execution on the device." }, "cuda:0 NVIDIA Example", "no kernel image");
    }

    [Fact]
    public void Here_there_is_a_GPU_or_the_exception_says_why_not()
    {
        NativeLibraries.Check();
        CudaFacts facts = CudaFacts.Gather();
        if (facts.IsAvailable)
        {
            Assert.Equal(DeviceType.CUDA, CudaDevice.Get().type);
            return;
        }
        string message = Assert.Throws<CudaUnavailableException>(() => CudaDevice.Get()).Message;
        Assert.Equal($"CUDA is not available: {CudaDiagnosis.Of(facts)}", message);
        Assert.Throws<ArgumentOutOfRangeException>(() => CudaDevice.Get(-1));
        // libtorch was not asked in vain, and works.
        Assert.Equal(2, torch.ones(2).sum().item<float>());
    }

    private static void Says(CudaFacts facts, params string[] parts)
    {
        string message = CudaDiagnosis.Of(facts)!;
        foreach (string part in parts)
            Assert.Contains(part, message);
        Assert.DoesNotContain('\n', message);
    }
}

using TorchSharp;
using static TorchSharp.torch;

namespace Declarative.Interop;

/// <summary>All that decides whether there is CUDA, and what to say where there is not.</summary>
internal sealed record CudaFacts
{
    /// <summary>libtorch's library for CUDA.</summary>
    public required CudaLibrary Library { get; init; }

    /// <summary>The CUDA that libtorch was built with; null where it was built without, or does not say.</summary>
    public Version? BuiltWith { get; init; }

    /// <summary>Whether a driver is installed.</summary>
    public bool HasDriver { get; init; }

    /// <summary>The newest CUDA that the driver can run.</summary>
    public Version? DriverVersion { get; init; }

    /// <summary>The code with which the driver started, 0 for success.</summary>
    public int StartCode { get; init; }

    /// <summary>The same in the driver's words.</summary>
    public string StartText { get; init; } = "";

    /// <summary>The GPUs that the driver shows to this process.</summary>
    public IReadOnlyList<CudaGpu> Gpus { get; init; } = [];

    /// <summary>The environment's CUDA_VISIBLE_DEVICES; null where it is not set.</summary>
    public string? VisibleDevices { get; init; }

    /// <summary>Whether libtorch says that there is CUDA.</summary>
    public bool IsAvailable => Count > 0;

    /// <summary>How many GPUs libtorch can use, 0 where it says that there is no CUDA.</summary>
    public int Count { get; init; }

    /// <summary>What was said when a GPU computed something; null where it did so.</summary>
    public string? TrialFailure { get; init; }

    /// <summary>Asks. libtorch must be loaded.</summary>
    /// <param name="trialOn">The GPU that is to compute something; none by default.</param>
    public static CudaFacts Gather(int? trialOn = null)
    {
        CudaLibrary library = CudaLibrary.Load();
        var facts = new CudaFacts
        {
            Library = library,
            BuiltWith = LibTorchBuild.OfLoaded().CudaVersion,
            VisibleDevices = Environment.GetEnvironmentVariable("CUDA_VISIBLE_DEVICES"),
        };
        if (CudaDriver.Installed is { } driver)
        {
            int code = driver.Initialize();
            facts = facts with
            {
                HasDriver = true,
                DriverVersion = driver.Version,
                StartCode = code,
                StartText = code == 0 ? "" : driver.Describe(code),
                Gpus = code == 0 ? driver.Gpus() : [],
            };
        }

        // Without that library libtorch would be asked in vain, once and for all.
        if (library is { File: not null, Refusal: null } && TryInitializeDeviceType(DeviceType.CUDA))
        {
            facts = facts with { Count = cuda.device_count() };
            if (trialOn is { } index && index < facts.Count)
                facts = facts with { TrialFailure = Try(index) };
        }

        return facts;
    }

    private static string? Try(int index)
    {
        try
        {
            using var scope = NewDisposeScope();
            Tensor one = ones(1, device: new Device(DeviceType.CUDA, index));
            return one.exp().sum().item<float>() > 0 ? null : "it computed something wrong.";
        }
        catch (Exception e) when (NativeErrors.Is(e))
        {
            return NativeErrors.Sentence(e);
        }
    }
}

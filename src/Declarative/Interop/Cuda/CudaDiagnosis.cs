namespace Declarative.Interop;

/// <summary>Says why there is no CUDA, and what to do. Pure: it judges facts that others have gathered.</summary>
internal static class CudaDiagnosis
{
    private const int NoDevice = 100; // CUDA_ERROR_NO_DEVICE

    /// <summary>The first thing that is in the way.</summary>
    /// <param name="facts">What is known.</param>
    /// <param name="index">The GPU that is wanted.</param>
    /// <returns>One statement; null where nothing is in the way.</returns>
    public static string? Of(CudaFacts facts, int index = 0)
    {
        if (facts.Library.File is null)
            return OfLibTorch(facts.Library.IsOfApplication);
        if (facts.Library.Refusal is { } refusal)
            return $"libtorch's library for CUDA does not load: {refusal.TrimEnd('.')}. Install libtorch, or PyTorch, whole, with the CUDA libraries it needs.";
        if (!facts.HasDriver)
            return $"there is no NVIDIA driver here ({CudaDriver.FileName} does not load). Install one; a container sees that of its host where it is started with --gpus all.";
        if (!facts.IsAvailable)
            return OfDriver(facts);
        if (index >= facts.Count)
            return $"there is no cuda:{index}; there {(facts.Count == 1 ? "is" : "are")} {Listed(facts.Gpus)}.{Hiding(facts.VisibleDevices)}";
        return facts.TrialFailure is { } failure
            ? $"{(index < facts.Gpus.Count ? facts.Gpus[index] : $"cuda:{index}")} does not compute: {failure} {Versions(facts)}" : null;
    }

    private static string OfLibTorch(bool isOfApplication) => isOfApplication
        ? "this program was built with the libtorch for the CPU. Build it with -p:LibTorch=cuda, or, in a project of your own, reference package "
            + $"TorchSharp-cuda-{(OperatingSystem.IsWindows() ? "windows" : "linux")} in place of TorchSharp-cpu."
        : "the libtorch that was found is built for the CPU alone. Install PyTorch's build for CUDA.";

    private static string OfDriver(CudaFacts facts)
    {
        // Within one major version, programs run on older drivers.
        if (facts is { BuiltWith: { } wanted, DriverVersion: { } offered } && offered.Major < wanted.Major)
            return $"the NVIDIA driver is too old: it runs CUDA up to {offered}, and libtorch was built with CUDA {wanted}. Update the driver, or take a libtorch built with an older CUDA.";
        if (facts.StartCode == NoDevice || (facts.StartCode == 0 && facts.Gpus.Count == 0))
            return facts.VisibleDevices is null
                ? "the NVIDIA driver shows no GPU to this process. See what nvidia-smi says; a container needs --gpus all, and a batch system a job that asks for a GPU."
                : $"the NVIDIA driver shows no GPU to this process.{Hiding(facts.VisibleDevices)}";
        if (facts.StartCode != 0)
            return $"the NVIDIA driver does not start: cuInit returned {facts.StartText}. See what nvidia-smi says. {Versions(facts)}";
        return $"the NVIDIA driver started and offers {Listed(facts.Gpus)}, but libtorch cannot use {(facts.Gpus.Count == 1 ? "it" : "them")}. {Versions(facts)}";
    }

    private static string Hiding(string? visible) => visible is null ? "" : $" CUDA_VISIBLE_DEVICES, which is '{visible}', decides which.";

    private static string Versions(CudaFacts facts) =>
        $"libtorch was built with CUDA {facts.BuiltWith?.ToString() ?? "of an unknown version"}, and the driver runs CUDA up to {facts.DriverVersion?.ToString() ?? "an unknown version"}.";

    private static string Listed(IReadOnlyList<CudaGpu> gpus) => gpus.Count == 0 ? "none" : string.Join("; ", gpus);
}

using System.Reflection;
using System.Runtime.InteropServices;
using TorchSharp;

namespace Declarative.Reporting;

/// <summary>Where a run takes place, as far as its numbers and its speed depend on it. Nothing that names a machine or a person.</summary>
internal static class RunEnvironment
{
    public static IReadOnlyList<IReadOnlyList<string>> Current(TrainingPlan plan) =>
    [
        ["Declarative", Version(typeof(ITrainingObserver).Assembly)],
        ["TorchSharp", Version(typeof(torch).Assembly)],
        ["libtorch", torch.__version__],
        ["Device", plan.Device],
        ["Threads of libtorch", NumberText.Count(torch.get_num_threads())],
        [".NET", RuntimeInformation.FrameworkDescription],
        ["Operating system", $"{RuntimeInformation.OSDescription} ({RuntimeInformation.OSArchitecture})"],
        ["Processors", NumberText.Count(Environment.ProcessorCount)],
        ["Memory for .NET", $"{NumberText.Count(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 20)} MiB"],
    ];

    private static string Version(Assembly assembly) =>
        assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]
        ?? assembly.GetName().Version?.ToString() ?? "unknown";
}

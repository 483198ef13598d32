using Declarative.Benchmarks;
using TorchSharp;

// Usage: dotnet run -c Release --project tests/Declarative.Benchmarks [overhead] [optimizers] [modes] [reweighting] [estimator] [wide] [memory]
// [generator] [analyzers]; without arguments all of them. Each writes its page in results/.
torch.set_num_threads(1);
// Before this program is itself what the machine is busy with.
_ = Machine.IsQuiet;
(string Name, string Title, Action<Report> Run)[] all =
[
    ("overhead", "Forward mode over its bare autograd calls", StepOverhead.Run),
    ("optimizers", "Generated steps over TorchSharp's optimizers", OptimizerTime.Run),
    ("modes", "Forward and reverse mode over plain training", ModeTime.Run),
    ("reweighting", "A weight for each training example", ReweightingTime.Run),
    ("estimator", "Affine Hankel DMD", EstimatorTime.Run),
    ("wide", "Affine Hankel DMD on wide trajectories", EstimatorTime.RunWide),
    ("memory", "Memory", Memory.Run),
    ("generator", "The generator on 1,000 classes", GeneratorTime.Run),
    ("analyzers", "The analyzers on 1,000 classes", AnalyzerTime.Run),
];
if (args.FirstOrDefault(name => all.All(item => item.Name != name)) is { } unknown)
{
    Console.Error.WriteLine($"No benchmark is named '{unknown}'; there are {string.Join(", ", all.Select(item => item.Name))}.");
    return 2;
}
foreach ((string name, string title, Action<Report> run) in all.Where(item => args.Length == 0 || args.Contains(item.Name)))
{
    var report = new Report(name, title);
    run(report);
    report.Save();
}
return 0;

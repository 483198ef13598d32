using Declarative.Benchmarks;
using TorchSharp;

// Usage: dotnet run -c Release --project tests/Declarative.Benchmarks [overhead] [modes] [reweighting] [estimator] [wide] [memory] [generator] [analyzers]; without arguments all of them.
torch.set_num_threads(1);
string[] wanted = args.Length > 0 ? args : ["overhead", "modes", "reweighting", "estimator", "wide", "memory", "generator", "analyzers"];
foreach (string name in wanted)
{
    switch (name)
    {
        case "overhead":
            StepOverhead.Run();
            break;
        case "optimizers":
            var report = new Report("optimizers", "Generated steps against TorchSharp's optimizers");
            OptimizerTime.Run(report);
            report.Save();
            break;
        case "modes":
            ModeTime.Run();
            break;
        case "reweighting":
            ReweightingTime.Run();
            break;
        case "estimator":
            EstimatorTime.Run();
            break;
        case "wide":
            EstimatorTime.RunWide();
            break;
        case "memory":
            Memory.Run();
            break;
        case "generator":
            GeneratorTime.Run();
            break;
        case "analyzers":
            AnalyzerTime.Run();
            break;
        default:
            Console.Error.WriteLine($"No benchmark is named '{name}'; there are overhead, modes, reweighting, estimator, wide, memory, generator and analyzers.");
            return 2;
    }
}
return 0;

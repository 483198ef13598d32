using System.Diagnostics;
using Declarative.Reporting;
using Samples;
using Samples.DataReweighting;
using TorchSharp;

return SampleProgram.Run(stop =>
{
    if (Options.Parse(args) is { } options)
        Run(options, stop);
});

static void Run(Options options, CancellationToken stop)
{
    torch.Device device = SampleDevice.Of(options.Device);
    torch.set_num_threads(options.Threads);
    using FashionMnistData data = FashionMnistData.Load(options.DataFolder, device, PixelScale.Normalized);
    using CorruptedLabels labels = CorruptedLabels.Of(data.Training.Labels, options.Corrupted, options.Seed);
    if (labels.Clean.Count < Experiment.BatchSize || data.Validation.Count < Experiment.ValidationBatchSize)
        throw new InvalidDataException($"The data in '{options.DataFolder}' do not fill one batch: {labels.Clean.Count} clean training and " +
            $"{data.Validation.Count} validation images, {Experiment.BatchSize} and {Experiment.ValidationBatchSize} are needed.");

    WeightLog log = SampleProgram.Begin(options.OutputFolder, folder => new WeightLog(folder, labels));
    DistributionPicture picture = new("weights", ("clean examples", labels.Clean), ("corrupted examples", labels.Corrupted))
    {
        Title = "Fashion-MNIST with wrong labels: the weight that each example's loss has learned",
    };
    Experiment experiment = new(options, data, labels, device);
    List<MethodSummary> methods = [];
    double[] weights = [];
    foreach (string method in Experiment.Methods)
    {
        var (summary, learned) = experiment.RunMethod(method,
            method == Experiment.Learned
                ? [new ConsoleProgress(method), log.Observe(method), picture]
                : [new ConsoleProgress(method), log.Observe(method)], stop);
        methods.Add(summary);
        weights = learned ?? weights;
    }

    using Process self = Process.GetCurrentProcess();
    Summary result = new()
    {
        Seed = options.Seed,
        Threads = options.Threads,
        Steps = options.Steps,
        Window = options.Window,
        CleanExamples = labels.Clean.Count,
        CorruptedExamples = labels.Corrupted.Count,
        CleanWeight = labels.Clean.Average(example => weights[example]),
        CorruptedWeight = labels.Corrupted.Average(example => weights[example]),
        Auc = labels.Auc(weights),
        PeakMebibytes = self.PeakWorkingSet64 / 1048576.0,
        Methods = methods,
    };
    result.Save(Path.Combine(options.OutputFolder, "summary.json"));
    WeightLog.SaveWeights(Path.Combine(options.OutputFolder, "weights.csv"), weights,
        CorruptedLabels.ValuesOf(data.Training.Labels), CorruptedLabels.ValuesOf(labels.Given));
    picture.Save(Path.Combine(options.OutputFolder, "weights.png"));
    Console.Write($"\n{result.ToText()}\nwritten to {options.OutputFolder}: summary.json, trajectory.csv, weights.csv, weights.png\n");
}

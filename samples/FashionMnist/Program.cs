using Declarative;
using Declarative.Reporting;
using Samples;
using Samples.FashionMnist;
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
    if (data.Training.Count < Experiment.BatchSize || data.Validation.Count < Experiment.ValidationBatchSize)
        throw new InvalidDataException($"The data in '{options.DataFolder}' do not fill one batch: {data.Training.Count} training and " +
            $"{data.Validation.Count} validation images, {Experiment.BatchSize} and {Experiment.ValidationBatchSize} are needed.");

    CsvLog log = SampleProgram.Begin(options.OutputFolder,
        folder => new CsvLog(Path.Combine(folder, "trajectory.csv"), append: options.CheckpointFolder is not null));
    TrajectoryPicture picture = new($"Fashion-MNIST, {options.Model}: what training learned about its own settings");
    Experiment experiment = new(options, data, device);
    List<MethodSummary> methods = [];
    string written = "summary.json, trajectory.csv";
    bool isTrained = false;
    foreach (string method in options.Methods)
    {
        (MethodSummary ofMethod, bool isOfMethod) = experiment.RunMethod(method,
            [new ConsoleProgress(method), log.Observe(method), picture.Observe(method), .. Reports(options, method)], stop);
        methods.Add(ofMethod);
        isTrained |= isOfMethod;
    }

    Summary summary = new()
    {
        Device = device.ToString(),
        Model = options.Model,
        Seed = options.Seed,
        Threads = options.Threads,
        Stride = Experiment.Stride,
        Horizon = options.Steps,
        Methods = methods,
    };
    summary.Save(Path.Combine(options.OutputFolder, "summary.json"));
    if (isTrained)
    {
        picture.Save(Path.Combine(options.OutputFolder, "trajectory.png"));
        written += ", trajectory.png";
    }
    Console.Write($"\n{summary.ToTable()}\nwritten to {options.OutputFolder}: {written}\n");
}

static ITrainingObserver[] Reports(Options options, string method) => options.ReportFolder is not { } reports ? []
    : SampleProgram.Begin<ITrainingObserver[]>("--report", Path.Combine(reports, method), folder =>
    [
        new CsvLog(Path.Combine(folder, "trajectory.csv")).Observe(method),
        new TensorBoardLog(folder),
        new HtmlReport(Path.Combine(folder, "report.html"), $"{options.Model} on Fashion-MNIST, {method}"),
    ]);

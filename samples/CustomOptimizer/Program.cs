using System.CommandLine;
using Declarative;
using Declarative.Reporting;
using Samples;
using Samples.CustomOptimizer;
using TorchSharp;
using static TorchSharp.torch.nn.functional;

return SampleProgram.Run(stop =>
{
    Option<int> steps = SampleOptions.Number("--steps", "Training steps.", 2000, smallest: 1);
    Option<string> device = SampleDevice.Option(), output = SampleOptions.Output("trajectory.csv and trajectory.png");
    RootCommand command = new("Trains a network on Fashion-MNIST with an update rule of its own, and learns all of the rule's settings.") { steps, device, output };
    if (SampleOptions.Read(command, args) is { } parsed)
        Run(parsed.GetValue(steps), parsed.GetValue(device)!, SampleOptions.OutputFolderOf(parsed, output), stop);
});

static void Run(int steps, string asked, string folder, CancellationToken stop)
{
    torch.Device device = SampleDevice.Of(asked);
    torch.set_num_threads(1);
    using FashionMnistData data = FashionMnistData.Load(device: device, scale: PixelScale.Normalized);
    CsvLog log = SampleProgram.Begin(folder, folder => new CsvLog(Path.Combine(folder, "trajectory.csv")));
    TrajectoryPicture picture = new("SoftSign on Fashion-MNIST: five settings of an own update rule, learned");

    List<string[]> methods = [["method", "test accuracy", "test loss", "seconds"]], settings = [["setting", "start", "end"]];
    foreach (string method in (string[])["fixed", "learned"])
    {
        using Mlp model = new(seed: 0);
        model.to(device);
        BilevelProblem problem = new(model, new SoftSign(),
            training: batch => cross_entropy(model.call(batch.Inputs), batch.Targets),
            validation: batch => cross_entropy(model.call(batch.Inputs), batch.Targets));
        if (method == "fixed")
            problem.Hyperparameters.Fix();
        double[] start = [.. problem.Hyperparameters.Select(setting => setting.Value)];

        using TensorBatchSource training = new(data.Training.Inputs, data.Training.Labels, batchSize: 100);
        using TensorBatchSource validation = new(data.Validation.Inputs, data.Validation.Labels, batchSize: 500, seed: 1);
        using BilevelTrainer trainer = new(problem, training, validation, new GlocalOptions { Window = Math.Min(10, steps) });
        TrainingResult result = trainer.Run(steps, [new ConsoleProgress(method), log.Observe(method), picture.Observe(method)], cancellation: stop);

        Evaluation test = Evaluation.Of(model, data.Test);
        methods.Add([method, TextTable.Percent(test.Accuracy), TextTable.Loss(test.Loss), TextTable.Seconds(result.Elapsed.TotalSeconds)]);
        if (method == "learned")
            settings.AddRange(problem.Hyperparameters.Zip(start, (setting, from) =>
                new[] { setting.Name, TextTable.Setting(from), TextTable.Setting(setting.Value) }));
    }
    picture.Save(Path.Combine(folder, "trajectory.png"));
    Console.Write($"\n{TextTable.Of(methods, 1..)}\n{TextTable.Of(settings, 1..)}\nwritten to {folder}: trajectory.csv, trajectory.png\n");
}

using Declarative.Koopman;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Declarative.DeviceTests;

/// <summary>Every kind of hyperparameter: tensors that a loss reads, values per tensor, per segment and on a schedule, and groups.</summary>
internal static class HyperparameterChecks
{
    private const int Steps = 5, Examples = 24;

    public static IReadOnlyList<DeviceCheck> All { get; } =
    [
        DeviceCheck.InAll("hyperparameters: a weight per example, gathered on the device", (place, found) => CompareModes(place, found, Weighted)),
        DeviceCheck.InFloat64("finite differences: a weight per example", (place, found) => Differ(place, found, Weighted)),
        DeviceCheck.InFloat64("finite differences: temperature, class weights, decays, noise", (place, found) => Differ(place, found, Rich)),
        DeviceCheck.InFloat64("finite differences: per tensor, per segment, on a schedule", (place, found) => Differ(place, found, Planned, firstStep: 10)),
        DeviceCheck.InAll("hyperparameters: groups with rules of their own", (place, found) => CompareModes(place, found, Grouped)),
        DeviceCheck.InFloat64("finite differences: groups with rules of their own", (place, found) => Differ(place, found, Grouped)),
    ];

    private static BilevelProblem Weighted(Sequential model)
    {
        var weighted = new ReweightedLoss(model, Examples);
        var shaped = new ShapedLoss(model, weighted);
        return new(model, new Sgd(), shaped.Training, shaped.Validation, [weighted, shaped]);
    }

    private static BilevelProblem Rich(Sequential model)
    {
        var loss = new RichLoss(model);
        return new(model, new Sgd(), loss.Training, batch => cross_entropy(model.call(batch.Inputs), batch.Targets), [loss]);
    }

    private static BilevelProblem Planned(Sequential model)
    {
        var rule = new Adam();
        rule.Hyperparameters["learningRate"].PerTensor(model).PerSegment(12, 20).Follow(Schedule.Cosine(40));
        return SmallProblem.Problem(model, rule);
    }

    // One with a number among its states, one that scales its steps tensor by tensor.
    private static BilevelProblem Grouped(Sequential model)
    {
        Tensor Loss(Batch batch) => cross_entropy(model.call(batch.Inputs), batch.Targets);
        return new(model, [new("head", new NAdam(), name => name.StartsWith("second")), new("body", new Lars(), name => name.StartsWith("first"))], Loss, Loss);
    }

    private static void CompareModes(Place place, Comparisons found, Func<Sequential, BilevelProblem> create)
    {
        WindowReport Run(Place at, GlocalOptions options)
        {
            using var scope = NewDisposeScope();
            using var small = new SmallProblem(at);
            using Sequential model = small.CreateModel();
            var recorder = new WindowRecorder();
            using var trainer = new BilevelTrainer(create(model), small.Training, small.Validation,
                options with { Window = Steps + 1, Estimator = new LastSampleEstimator() });
            trainer.Run(Steps, [recorder]);
            return recorder.Windows.Single();
        }
        WindowReport expected = Run(Place.Reference, ModeOptions.All[0].Options);
        foreach ((string name, GlocalOptions options) in ModeOptions.All)
            found.Close(name, expected.Local, Run(place, options).Local, Bar.OfRun(place));
    }

    private static void Differ(Place place, Comparisons found, Func<Sequential, BilevelProblem> create, long firstStep = 0)
    {
        using var small = new SmallProblem(place);
        using Sequential model = small.CreateModel();
        FiniteDifferences.Compare(create(model), small.Training, small.Validation, found, new() { FirstStep = firstStep, Steps = Steps, Coordinates = 12 });
    }
}

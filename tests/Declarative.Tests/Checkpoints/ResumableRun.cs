using System.Security.Cryptography;
using Declarative.Interop;
using Declarative.Koopman;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Declarative.Tests.Checkpoints;

/// <summary>A run in which all that can be part of one is: batch norm, dropout, a frozen layer, two groups with rules that remember tensors and numbers,
/// values per tensor and per segment, a schedule, and a loss with weights.</summary>
internal sealed class ResumableRun : IDisposable
{
    public const int Steps = 57, Window = 5;

    private readonly Sequential model;
    private readonly TensorBatchSource training;
    private readonly TensorBatchSource validation;
    private readonly DisposeScope scope;

    /// <param name="options">How it tunes; <see cref="Window"/> is put in.</param>
    /// <param name="initial">Decides what the model begins with: what is resumed must not depend on it.</param>
    /// <param name="dataSeed">Decides the order of the data.</param>
    /// <param name="isPlain">Whether nothing is learned.</param>
    /// <param name="only">What alone is learned; null for all numbers.</param>
    /// <param name="schedule">That of the head's learning rate.</param>
    public ResumableRun(GlocalOptions options, int initial = 1, int dataSeed = 5, bool isPlain = false, string? only = null, Schedule? schedule = null)
    {
        scope = NewDisposeScope();
        using var data = new Generator(3);
        Tensor inputs = randn([60, 6], generator: data), labels = randint(0, 3, [60], dtype: ScalarType.Int64, generator: data);
        random.manual_seed(initial).Dispose();
        Linear first = nn.Linear(6, 5), frozen = nn.Linear(5, 5), last = nn.Linear(5, 3);
        frozen.weight!.requires_grad = false;
        frozen.bias!.requires_grad = false;
        model = nn.Sequential(("first", first), ("norm", nn.BatchNorm1d(5)), ("frozen", frozen), ("tanh", nn.Tanh()), ("dropout", nn.Dropout(.2)), ("last", last));
        var body = new NAdam();
        var head = new Sgd();
        body.Hyperparameters["learningRate"].Value = .01;
        head.Hyperparameters["learningRate"].PerTensor(last);
        head.Hyperparameters["momentum"].Value = .5;
        head.Hyperparameters["momentum"].PerSegment(12, 33);
        ((NumberHyperparameter)head.Hyperparameters["learningRate"]).Follow(schedule ?? Schedule.Cosine(200));
        Loss = new WeightedLoss(model, 50);
        Problem = new BilevelProblem(model, [new("head", head, name => name.StartsWith("last")), new("body", body, name => !name.StartsWith("last"))],
            batch => Source!.Fails || FailsWhen() ? Loss.Training(batch) * float.NaN
                : Source.Last < WeightsUntil ? Loss.Training(batch) : cross_entropy(model.call(batch.Inputs), batch.Targets), batch => cross_entropy(model.call(batch.Inputs), batch.Targets), [Loss]);
        if (isPlain || only is not null)
            Problem.Hyperparameters.Fix();
        else
            Problem.Hyperparameters["weights"].Fix();
        if (only is not null)
            Problem.Hyperparameters[only].Learn();
        training = new(inputs[..50], labels[..50], 10, dataSeed);
        validation = new(inputs[50..], labels[50..], 5, 9);
        Source = new(training);
        Trainer = new(Problem, Source, validation, options with { Window = Window });
    }

    public BilevelProblem Problem { get; }

    public WeightedLoss Loss { get; }

    /// <summary>Whether the training loss is NaN now.</summary>
    public Func<bool> FailsWhen { get; set; } = () => false;

    /// <summary>The step from which the training loss leaves its weights alone.</summary>
    public long WeightsUntil { get; set; } = long.MaxValue;

    public StoppingSource Source { get; }

    public BilevelTrainer Trainer { get; }

    public WindowRecorder Recorder { get; } = new();

    /// <summary>Every number that the run has come to, as text: equal only where all bits are.</summary>
    public string State()
    {
        using var inner = NewDisposeScope();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach ((string name, Tensor value) in model.state_dict())
            hash.AppendData(value.detach().contiguous().bytes);
        hash.AppendData(Loss.Weights.detach().bytes);
        return $"{Convert.ToHexString(hash.GetHashAndReset())} {string.Join(' ', Problem.Hyperparameters.SelectMany(item => item.Values.ToArray()).Select(value => value.ToString("R")))} "
            + Trainer.Steps;
    }

    /// <summary>What the windows from a step on reported, to the last bit.</summary>
    public string[] WindowsAfter(long step) => [.. Recorder.Windows.Where(window => window.Step > step).Select(window =>
        $"{window.Window} {window.Step} {window.TrainingLoss:R} {window.ValidationLoss:R} [{Text(window.Values)}] [{Text(window.Local)}] [{Text(window.Estimate)}] {string.Join("; ", window.Decisions)}")];

    public void Dispose()
    {
        Trainer.Dispose();
        training.Dispose();
        validation.Dispose();
        model.Dispose();
        scope.Dispose();
    }

    private static string Text(double[] values) => string.Join(' ', values.Select(value => value.ToString("R")));
}

/// <summary>Asks a run to stop when the batch of some step is drawn, or spoils a step once.</summary>
internal sealed class StoppingSource(IBatchSource inner) : IBatchSource
{
    private readonly CancellationTokenSource source = new();
    private int failures;

    public long StopAt { get; set; } = long.MaxValue;

    public long FailAt { get; set; } = -1;

    /// <summary>The step whose batch was drawn last.</summary>
    public long Last { get; private set; } = -2;

    /// <summary>Whether batches are spoilt by TorchSharp's random numbers.</summary>
    public bool IsNoisy { get; set; }

    public CancellationToken Token => source.Token;

    // The window fails, and again when it is looked at; then it does not.
    public bool Fails => Last == FailAt && failures++ < 2;

    public Batch At(long step)
    {
        Last = step;
        if (step >= StopAt)
            source.Cancel();
        Batch batch = inner.At(step);
        return IsNoisy ? batch with { Inputs = batch.Inputs + randn_like(batch.Inputs) } : batch;
    }

    public void Stop() => source.Cancel();
}

/// <summary>A loss with a weight for each example.</summary>
public sealed partial class WeightedLoss(nn.Module<Tensor, Tensor> model, int examples)
{
    private int Examples => examples;

    [Hyperparameter(0.5, Domain.UnitInterval, Size = nameof(Examples))] private Tensor weights;

    public Tensor Weights => weights;

    public Tensor Training(Batch batch) =>
        (weights.index_select(0, batch.Indices) * cross_entropy(model.call(batch.Inputs), batch.Targets, reduction: nn.Reduction.None)).mean();
}

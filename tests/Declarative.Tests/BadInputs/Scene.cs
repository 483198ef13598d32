using System.Globalization;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Declarative.Tests.BadInputs;

/// <summary>A trainer at work on a good problem, in each part of which a bad input can put something else: a network with a convolution and a
/// batch norm in float64, whose loss has a hyperparameter of its own.</summary>
public sealed class Scene : IDisposable
{
    /// <summary>The steps of a window.</summary>
    public const int Window = 2;

    private readonly DisposeScope scope = NewDisposeScope();
    private readonly SmallProblem data = new();
    private readonly GlocalOptions options;

    public Scene(GlocalOptions options)
    {
        this.options = options;
        Model = NewModel(data);
        (Training, Validation, Batches, ValidationBatches) = (GoodTraining, GoodValidation, GoodBatch, GoodBatch);
        Problem = NewProblem();
        Trainer = NewTrainer();
    }

    public Sequential Model { get; }

    public Linear Last => (Linear)Model.children().Last();

    public Sgd Rule { get; } = new();

    public TrainingScale Scale { get; } = new();

    public Scalar Half { get; } = .5.ToScalar();

    public Scalar Nine { get; } = 9L.ToScalar();

    public BilevelProblem Problem { get; }

    public BilevelTrainer Trainer { get; private set; }

    /// <summary>The training loss.</summary>
    public Func<Batch, Tensor> Training { get; set; }

    /// <summary>The validation loss.</summary>
    public Func<Batch, Tensor> Validation { get; set; }

    /// <summary>The training batch of a step.</summary>
    public Func<long, Batch> Batches { get; set; }

    /// <summary>The validation batch of a window.</summary>
    public Func<long, Batch> ValidationBatches { get; set; }

    /// <summary>What the loss should be.</summary>
    public Tensor GoodTraining(Batch batch) => cross_entropy(Model.call(batch.Inputs), batch.Targets).mul(Scale.Scale);

    public Tensor GoodValidation(Batch batch) => cross_entropy(Model.call(batch.Inputs), batch.Targets);

    public Batch GoodBatch(long index)
    {
        using Tensor indices = arange(index % 3 * 8, index % 3 * 8 + 8);
        return new(data.Inputs.index_select(0, indices), data.Labels.index_select(0, indices), indices.alias());
    }

    /// <summary>A problem like the scene's, of any other part.</summary>
    public BilevelProblem NewProblem(IUpdateRule? rule = null, nn.Module? model = null, IEnumerable<IHyperparameterOwner>? owners = null) =>
        new(model ?? Model, rule ?? Rule, batch => Training(batch), batch => Validation(batch), owners ?? [Scale]);

    /// <summary>A trainer like the scene's, of any other part.</summary>
    public BilevelTrainer NewTrainer(BilevelProblem? problem = null, GlocalOptions? options = null) =>
        new(problem ?? Problem, new Source(step => Batches(step)), new Source(draw => ValidationBatches(draw)), options ?? this.options);

    /// <summary>Two windows.</summary>
    public void Run() => Trainer.Run(2 * Window);

    /// <summary>Has the scene's trainer run on a problem of other parts; it is given back in any case.</summary>
    public void RunOther(BilevelProblem problem, GlocalOptions? options = null)
    {
        using BilevelTrainer other = NewTrainer(problem, options);
        other.Run(2 * Window);
    }

    public void ReplaceTrainer()
    {
        Trainer.Dispose();
        Trainer = NewTrainer();
    }

    /// <summary>Puts the good losses and batches back.</summary>
    public void Repair() => (Training, Validation, Batches, ValidationBatches) = (GoodTraining, GoodValidation, GoodBatch, GoodBatch);

    /// <summary>All that a bad input must not change, to the last bit.</summary>
    public string Snapshot()
    {
        using var local = NewDisposeScope();
        string Written(IEnumerable<double> values) => string.Join(" ", values.Select(value => value.ToString("R", CultureInfo.InvariantCulture)));
        string Tensors(IEnumerable<(string Name, Tensor Tensor)> named) => string.Join("\n", named.Select(item =>
            $"{item.Name} {item.Tensor.dtype} {item.Tensor.requires_grad}: {Written(item.Tensor.detach().to(ScalarType.Float64).reshape(-1).data<double>().ToArray())}"));
        return string.Join("\n",
            $"steps {Trainer.Steps}",
            Tensors(Model.named_parameters().Select(item => (item.name, (Tensor)item.parameter))),
            Tensors(Model.named_buffers().Select(item => (item.name, item.buffer))),
            string.Join("\n", Problem.Hyperparameters.Select(item => $"{item} {item.IsLearned}: {Written(item.Values.ToArray())}")),
            $"training {string.Join(" ", Model.modules().Select(module => module.training))}");
    }

    public void Dispose()
    {
        Trainer.Dispose();
        data.Dispose();
        scope.Dispose();
    }

    // 5 inputs, as 2 channels of 5; 3 classes.
    private static Sequential NewModel(SmallProblem data)
    {
        Sequential model = nn.Sequential(("unflatten", nn.Unflatten(1, [1, 5])), ("convolution", nn.Conv1d(1, 2, 3, padding: 1, dtype: ScalarType.Float64)),
            ("flatten", nn.Flatten()), ("norm", nn.BatchNorm1d(10, dtype: ScalarType.Float64)), ("tanh", nn.Tanh()),
            ("last", nn.Linear(10, 3, dtype: ScalarType.Float64)));
        using var local = NewDisposeScope();
        using var noGradient = no_grad();
        using var generator = new Generator(11);
        foreach (Parameter parameter in model.parameters())
            parameter.copy_(randn(parameter.shape, dtype: ScalarType.Float64, generator: generator) * .5);
        return model;
    }

    private sealed class Source(Func<long, Batch> at) : IBatchSource
    {
        public Batch At(long step) => at(step);
    }
}

/// <summary>A factor on the training loss.</summary>
public sealed partial class TrainingScale
{
    [Hyperparameter(1, Domain.Positive)] private Tensor scale;

    public Tensor Scale => scale;
}

using Declarative.Koopman;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Declarative.DeviceTests;

/// <summary>A small classification problem on which hypergradients can be checked: 24 examples, 5 inputs, a tanh layer of 4,
/// 3 classes. The last input is 0 for every example, so that the gradient of its weights is exactly 0.</summary>
public sealed class SmallProblem : IDisposable
{
    private readonly Place place;

    /// <param name="place">Where and how it is computed; by default in float64 on the CPU. The numbers are the same.</param>
    public SmallProblem(Place? place = null)
    {
        this.place = place ?? Place.Reference;
        using var scope = NewDisposeScope();
        using var generator = new Generator(7);
        Inputs = Draw(24, 5);
        Inputs.narrow(1, 4, 1).zero_();
        Labels = DrawLabels(24);
        ValidationInputs = Draw(18, 5);
        ValidationInputs.narrow(1, 4, 1).zero_();
        ValidationLabels = DrawLabels(18);
        Start = [.. new long[][] { [4, 5], [4], [3, 4], [3] }.Select(shape => (Draw(shape) * .5).DetachFromDisposeScope())];
        foreach (Tensor tensor in new[] { Inputs, Labels, ValidationInputs, ValidationLabels })
            tensor.DetachFromDisposeScope();

        Tensor Draw(params long[] shape) => this.place.Take(randn(shape, dtype: ScalarType.Float64, generator: generator));
        Tensor DrawLabels(long count) => this.place.Take(randint(0, 3, [count], dtype: ScalarType.Int64, generator: generator));
    }

    public Tensor Inputs { get; }

    public Tensor Labels { get; }

    public Tensor ValidationInputs { get; }

    public Tensor ValidationLabels { get; }

    /// <summary>The initial parameters: weight and bias of both layers.</summary>
    public Tensor[] Start { get; }

    public IBatchSource Training => new TensorBatchSource(Inputs, Labels, 24);

    public IBatchSource Validation => new TensorBatchSource(ValidationInputs, ValidationLabels, 18);

    /// <summary>The network as a function of its parameters.</summary>
    public static Tensor Network(Tensor inputs, IReadOnlyList<Tensor> parameters) =>
        linear(linear(inputs, parameters[0], parameters[1]).tanh(), parameters[2], parameters[3]);

    /// <summary>The network as a module with the initial parameters.</summary>
    public Sequential CreateModel()
    {
        var first = nn.Linear(5, 4, device: place.Device, dtype: place.Type);
        var second = nn.Linear(4, 3, device: place.Device, dtype: place.Type);
        Sequential model = nn.Sequential(("first", first), ("tanh", nn.Tanh()), ("second", second));
        using var noGradient = no_grad();
        foreach ((Parameter parameter, Tensor start) in model.parameters().Zip(Start))
            parameter.copy_(start);
        return model;
    }

    /// <summary>The problem of a model of this shape.</summary>
    public static BilevelProblem Problem(nn.Module<Tensor, Tensor> model, IUpdateRule rule) => new(model, rule,
        batch => cross_entropy(model.call(batch.Inputs), batch.Targets), batch => cross_entropy(model.call(batch.Inputs), batch.Targets));

    /// <summary>Takes steps in one window.</summary>
    public WindowReport Run(IUpdateRule rule, int steps, Func<BilevelProblem, BilevelProblem>? prepare = null, GlocalOptions? options = null)
    {
        using var scope = NewDisposeScope();
        using Sequential model = CreateModel();
        BilevelProblem problem = Problem(model, rule);
        prepare?.Invoke(problem);
        var recorder = new WindowRecorder();
        // Longer than the run: no outer step is taken.
        using var trainer = new BilevelTrainer(problem, Training, Validation,
            (options ?? new()) with { Window = steps + 1, Estimator = new LastSampleEstimator() });
        trainer.Run(steps, [recorder]);
        return recorder.Windows.Single();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Tensor tensor in Start.Concat([Inputs, Labels, ValidationInputs, ValidationLabels]))
            tensor.Dispose();
    }
}

using Declarative.Interop;
using Declarative.Koopman;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Declarative.DeviceTests;

/// <summary>Ridge regression with a weight for each example and a decay for each parameter, whose minimum and hypergradients
/// are known in closed form: 30 examples, 6 inputs.</summary>
public sealed class RidgeProblem : IDisposable
{
    public const int Examples = 30, InputCount = 6;

    private readonly DisposeScope scope = NewDisposeScope();
    private readonly Place place;
    private readonly Tensor inputs, targets, validationInputs, validationTargets;
    private readonly Linear model;

    /// <param name="place">Where and how it is computed; by default in float64 on the CPU.</param>
    public RidgeProblem(Place? place = null)
    {
        this.place = place ?? Place.Reference;
        using var generator = new Generator(11);
        Tensor Draw(params long[] shape) => this.place.Take(randn(shape, dtype: ScalarType.Float64, generator: generator));
        Tensor DrawEvenly(long count) => this.place.Take(rand([count], dtype: ScalarType.Float64, generator: generator));
        inputs = Draw(Examples, InputCount);
        Tensor truth = Draw(InputCount);
        targets = inputs.mv(truth) + Draw(Examples);
        validationInputs = Draw(20, InputCount);
        validationTargets = validationInputs.mv(truth);
        Weights = DrawEvenly(Examples) * .6 + .2;
        Decay = DrawEvenly(InputCount) * .3 + .1;
        model = nn.Linear(InputCount, 1, hasBias: false, device: this.place.Device, dtype: this.place.Type);
        Loss = new RidgeLoss(model, Examples, InputCount);
        Loss.Hyperparameters["weights"].SetValues(HostNumbers.Read(Weights));
        Loss.Hyperparameters["decay"].SetValues(HostNumbers.Read(Decay));
    }

    public Tensor Weights { get; }

    public Tensor Decay { get; }

    public RidgeLoss Loss { get; }

    /// <summary>θ*, where the training loss with these weights and decays is least.</summary>
    public Tensor Minimum(Tensor weights, Tensor decay) => linalg.solve(Hessian(weights, decay), inputs.t().mv(weights * targets) * (2.0 / Examples));

    /// <summary>The validation loss at parameters.</summary>
    public double ValidationLoss(Tensor parameter) => (validationInputs.mv(parameter) - validationTargets).square().mean().ToDouble();

    /// <summary>The hypergradient at θ* with respect to u, weights first, by linear algebra.</summary>
    public double[] ClosedForm(double damping = 0)
    {
        Tensor least = Minimum(Weights, Decay);
        Tensor slope = validationInputs.t().mv(validationInputs.mv(least) - validationTargets) * (2.0 / validationInputs.size(0));
        Tensor solution = linalg.solve(Hessian(Weights, Decay) + eye(InputCount, dtype: place.Type, device: place.Device) * damping, slope);
        Tensor ofWeights = -(2.0 / Examples) * (inputs.mv(least) - targets) * inputs.mv(solution) * Weights * (1 - Weights);
        Tensor ofDecay = -2 * least * solution * Decay;
        return [.. HostNumbers.Read(ofWeights), .. HostNumbers.Read(ofDecay)];
    }

    /// <summary>Puts the model at θ*.</summary>
    public void GoToMinimum() => GoTo(Minimum(Weights, Decay));

    /// <summary>Puts the model at parameters.</summary>
    public void GoTo(Tensor parameter)
    {
        using var noGradient = no_grad();
        model.weight.copy_(parameter.unsqueeze(0));
    }

    /// <summary>Gradient descent with all its settings fixed.</summary>
    public static Sgd Descent(double learningRate = .2, double momentum = 0)
    {
        var rule = new Sgd();
        rule.Hyperparameters.Fix();
        rule.Hyperparameters["learningRate"].Value = learningRate;
        rule.Hyperparameters["momentum"].Value = momentum;
        rule.Hyperparameters["weightDecay"].Value = 0;
        return rule;
    }

    /// <summary>A trainer, by default one whose outer steps do not move anything.</summary>
    public BilevelTrainer CreateTrainer(GlocalOptions options, IUpdateRule? rule = null, int batchSize = Examples, OuterOptimizer? outer = null)
    {
        var problem = new BilevelProblem(model, rule ?? Descent(), Loss.Training,
            batch => (model.call(batch.Inputs).squeeze(1) - batch.Targets).square().mean(), [Loss]);
        return new(problem, new TensorBatchSource(inputs, targets, batchSize), new TensorBatchSource(validationInputs, validationTargets, 20),
            options with { Outer = outer ?? new OuterAdam { StepSize = 1e-300 } });
    }

    /// <summary>One window of implicit mode.</summary>
    public WindowReport Run(ImplicitSolver solver, int steps = 2, IUpdateRule? rule = null, int batchSize = Examples, IHypergradientEstimator? estimator = null) =>
        Run(new GlocalOptions { Mode = HypergradientMode.Implicit, Solver = solver, Window = steps, Estimator = estimator ?? new LastSampleEstimator(),
            Trust = new TrustPolicy { LeastDistinctSamples = 1 } }, rule, batchSize);

    /// <summary>One window.</summary>
    public WindowReport Run(GlocalOptions options, IUpdateRule? rule = null, int batchSize = Examples)
    {
        var recorder = new WindowRecorder();
        using BilevelTrainer trainer = CreateTrainer(options, rule, batchSize);
        trainer.Run(options.Window, [recorder]);
        return recorder.Windows.Single();
    }

    /// <summary>The hypergradient of the loss's hyperparameters in a report.</summary>
    public static double[] Of(WindowReport report) => report.Local[^(Examples + InputCount)..];

    /// <inheritdoc/>
    public void Dispose()
    {
        model.Dispose();
        scope.Dispose();
    }

    private Tensor Hessian(Tensor weights, Tensor decay) => inputs.t().matmul(weights.unsqueeze(1) * inputs) * (2.0 / Examples) + 2 * decay.diag();
}

/// <summary>mean(wᵢ (xᵢθ - yᵢ)²) + Σ dⱼ θⱼ².</summary>
public sealed partial class RidgeLoss(Linear model, int examples, int inputs)
{
    private int Examples => examples;
    private int Inputs => inputs;
    [Hyperparameter(0.5, Domain.UnitInterval, Size = nameof(Examples))] private Tensor weights;
    [Hyperparameter(0.1, Domain.Positive, Size = nameof(Inputs))] private Tensor decay;

    public Tensor Training(Batch batch) =>
        (weights.index_select(0, batch.Indices) * (model.call(batch.Inputs).squeeze(1) - batch.Targets).square()).mean() + (decay * model.weight.square()).sum();
}

using Declarative.Koopman;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Declarative.Tests.Hypergradients;

/// <summary>Hypergradients against values published or computed elsewhere, with respect to φ itself.</summary>
public sealed class ReferenceValueTests
{
    // FAR-HO's "check forward" (Franceschi et al. 2017).
    private const double FarHoLoss = -0.01858938478594303;
    private static readonly double[] FarHo = [-0.01839352817512848, 0.05518058452538543, 0.0036787056350256996, 0.5387224999303637, -0.07654224468525132];

    [Theory]
    [InlineData(HypergradientMode.Forward)]
    [InlineData(HypergradientMode.Reverse)]
    public void FarHo_check_forward(HypergradientMode mode)
    {
        using var scope = NewDisposeScope();
        var model = new TwoParameters(
            tensor(new double[,] { { 1, -1, 1 }, { 2, 10, 2 } }), tensor(new[] { -1, 1, .2 }));
        var loss = new QuadraticLoss(model, count: 3);
        var problem = new BilevelProblem(model, new MomentumDescent(), loss.Training,
            validation: _ => (model.First * model.Second).mean(), hyperparameters: [loss]);
        problem.Hyperparameters["stepSize"].Value = .1;
        problem.Hyperparameters["momentum"].Value = .5;

        WindowReport report = RunOneWindow(problem, steps: 10, mode);

        Assert.Equal(FarHoLoss, report.ValidationLoss, 1e-12);
        string[] order = ["coefficients[0]", "coefficients[1]", "coefficients[2]", "stepSize", "momentum"];
        for (int i = 0; i < order.Length; i++)
            AssertRelative(FarHo[i], report.Local[IndexOf(problem, order[i])]);
    }

    [Theory]
    [InlineData(HypergradientMode.Forward, 1, -0.975, 0, 0)]
    [InlineData(HypergradientMode.Forward, 3, -0.40469549561932494, -0.033475781295, 0.0043045758795)]
    [InlineData(HypergradientMode.Forward, 10, -5.697894383787137, 0.892281960215197, -0.875300914049797)]
    [InlineData(HypergradientMode.Reverse, 1, -0.975, 0, 0)]
    [InlineData(HypergradientMode.Reverse, 3, -0.40469549561932494, -0.033475781295, 0.0043045758795)]
    [InlineData(HypergradientMode.Reverse, 10, -5.697894383787137, 0.892281960215197, -0.875300914049797)]
    public void Scalar_sgd_as_torch_has_it(HypergradientMode mode, int steps, double learningRate, double momentum, double weightDecay)
    {
        using var scope = NewDisposeScope();
        var model = new TwoParameters(tensor(new[] { 0.0 }), null);
        var problem = new BilevelProblem(model, new RealSgd(),
            training: _ => .75 * (model.First - 1).square().sum(), validation: _ => .5 * (model.First - .8).square().sum());

        WindowReport report = RunOneWindow(problem, steps, mode);

        AssertRelative(learningRate, report.Local[IndexOf(problem, "learningRate")]);
        AssertRelative(momentum, report.Local[IndexOf(problem, "momentum")]);
        AssertRelative(weightDecay, report.Local[IndexOf(problem, "weightDecay")]);
    }

    private static WindowReport RunOneWindow(BilevelProblem problem, int steps, HypergradientMode mode)
    {
        var recorder = new WindowRecorder();
        using var trainer = new BilevelTrainer(problem, new NoBatches(), new NoBatches(),
            new GlocalOptions { Window = steps, Mode = mode, Estimator = new LastSampleEstimator() });
        trainer.Run(steps, [recorder]);
        return Assert.Single(recorder.Windows);
    }

    private static int IndexOf(BilevelProblem problem, string name) => Array.IndexOf([.. problem.Hyperparameters.EntryNames], name);

    private static void AssertRelative(double expected, double actual) =>
        Assert.True(Math.Abs(expected - actual) <= 1e-9 * Math.Max(1e-3, Math.Abs(expected)), $"expected {expected:R}, got {actual:R}");
}

/// <summary>A model without layers: one or two parameters.</summary>
public sealed class TwoParameters : nn.Module
{
    private readonly Parameter first;
    private readonly Parameter? second;

    public TwoParameters(Tensor first, Tensor? second) : base(nameof(TwoParameters))
    {
        this.first = new Parameter(first);
        register_parameter(nameof(first), this.first);
        if (second is not null)
        {
            this.second = new Parameter(second);
            register_parameter(nameof(second), this.second);
        }
    }

    public Parameter First => first;

    public Parameter Second => second!;
}

/// <summary>mean(v₁²) + Σ λᵢ v₂ᵢ².</summary>
public sealed partial class QuadraticLoss(TwoParameters model, int count)
{
    private int Count => count;

    [Hyperparameter(1.0, Domain.Real, Size = nameof(Count))] private Tensor coefficients;

    public Tensor Training(Batch batch) => model.First.square().mean() + (coefficients * model.Second.square()).sum();
}

/// <summary>m ← μ m + g, v ← v - η m.</summary>
public sealed partial class MomentumDescent
{
    [Hyperparameter(.1, Domain.Real)] private double stepSize;
    [Hyperparameter(.5, Domain.Real)] private double momentum;
    [State] private Tensor velocity;

    [UpdateRule]
    private Tensor Update(Tensor parameter, Tensor gradient)
    {
        velocity = momentum * velocity + gradient;
        return parameter - stepSize * velocity;
    }
}

/// <summary>PyTorch's SGD, learned with respect to the values themselves.</summary>
public sealed partial class RealSgd
{
    [Hyperparameter(.1, Domain.Real)] private double learningRate;
    [Hyperparameter(.9, Domain.Real)] private double momentum;
    [Hyperparameter(.01, Domain.Real)] private double weightDecay;
    [State] private Tensor buffer;

    [UpdateRule]
    private Tensor Update(Tensor parameter, Tensor gradient, long step)
    {
        gradient += weightDecay * parameter;
        if (step == 1)
            buffer = gradient;
        else
            buffer = momentum * buffer + gradient;
        return parameter - learningRate * buffer;
    }
}

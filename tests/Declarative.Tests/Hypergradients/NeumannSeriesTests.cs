using Declarative.Koopman;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Declarative.Tests.Hypergradients;

/// <summary>What only the series through the update rule gives: hyperparameters of the rule, and a trajectory.</summary>
public sealed class NeumannSeriesTests
{
    // Softmax regression, trained to its end: the settings are learned, and only the weight decay decides where that end is.
    [Fact]
    public void Of_a_weight_decay_is_the_finite_difference_of_the_converged_validation_loss()
    {
        using var small = new SmallProblem();
        WindowReport At(double decay, GlocalOptions options)
        {
            using var scope = NewDisposeScope();
            manual_seed(1);
            using Linear model = nn.Linear(5, 3, dtype: ScalarType.Float64);
            var rule = new Sgd();
            rule.Hyperparameters["learningRate"].Value = .5;
            rule.Hyperparameters["momentum"].Value = .6;
            rule.Hyperparameters["weightDecay"].Value = decay;
            if (options.Mode == HypergradientMode.Forward)
                rule.Hyperparameters.Fix();
            var problem = new BilevelProblem(model, rule, batch => cross_entropy(model.call(batch.Inputs), batch.Targets),
                batch => cross_entropy(model.call(batch.Inputs), batch.Targets));
            var recorder = new WindowRecorder();
            using var trainer = new BilevelTrainer(problem, small.Training, small.Validation, options with { Window = 300, Estimator = new LastSampleEstimator() });
            trainer.Run(300, [recorder]);
            return recorder.Windows[0];
        }
        const double Decay = .1, Step = 1e-5;
        double Loss(double by) => At(Decay * Math.Exp(by), new() { Mode = HypergradientMode.Forward }).ValidationLoss;
        double difference = (Loss(Step) - Loss(-Step)) / (2 * Step);
        WindowReport report = At(Decay, new() { Mode = HypergradientMode.Implicit, Solver = new NeumannSeries { Terms = 1000, Tolerance = 1e-12 } });
        Assert.True(report.Solver!.IsConverged, report.Solver.ToString());
        Assert.True(Math.Abs(difference) > 1e-3);
        // learningRate, momentum, dampening, weightDecay.
        Assert.Equal(difference, report.Local[3], 1e-8 * Math.Max(1, Math.Abs(difference)));
        Assert.Equal(0, report.Local[0], 1e-9);
        Assert.Equal(0, report.Local[1], 1e-9);
    }

    [Fact]
    public void Its_partial_sums_are_the_trajectory()
    {
        using var ridge = new RidgeProblem();
        using var scope = NewDisposeScope();
        (WindowReport Report, Trajectory Seen) Result(int terms)
        {
            var spy = new Spy();
            ridge.GoToMinimum();
            WindowReport report = ridge.Run(new NeumannSeries { Terms = terms, Tolerance = 0 }, estimator: spy);
            Assert.Equal(double.PositiveInfinity, spy.Horizon);
            return (report, spy.Seen!);
        }
        (WindowReport whole, Trajectory sums) = Result(37);
        Assert.Equal(37, sums.Length);
        Assert.Equal(37, whole.Solver!.Iterations);
        foreach (int terms in new[] { 1, 2, 10 })
            Assert.Equal(Result(terms).Report.Local[^sums.Width..], sums[terms - 1].ToArray());
        // Of many terms, samples at equal distances.
        (WindowReport longer, Trajectory thinned) = Result(210);
        Assert.Equal(210, longer.Solver!.Iterations);
        Assert.Equal(70, thinned.Length);
        Assert.Equal(sums[11].ToArray(), thinned[3].ToArray());
    }

    [Fact]
    public void An_estimator_finds_the_limit_of_its_trajectory()
    {
        using var ridge = new RidgeProblem();
        using var scope = NewDisposeScope();
        ridge.GoToMinimum();
        WindowReport report = ridge.Run(new NeumannSeries { Terms = 24 }, estimator: new AffineHankelEstimator());
        double[] known = ridge.ClosedForm(), estimate = report.Estimate[^known.Length..];
        double Error(double[] values) => values.Zip(known).Max(pair => Math.Abs(pair.First - pair.Second));
        Assert.True(Error(estimate) < .1 * Error(RidgeProblem.Of(report)), $"{Error(estimate)} against {Error(RidgeProblem.Of(report))}");
    }

    [Fact]
    public void Stops_at_its_tolerance()
    {
        using var ridge = new RidgeProblem();
        using var scope = NewDisposeScope();
        int before = 0;
        foreach (double tolerance in new[] { 1e-2, 1e-5, 1e-8 })
        {
            ridge.GoToMinimum();
            WindowReport report = ridge.Run(new NeumannSeries { Terms = 100, Tolerance = tolerance });
            Assert.True(report.Solver!.IsConverged);
            Assert.InRange(report.Solver.Residual, tolerance / 10, tolerance);
            Assert.InRange(report.Solver.Iterations, before + 1, 99);
            before = report.Solver.Iterations;
            RidgeAssert.Close(ridge.ClosedForm(), RidgeProblem.Of(report), 20 * tolerance);
        }
    }

    private sealed class Spy : IHypergradientEstimator
    {
        public string Name => "spy";

        public Trajectory? Seen { get; private set; }

        public double Horizon { get; private set; }

        public HypergradientEstimate Estimate(Trajectory trajectory, double horizon)
        {
            Seen = trajectory;
            Horizon = horizon;
            return new() { Value = new double[trajectory.Width] };
        }
    }
}

using Declarative.Interop;
using Declarative.Koopman;
using Declarative.Tests.Training;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Declarative.Tests.Hypergradients;

/// <summary>Implicit mode against closed forms, and against reverse mode over windows that end in a stationary point.</summary>
public sealed class ImplicitModeTests
{
    public static TheoryData<ImplicitSolver, double, double> Solvers => new()
    {
        { new ConjugateGradients { Tolerance = 1e-12 }, 0, 0 },
        { new ConjugateGradients { Tolerance = 1e-12, Damping = .3 }, .3, 0 },
        { new NystromSolver { Rank = RidgeProblem.InputCount, Damping = .3 }, .3, 0 },
        { new NystromSolver { Rank = 100, Damping = 1e-5, Seed = 3 }, 1e-5, 0 },
        { new NeumannSeries { Terms = 2000, Tolerance = 1e-12 }, 0, 0 },
        { new NeumannSeries { Terms = 2000, Tolerance = 1e-12 }, 0, .7 },
    };

    [Fact]
    public void The_closed_form_is_what_finite_differences_give()
    {
        using var ridge = new RidgeProblem();
        using var scope = NewDisposeScope();
        double[] known = ridge.ClosedForm();
        const double Step = 1e-5;
        double At(int entry, double by)
        {
            Tensor weights = ridge.Weights.clone(), decay = ridge.Decay.clone();
            if (entry < RidgeProblem.Examples)
                weights[entry] = (weights[entry].logit() + by).sigmoid();
            else
                decay[entry - RidgeProblem.Examples] *= Math.Exp(by);
            return ridge.ValidationLoss(ridge.Minimum(weights, decay));
        }
        RidgeAssert.Close([.. known.Select((_, i) => (At(i, Step) - At(i, -Step)) / (2 * Step))], known, 1e-8);
    }

    [Theory]
    [MemberData(nameof(Solvers))]
    public void Agrees_with_the_closed_form(ImplicitSolver solver, double damping, double momentum)
    {
        using var ridge = new RidgeProblem();
        using var scope = NewDisposeScope();
        ridge.GoToMinimum();
        WindowReport report = ridge.Run(solver, rule: RidgeProblem.Descent(momentum: momentum));
        RidgeAssert.Close(ridge.ClosedForm(damping), RidgeProblem.Of(report), 1e-9);
        Assert.True(report.Solver!.IsConverged, report.Solver.ToString());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(.5)]
    public void Agrees_with_reverse_mode_over_a_window_that_converges(double momentum)
    {
        using var ridge = new RidgeProblem();
        using var scope = NewDisposeScope();
        const int Long = 250;
        double[] Local(GlocalOptions options)
        {
            ridge.GoTo(ones(RidgeProblem.InputCount, dtype: ScalarType.Float64));
            return RidgeProblem.Of(ridge.Run(options with { Window = Long, Estimator = new LastSampleEstimator() }, RidgeProblem.Descent(.3, momentum)));
        }
        double[] reverse = Local(new() { Mode = HypergradientMode.Reverse, Storage = ReverseStorage.States });
        RidgeAssert.Close(ridge.ClosedForm(), reverse, 1e-8);
        foreach (ImplicitSolver solver in new ImplicitSolver[] { new ConjugateGradients { Tolerance = 1e-12 }, new NeumannSeries { Terms = 400, Tolerance = 1e-12 } })
            RidgeAssert.Close(reverse, Local(new() { Mode = HypergradientMode.Implicit, Solver = solver }), 1e-8);
    }

    // Softmax regression, whose Hessian is not constant, with a direct term: the temperature of the validation loss.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Agrees_with_reverse_mode_on_hyperparameters_of_both_losses(bool inGroups)
    {
        using var small = new SmallProblem();
        double[] Local(GlocalOptions options)
        {
            using var scope = NewDisposeScope();
            manual_seed(2);
            using Sequential model = nn.Sequential(("only", nn.Linear(5, 3, dtype: ScalarType.Float64)));
            var reweighted = new ReweightedLoss(model, examples: 24);
            var shaped = new ShapedLoss(model, reweighted);
            ParameterGroup[] groups = inGroups
                ? [new("slopes", RidgeProblem.Descent(.6, .5), name => name.EndsWith("weight")), new("offsets", RidgeProblem.Descent(.4), name => name.EndsWith("bias"))]
                : [new("all", RidgeProblem.Descent(.6, .5), _ => true)];
            var problem = new BilevelProblem(model, groups, shaped.Training, shaped.Validation, [reweighted, shaped]);
            problem.Hyperparameters["decay"].Value = .1;
            var recorder = new WindowRecorder();
            using var trainer = new BilevelTrainer(problem, small.Training, small.Validation, options with { Window = 250, Estimator = new LastSampleEstimator() });
            trainer.Run(250, [recorder]);
            return [.. recorder.Windows[0].Local.Where(double.IsFinite)];
        }
        double[] reverse = Local(new() { Mode = HypergradientMode.Reverse, Storage = ReverseStorage.States });
        Assert.Equal(24 + 2, reverse.Length);
        foreach (ImplicitSolver solver in new ImplicitSolver[] { new ConjugateGradients { Tolerance = 1e-12 }, new NeumannSeries { Terms = 500, Tolerance = 1e-12 } })
            RidgeAssert.Close(reverse, Local(new() { Mode = HypergradientMode.Implicit, Solver = solver }), 1e-8);
    }

    [Fact]
    public void Averages_over_as_many_batches_as_asked_for()
    {
        using var ridge = new RidgeProblem();
        using var scope = NewDisposeScope();
        double[] Local(int batches)
        {
            ridge.GoToMinimum();
            // Three batches are an epoch. Its steps go nowhere.
            return RidgeProblem.Of(ridge.Run(new ConjugateGradients { Tolerance = 1e-12, Batches = batches }, steps: 3, RidgeProblem.Descent(1e-300), batchSize: 10));
        }
        RidgeAssert.Close(ridge.ClosedForm(), Local(3), 1e-9);
        Assert.True(Local(1).Zip(Local(3)).Max(pair => Math.Abs(pair.First - pair.Second)) > 1e-3);
    }

    [Fact]
    public void Reports_negative_curvature_and_what_was_left_of_the_residual()
    {
        using var scope = NewDisposeScope();
        SolverReport report = RunOnHill(new ConjugateGradients(), out double local);
        Assert.False(report.IsConverged);
        Assert.Equal((0, 1.0), (report.Iterations, report.Residual));
        Assert.Contains("negative curvature", report.Note);
        Assert.Equal(0, local);

        report = RunOnHill(new ConjugateGradients { Damping = 10 }, out local);
        Assert.True(report.IsConverged);
        Assert.Contains("damping 10", report.Note);
        // ℓ = -c θ² + θ and ℓ̃ = θ², at θ = 1 with c = 1: v = 2 / (-2 + 10), and ∂²ℓ/∂c∂θ = -2.
        Assert.Equal(.5, local, 1e-12);

        Assert.Contains("negative curvature", RunOnHill(new NystromSolver { Rank = 1 }, out _).Note);
        report = RunOnHill(new NeumannSeries(), out _);
        Assert.False(report.IsConverged);
        Assert.Contains("does not contract", report.Note);
    }

    [Fact]
    public void Sees_the_same_dropout_and_leaves_parameters_and_buffers_as_training_does()
    {
        (double[] Local, double[] Left) Result(GlocalOptions options, int window, double learningRate)
        {
            using var small = new SmallProblem();
            using var scope = NewDisposeScope();
            manual_seed(3);
            using Sequential model = nn.Sequential(("first", nn.Linear(5, 8, dtype: ScalarType.Float64)), ("norm", nn.BatchNorm1d(8, dtype: ScalarType.Float64)),
                ("relu", nn.Tanh()), ("dropout", nn.Dropout(.4)), ("second", nn.Linear(8, 3, dtype: ScalarType.Float64)));
            var loss = new ReweightedLoss(model, examples: 24);
            var problem = new BilevelProblem(model, RidgeProblem.Descent(learningRate), loss.Training,
                batch => cross_entropy(model.call(batch.Inputs), batch.Targets), [loss]);
            var recorder = new WindowRecorder();
            using var trainer = new BilevelTrainer(problem, small.Training, small.Validation,
                options with { Window = window, Estimator = new LastSampleEstimator(), Outer = new OuterAdam { StepSize = 1e-300 } });
            trainer.Run(10, [recorder]);
            return (recorder.Windows[^1].Local, [.. model.parameters().Concat(model.buffers()).SelectMany(tensor => HostNumbers.Read(tensor))]);
        }
        GlocalOptions reverse = new() { Mode = HypergradientMode.Reverse }, series = new() { Mode = HypergradientMode.Implicit, Solver = new NeumannSeries { Terms = 1 } };
        Assert.Equal(Result(reverse, 5, .1).Left, Result(series with { Solver = new NeumannSeries { Terms = 3, Batches = 2 } }, 5, .1).Left);
        // Where parameters hardly move, one term is one step of reverse mode.
        const double Small = 1e-9;
        double[] InSteps(GlocalOptions options) => [.. Result(options, 1, Small).Local.Where(double.IsFinite).Select(value => value / Small)];
        RidgeAssert.Close(InSteps(reverse), InSteps(series), 1e-6);
    }

    [Fact]
    public void Tunes()
    {
        using var ridge = new RidgeProblem();
        using var scope = NewDisposeScope();
        var recorder = new WindowRecorder();
        var options = new GlocalOptions { Mode = HypergradientMode.Implicit, Window = 20 };
        using (BilevelTrainer still = ridge.CreateTrainer(options))
            still.Run(400, [recorder]);
        double before = recorder.Windows[^1].ValidationLoss;
        Assert.All(recorder.Windows, window => Assert.True(window.Solver!.IsConverged));
        using BilevelTrainer trainer = ridge.CreateTrainer(options, outer: new OuterAdam());
        double after = trainer.Run(400).ValidationLoss;
        Assert.True(after < .8 * before, $"from {before} to {after}");
    }

    [Theory]
    [MemberData(nameof(Solvers))]
    public void Holds_no_more_after_many_windows_than_after_one(ImplicitSolver solver, double damping, double momentum)
    {
        _ = damping;
        using var ridge = new RidgeProblem();
        using var scope = NewDisposeScope();
        ImplicitSolver brief = solver is NeumannSeries series ? series with { Terms = 12 } : solver;
        using BilevelTrainer trainer = ridge.CreateTrainer(new() { Mode = HypergradientMode.Implicit, Solver = brief with { Batches = 2 }, Window = 4 },
            RidgeProblem.Descent(momentum: momentum), batchSize: 15);
        trainer.Run(4);
        // What earlier tests left to the finalizer is not counted.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        long live = Tensor.TotalCount;
        trainer.Run(40);
        Assert.Equal(live, Tensor.TotalCount);
    }

    [Fact]
    public void Refuses_what_it_cannot_do_and_says_what_can()
    {
        using var ridge = new RidgeProblem();
        using var scope = NewDisposeScope();
        string Refusal(ImplicitSolver solver, IUpdateRule? rule = null, TangentMemory? memory = null) =>
            Assert.Throws<ArgumentException>(() => ridge.CreateTrainer(
                new() { Mode = HypergradientMode.Implicit, Solver = solver, Memory = memory ?? TangentMemory.Reset }, rule)).Message;
        foreach (ImplicitSolver blind in new ImplicitSolver[] { new ConjugateGradients(), new NystromSolver() })
        {
            string message = Refusal(blind, new Sgd());
            foreach (string part in new[] { "'learningRate'", "'momentum'", "'weightDecay'", "Fix()", "NeumannSeries", "reverse mode" })
                Assert.Contains(part, message);
        }
        Assert.Contains("carried", Refusal(new ConjugateGradients(), memory: TangentMemory.Carried));
        Assert.Contains("Damping", Refusal(new ConjugateGradients { Damping = -1 }));
        Assert.Contains("Damping", Refusal(new NystromSolver { Damping = 0 }));
        Assert.Contains("iteration", Refusal(new ConjugateGradients { Iterations = 0 }));
        Assert.Contains("tolerance", Refusal(new NeumannSeries { Tolerance = double.NaN }));
        Assert.Contains("term", Refusal(new NeumannSeries { Terms = 0 }));
        Assert.Contains("rank", Refusal(new NystromSolver { Rank = 0 }));
        Assert.Contains("batch", Refusal(new ConjugateGradients { Batches = 0 }));
    }

    [Fact]
    public void The_plan_names_the_solver_and_other_modes_report_none()
    {
        using var ridge = new RidgeProblem();
        using var scope = NewDisposeScope();
        var plans = new WindowRecorder();
        using (BilevelTrainer trainer = ridge.CreateTrainer(new() { Mode = HypergradientMode.Implicit, Window = 2 }))
            trainer.Run(2, [plans]);
        Assert.Equal("implicit mode, conjugate gradients (as asked for)", plans.Plan!.Mode);
        Assert.Null(ridge.Run(new GlocalOptions { Mode = HypergradientMode.Reverse, Window = 2 }).Solver);
    }

    private static SolverReport RunOnHill(ImplicitSolver solver, out double local)
    {
        var model = new TwoParameters(tensor(new[] { 1.0 }), null);
        var hill = new Hill(model);
        var problem = new BilevelProblem(model, RidgeProblem.Descent(), hill.Training, _ => model.First.square().sum(), [hill]);
        // A step that goes nowhere, but for the series, which steps itself.
        problem.Hyperparameters["learningRate"].Value = solver is NeumannSeries ? .2 : 1e-300;
        var recorder = new WindowRecorder();
        using var trainer = new BilevelTrainer(problem, new NoBatches(), new NoBatches(),
            new GlocalOptions { Mode = HypergradientMode.Implicit, Solver = solver, Window = 1, Estimator = new LastSampleEstimator() });
        trainer.Run(1, [recorder]);
        local = recorder.Windows[0].Local[^1];
        return recorder.Windows[0].Solver!;
    }
}

/// <summary>-c θ² + θ.</summary>
public sealed partial class Hill(TwoParameters model)
{
    [Hyperparameter(1.0, Domain.Real)] private Tensor curvature;

    public Tensor Training(Batch batch) => (model.First - curvature * model.First.square()).sum();
}

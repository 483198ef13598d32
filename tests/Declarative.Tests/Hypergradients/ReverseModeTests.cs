using Declarative.Interop;
using Declarative.Koopman;
using Declarative.Tests.Optimizers;
using Declarative.Tests.Training;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Declarative.Tests.Hypergradients;

/// <summary>Reverse mode against forward mode, which other tests hold against finite differences and published values.</summary>
public sealed class ReverseModeTests
{
    private static readonly OuterAdam standingStill = new() { StepSize = 1e-300 };

    public static TheoryData<string> Names => [.. OptimizerCase.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Agrees_with_forward_mode_for_every_optimizer(string name)
    {
        double[] Local(HypergradientMode mode) => Run(mode, model => Problem(model, OptimizerCase.Of(name).CreateSet()), window: 6, steps: 6)[^1].Local;
        AssertClose(Local(HypergradientMode.Forward), Local(HypergradientMode.Reverse));
    }

    [Fact]
    public void Agrees_with_forward_mode_for_hyperparameters_of_losses()
    {
        double[] Local(HypergradientMode mode) => Run(mode, model =>
        {
            var reweighted = new ReweightedLoss(model, examples: 24);
            var shaped = new ShapedLoss(model, reweighted);
            return new(model, new Sgd(), shaped.Training, shaped.Validation, [reweighted, shaped]);
        }, window: 5, steps: 5)[^1].Local;
        AssertClose(Local(HypergradientMode.Forward), Local(HypergradientMode.Reverse));
    }

    // The whole run: what each window hands on to the next must be the same too.
    [Fact]
    public void Tunes_as_forward_mode_does()
    {
        WindowReport[] Windows(HypergradientMode mode) => Run(mode, model => Problem(model, new Adam()), window: 4, steps: 20, outer: new OuterAdam());
        foreach ((WindowReport forward, WindowReport reverse) in Windows(HypergradientMode.Forward).Zip(Windows(HypergradientMode.Reverse)))
        {
            AssertClose(forward.Values, reverse.Values);
            AssertClose([forward.TrainingLoss, forward.ValidationLoss], [reverse.TrainingLoss, reverse.ValidationLoss]);
        }
    }

    [Fact]
    public void Sees_the_same_dropout_again_and_leaves_batch_norm_statistics_as_they_were()
    {
        (double[] Local, double[] Buffers, double[] Parameters) Result(HypergradientMode mode)
        {
            using var scope = NewDisposeScope();
            manual_seed(3);
            using Sequential model = nn.Sequential(("first", nn.Linear(5, 8, dtype: ScalarType.Float64)), ("norm", nn.BatchNorm1d(8, dtype: ScalarType.Float64)),
                ("relu", nn.Tanh()), ("dropout", nn.Dropout(.4)), ("second", nn.Linear(8, 3, dtype: ScalarType.Float64)));
            WindowReport report = Run(mode, _ => Problem(model, new Sgd()), window: 5, steps: 10)[^1];
            return (report.Local, [.. model.buffers().SelectMany(buffer => HostNumbers.Read(buffer))],
                [.. model.parameters().SelectMany(parameter => HostNumbers.Read(parameter))]);
        }
        var forward = Result(HypergradientMode.Forward);
        var reverse = Result(HypergradientMode.Reverse);
        AssertClose(forward.Local, reverse.Local);
        // Plain steps go over memory in another way than those with tangents: the last bit may differ.
        Assert.All(forward.Buffers.Concat(forward.Parameters).Zip(reverse.Buffers.Concat(reverse.Parameters)),
            pair => Assert.InRange(pair.First - pair.Second, -1e-14, 1e-14));
    }

    [Fact]
    public void A_sample_is_the_hypergradient_truncated_to_as_many_steps_of_look_back()
    {
        const int Steps = 6;
        var spy = new Spy();
        Run(HypergradientMode.Reverse, model => Problem(model, OptimizerCase.Of("Adam").CreateSet()), window: Steps, steps: Steps, estimator: spy);
        Assert.Equal(Steps, spy.Seen!.Length);
        for (int lookBack = 1; lookBack < Steps; lookBack++)
        {
            using var small = new SmallProblem();
            using var scope = NewDisposeScope();
            using Sequential model = small.CreateModel();
            var recorder = new WindowRecorder();
            // Forward mode that begins its second window, with tangents reset, as many steps before the end.
            using var trainer = new BilevelTrainer(Problem(model, OptimizerCase.Of("Adam").CreateSet()), small.Training, small.Validation,
                new GlocalOptions { Window = Steps, Memory = TangentMemory.Reset, Outer = standingStill });
            trainer.Run(Steps - lookBack);
            trainer.Run(lookBack, [recorder]);
            AssertClose(recorder.Windows[0].Local, spy.Seen[lookBack - 1].ToArray());
        }
    }

    [Fact]
    public void Holds_no_more_after_many_windows_than_after_one()
    {
        using var small = new SmallProblem();
        using var scope = NewDisposeScope();
        using Sequential model = small.CreateModel();
        using var trainer = new BilevelTrainer(Problem(model, new Adam()), small.Training, small.Validation,
            new GlocalOptions { Mode = HypergradientMode.Reverse, Window = 8 });
        trainer.Run(8);
        // What earlier tests left to the finalizer is not counted.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        long live = Tensor.TotalCount;
        trainer.Run(80);
        Assert.Equal(live, Tensor.TotalCount);
    }

    [Fact]
    public void Refuses_to_carry_tangents_and_names_a_leaf_that_no_loss_depends_on()
    {
        using var small = new SmallProblem();
        using var scope = NewDisposeScope();
        using Sequential model = small.CreateModel();
        Assert.Contains("carried", Assert.Throws<ArgumentException>(() => new BilevelTrainer(Problem(model, new Sgd()), small.Training, small.Validation,
            new GlocalOptions { Mode = HypergradientMode.Reverse, Memory = TangentMemory.Carried })).Message);
        var problem = new BilevelProblem(model, new Sgd(), batch => cross_entropy(model.call(batch.Inputs), batch.Targets),
            batch => cross_entropy(model.call(batch.Inputs), batch.Targets), [new UnusedWeights(3)]);
        using var trainer = new BilevelTrainer(problem, small.Training, small.Validation, new GlocalOptions { Mode = HypergradientMode.Reverse, Window = 4 });
        Assert.Contains("'unused'", Assert.Throws<InvalidOperationException>(() => trainer.Run(4)).Message);
    }

    private static WindowReport[] Run(HypergradientMode mode, Func<Sequential, BilevelProblem> create, int window, int steps,
        OuterOptimizer? outer = null, IHypergradientEstimator? estimator = null)
    {
        using var small = new SmallProblem();
        using var scope = NewDisposeScope();
        using Sequential model = small.CreateModel();
        var recorder = new WindowRecorder();
        using var trainer = new BilevelTrainer(create(model), small.Training, small.Validation,
            new GlocalOptions
            {
                Mode = mode, Memory = TangentMemory.Reset, Window = window, Estimator = estimator ?? new LastSampleEstimator(), Outer = outer ?? standingStill,
                Trust = new() { LeastDistinctSamples = 1 },
            });
        trainer.Run(steps, [recorder]);
        return [.. recorder.Windows];
    }

    private static BilevelProblem Problem(Sequential model, IUpdateRule rule) => new(model, rule,
        batch => cross_entropy(model.call(batch.Inputs), batch.Targets), batch => cross_entropy(model.call(batch.Inputs), batch.Targets));

    private static void AssertClose(double[] expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.Contains(expected, value => Math.Abs(value) > 1e-4);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(double.IsNaN(expected[i]) ? double.IsNaN(actual[i]) : Math.Abs(expected[i] - actual[i]) <= 1e-9 * Math.Max(1e-2, Math.Abs(expected[i])),
                $"entry {i}: {actual[i]:R}, not {expected[i]:R}");
    }

    private sealed class Spy : IHypergradientEstimator
    {
        public string Name => "spy";

        public Trajectory? Seen { get; private set; }

        public HypergradientEstimate Estimate(Trajectory trajectory, double horizon)
        {
            Seen = trajectory;
            return new() { Value = new double[trajectory.Width] };
        }
    }
}

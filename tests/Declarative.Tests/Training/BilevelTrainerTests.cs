using Declarative.Koopman;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Declarative.Tests.Training;

public sealed class BilevelTrainerTests
{
    [Fact]
    public void Two_runs_with_one_seed_are_equal_to_the_bit()
    {
        Assert.Equal(Losses(seed: 1), Losses(seed: 1));
        Assert.NotEqual(Losses(seed: 1), Losses(seed: 2));

        // Dropout makes the seed matter.
        static double[] Losses(int seed)
        {
            using var small = new SmallProblem();
            using var scope = NewDisposeScope();
            using Sequential model = small.CreateModel();
            using Dropout dropout = nn.Dropout(.5);
            var problem = new BilevelProblem(model, new Sgd(), batch => cross_entropy(model.call(dropout.call(batch.Inputs)), batch.Targets),
                batch => cross_entropy(model.call(batch.Inputs), batch.Targets));
            var recorder = new WindowRecorder();
            using var trainer = new BilevelTrainer(problem, small.Training, small.Validation, new GlocalOptions { Window = 10, Seed = seed });
            trainer.Run(40, [recorder]);
            return [.. recorder.Windows.SelectMany(window => window.Values.Append(window.TrainingLoss).Append(window.ValidationLoss))];
        }
    }

    [Fact]
    public void A_run_in_two_parts_is_the_run_in_one()
    {
        Assert.Equal(Run(60), Run(20, 40));

        static double[] Run(params int[] parts)
        {
            using var small = new SmallProblem();
            using var scope = NewDisposeScope();
            using Sequential model = small.CreateModel();
            var recorder = new WindowRecorder();
            using var trainer = new BilevelTrainer(Problem(model), small.Training, small.Validation, new GlocalOptions { Window = 10, Horizon = 60 });
            foreach (int part in parts)
                trainer.Run(part, [recorder]);
            return [.. recorder.Windows.SelectMany(window => window.Values.Append(window.ValidationLoss))];
        }
    }

    [Fact]
    public void Tuning_leaves_a_bad_start_and_beats_it()
    {
        double settled = Run(fix: true, out _);
        double tuned = Run(fix: false, out double learningRate);
        Assert.True(tuned < 0.8 * settled, $"tuned {tuned}, fixed {settled}");
        Assert.True(learningRate > 3e-3, $"learning rate {learningRate}");

        static double Run(bool fix, out double learningRate)
        {
            using var small = new SmallProblem();
            using var scope = NewDisposeScope();
            using Sequential model = small.CreateModel();
            BilevelProblem problem = Problem(model);
            problem.Hyperparameters["learningRate"].Value = 1e-3;
            if (fix)
                problem.Hyperparameters.Fix();
            // Validated on what it trains on: the training loss must fall faster.
            using var trainer = new BilevelTrainer(problem, small.Training, small.Training, new GlocalOptions { Window = 20 });
            TrainingResult result = trainer.Run(400);
            learningRate = result.Hyperparameters["learningRate"];
            return result.ValidationLoss;
        }
    }

    [Fact]
    public void Carried_tangents_give_the_hypergradient_through_all_windows()
    {
        using var small = new SmallProblem();
        using var scope = NewDisposeScope();
        double[] whole = Last(window: 12, TangentMemory.Reset);
        AssertDeviation(0, 1e-12, Last(window: 4, TangentMemory.Carried));
        AssertDeviation(1e-2, 10, Last(window: 4, TangentMemory.Reset));
        AssertDeviation(1e-2, 10, Last(window: 4, TangentMemory.Discounted(.5)));

        void AssertDeviation(double least, double most, double[] values) =>
            Assert.InRange(whole.Zip(values, (expected, actual) => Math.Abs(actual / expected - 1)).Max(), least, most);

        double[] Last(int window, TangentMemory memory)
        {
            using Sequential model = small.CreateModel();
            var recorder = new WindowRecorder();
            // An outer step too small to change a number.
            using var trainer = new BilevelTrainer(Problem(model), small.Training, small.Validation,
                new GlocalOptions { Window = window, Memory = memory, Estimator = new LastSampleEstimator(), Outer = new OuterAdam { StepSize = 1e-300 } });
            trainer.Run(12, [recorder]);
            return [.. recorder.Windows[^1].Local.Where(double.IsFinite)];
        }
    }

    [Fact]
    public void A_stride_takes_every_other_sample()
    {
        using var small = new SmallProblem();
        using var scope = NewDisposeScope();
        Assert.Equal(Sample(stride: 1).Length, 2 * Sample(stride: 2).Length);
        Assert.Equal(Sample(stride: 1).Where((_, i) => i % 2 == 1), Sample(stride: 2));

        double[] Sample(int stride)
        {
            using Sequential model = small.CreateModel();
            var spy = new Spy();
            using var trainer = new BilevelTrainer(Problem(model), small.Training, small.Validation, new GlocalOptions { Window = 8, Stride = stride, Estimator = spy, Trust = new() { LeastDistinctSamples = 1 } });
            trainer.Run(8);
            return [.. Enumerable.Range(0, spy.Seen!.Length).Select(i => spy.Seen[i, 0])];
        }
    }

    [Fact]
    public void The_horizon_reaches_the_estimator_in_samples_from_the_first()
    {
        using var small = new SmallProblem();
        using var scope = NewDisposeScope();
        using Sequential model = small.CreateModel();
        var spy = new Spy();
        using var trainer = new BilevelTrainer(Problem(model), small.Training, small.Validation,
            new GlocalOptions { Window = 10, Stride = 5, Horizon = 100, Estimator = spy, Trust = new() { LeastDistinctSamples = 1 } });
        trainer.Run(20);
        // The first sample of the second window is taken after step 15: 85 steps, 17 strides before the horizon.
        Assert.Equal([19, 17], spy.Horizons);
    }

    [Fact]
    public void A_learned_tensor_that_no_loss_depends_on_is_named()
    {
        using var small = new SmallProblem();
        using var scope = NewDisposeScope();
        using Sequential model = small.CreateModel();
        var problem = new BilevelProblem(model, new Sgd(), batch => cross_entropy(model.call(batch.Inputs), batch.Targets),
            batch => cross_entropy(model.call(batch.Inputs), batch.Targets), [new UnusedWeights(3)]);
        using var trainer = new BilevelTrainer(problem, small.Training, small.Validation);
        Assert.Contains("'unused'", Assert.Throws<InvalidOperationException>(() => trainer.Run(50)).Message);
    }

    [Fact]
    public void Losses_that_cannot_be_used_are_named()
    {
        Assert.Contains("training loss depends on no parameter", Refusal(_ => ones(1)));
        // With a graph, but of another model.
        Assert.Contains("training loss depends on no parameter", Refusal(_ => ones(1, requires_grad: true).sum()));
        Assert.Contains("shape [24]", Refusal(loss: null, reduction: nn.Reduction.None));
        Assert.Contains("At step 1 the training loss is NaN", Refusal(model => model.parameters().First().sum() * float.NaN));

        static string Refusal(Func<nn.Module, Tensor>? loss, nn.Reduction reduction = nn.Reduction.Mean)
        {
            using var small = new SmallProblem();
            using var scope = NewDisposeScope();
            using Sequential model = small.CreateModel();
            Tensor Of(Batch batch) => cross_entropy(model.call(batch.Inputs), batch.Targets, reduction: reduction);
            var problem = new BilevelProblem(model, new Sgd(), batch => loss?.Invoke(model) ?? Of(batch), batch => cross_entropy(model.call(batch.Inputs), batch.Targets));
            using var trainer = new BilevelTrainer(problem, small.Training, small.Validation);
            return Assert.ThrowsAny<Exception>(() => trainer.Run(50)).Message;
        }
    }

    [Fact]
    public void Tangents_beyond_the_limit_are_refused_with_the_numbers()
    {
        using var small = new SmallProblem();
        using var scope = NewDisposeScope();
        using Sequential model = small.CreateModel();
        string message = Assert.Throws<InvalidOperationException>(() =>
            new BilevelTrainer(Problem(model), small.Training, small.Validation, new GlocalOptions { Mode = HypergradientMode.Forward, MemoryLimit = 1000 })).Message;
        Assert.Contains("q = 3", message);
        Assert.Contains("p = 39", message);
        Assert.Contains("2808 bytes", message);
    }

    [Fact]
    public void Options_that_make_no_sense_are_refused()
    {
        using var small = new SmallProblem();
        using var scope = NewDisposeScope();
        using Sequential model = small.CreateModel();
        foreach (GlocalOptions options in new GlocalOptions[] { new() { Window = 0 }, new() { Stride = 0 }, new() { Window = 10, Stride = 3 }, new() { Horizon = 0 },
            new() { Outer = new OuterAdam { StepSize = 0 } }, new() { Outer = new OuterAdam { Beta1 = 1 } } })
            Assert.ThrowsAny<ArgumentException>(() => new BilevelTrainer(Problem(model), small.Training, small.Validation, options));
        Assert.Throws<ArgumentOutOfRangeException>(() => TangentMemory.Discounted(1));
    }

    [Fact]
    public void A_model_that_another_trainer_took_or_that_was_moved_is_refused()
    {
        using var small = new SmallProblem();
        using var scope = NewDisposeScope();
        using Sequential model = small.CreateModel();
        using var first = new BilevelTrainer(Problem(model), small.Training, small.Validation, new GlocalOptions { Window = 2 });
        first.Run(2);
        using var second = new BilevelTrainer(Problem(model), small.Training, small.Validation, new GlocalOptions { Window = 2 });
        Assert.Contains("'first.weight'", Assert.Throws<InvalidOperationException>(() => first.Run(2)).Message);
        second.Run(2);
        model.to(ScalarType.Float32);
        Assert.Contains("Make a new trainer", Assert.Throws<InvalidOperationException>(() => second.Run(2)).Message);
    }

    [Fact]
    public void Fixing_or_learning_under_a_trainer_is_refused()
    {
        using var small = new SmallProblem();
        using var scope = NewDisposeScope();
        using Sequential model = small.CreateModel();
        BilevelProblem problem = Problem(model);
        using var trainer = new BilevelTrainer(problem, small.Training, small.Validation, new GlocalOptions { Window = 2 });
        trainer.Run(2);
        problem.Hyperparameters["momentum"].Fix();
        Assert.Contains("'momentum' was learned", Assert.Throws<InvalidOperationException>(() => trainer.Run(2)).Message);
        problem.Hyperparameters["momentum"].Learn();
        trainer.Run(2);
    }

    [Fact]
    public void A_run_that_throws_gives_the_model_back_as_it_was_at_the_last_windows_end()
    {
        using var small = new SmallProblem();
        using var scope = NewDisposeScope();
        using Sequential model = small.CreateModel();
        int calls = 0;
        var problem = new BilevelProblem(model, new Sgd(),
            batch => ++calls == 7 ? throw new IOException("no more data") : cross_entropy(model.call(batch.Inputs), batch.Targets),
            batch => cross_entropy(model.call(batch.Inputs), batch.Targets));
        using var trainer = new BilevelTrainer(problem, small.Training, small.Validation, new GlocalOptions { Window = 4 });
        trainer.Run(4);
        Tensor before = model.parameters().First().clone();
        Assert.Throws<IOException>(() => trainer.Run(4));
        Assert.True(before.Equals(model.parameters().First()));
        // From there it goes on.
        trainer.Run(4);
        Assert.Equal(8, trainer.Steps);
    }

    [Fact]
    public void The_model_keeps_its_mode_and_what_is_frozen_in_it_stays_frozen()
    {
        using var small = new SmallProblem();
        using var scope = NewDisposeScope();
        var norm = nn.BatchNorm1d(5, dtype: ScalarType.Float64);
        using Sequential model = nn.Sequential(("norm", norm), ("linear", nn.Linear(5, 3, dtype: ScalarType.Float64)));
        norm.eval();
        Tensor mean = norm.running_mean!.clone();
        using var trainer = new BilevelTrainer(Problem(model), small.Training, small.Validation, new GlocalOptions { Window = 2 });
        trainer.Run(2);
        Assert.True(model.training && !norm.training);
        Assert.True(mean.Equals(norm.running_mean));
    }

    [Fact]
    public void An_estimator_that_throws_leaves_the_model_in_its_mode()
    {
        using var small = new SmallProblem();
        using var scope = NewDisposeScope();
        using Sequential model = small.CreateModel();
        Tensor Loss(Batch batch) => cross_entropy(model.call(batch.Inputs), batch.Targets);
        using var trainer = new BilevelTrainer(new(model, new Sgd(), Loss, Loss), small.Training, small.Validation,
            new GlocalOptions { Window = 10, Estimator = new Refusing() });
        Assert.Throws<NotImplementedException>(() => trainer.Run(10));
        Assert.True(model.training);
        Assert.Equal(10, trainer.Steps);
    }

    [Fact]
    public void A_run_that_learns_nothing_says_so()
    {
        using var small = new SmallProblem();
        using var scope = NewDisposeScope();
        using Sequential model = small.CreateModel();
        var rule = new Sgd();
        rule.Hyperparameters.Fix();
        Tensor Loss(Batch batch) => cross_entropy(model.call(batch.Inputs), batch.Targets);
        var recorder = new WindowRecorder();
        using var trainer = new BilevelTrainer(new(model, rule, Loss, Loss), small.Training, small.Validation, new GlocalOptions { Mode = HypergradientMode.Reverse });
        trainer.Run(1, [recorder]);
        Assert.Equal("plain steps (nothing is learned)", recorder.Plan!.Mode);
    }

    [Fact]
    public void Entries_that_come_under_a_trainer_are_refused()
    {
        using var small = new SmallProblem();
        using var scope = NewDisposeScope();
        using Sequential model = small.CreateModel();
        var rule = new Sgd();
        Tensor Loss(Batch batch) => cross_entropy(model.call(batch.Inputs), batch.Targets);
        using var trainer = new BilevelTrainer(new(model, rule, Loss, Loss), small.Training, small.Validation);
        rule.Hyperparameters["learningRate"].PerSegment(5);
        Assert.Contains("'learningRate' has 2 entries, but had 1", Assert.Throws<InvalidOperationException>(() => trainer.Run(10)).Message);
    }

    [Fact]
    public void A_disposed_trainer_says_so()
    {
        using var small = new SmallProblem();
        using var scope = NewDisposeScope();
        using Sequential model = small.CreateModel();
        var trainer = new BilevelTrainer(Problem(model), small.Training, small.Validation);
        trainer.Dispose();
        Assert.Throws<ObjectDisposedException>(() => trainer.Run(1));
    }

    private static BilevelProblem Problem(Sequential model) => new(model, new Sgd(),
        batch => cross_entropy(model.call(batch.Inputs), batch.Targets), batch => cross_entropy(model.call(batch.Inputs), batch.Targets));

    private sealed class Refusing : IHypergradientEstimator
    {
        public string Name => "refusing";

        public HypergradientEstimate Estimate(Trajectory trajectory, double horizon) => throw new NotImplementedException();
    }

    private sealed class Spy : IHypergradientEstimator
    {
        public string Name => "spy";

        public List<double> Horizons { get; } = [];

        public Trajectory? Seen { get; private set; }

        public HypergradientEstimate Estimate(Trajectory trajectory, double horizon)
        {
            Horizons.Add(horizon);
            Seen = trajectory;
            return new() { Value = new double[trajectory.Width] };
        }
    }
}

public sealed partial class UnusedWeights(int size)
{
    private int Size => size;

    [Hyperparameter(0.5, Domain.UnitInterval, Size = nameof(Size))] private Tensor unused;

    public Tensor Unused => unused;
}

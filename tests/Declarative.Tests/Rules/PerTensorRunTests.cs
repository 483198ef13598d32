using Declarative.Koopman;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Declarative.Tests.Rules;

/// <summary>Whole runs of a rule that runs per tensor, on a model with parameters of several shapes: a scalar, an empty one and one with
/// a gradient of zero among them.</summary>
public sealed class PerTensorRunTests
{
    private const int Steps = 6;
    private static readonly OuterAdam standingStill = new() { StepSize = 1e-300 };

    [Theory]
    [InlineData(HypergradientMode.Forward)]
    [InlineData(HypergradientMode.Reverse)]
    public void Agrees_with_finite_differences(HypergradientMode mode)
    {
        double[] local = Run(new(), mode)[^1].Local;
        foreach ((Hyperparameter hyperparameter, int i) in new NormalizedMomentum().Hyperparameters.Select((item, i) => (item, i)))
        {
            const double Move = 1e-5;
            double difference = (LossAt(+Move) - LossAt(-Move)) / (2 * Move);
            Assert.True(Math.Abs(difference - local[i]) <= 1e-7 * Math.Max(1e-2, Math.Abs(difference)) && difference != 0,
                $"{hyperparameter.Name}: expected {difference:R}, got {local[i]:R}");

            double LossAt(double move)
            {
                var rule = new NormalizedMomentum();
                rule.Hyperparameters[i].Value = hyperparameter.Domain.ToValue(hyperparameter.Domain.ToCoordinate(hyperparameter.Value) + move);
                return Run(rule, mode)[^1].ValidationLoss;
            }
        }
    }

    [Fact]
    public void Forward_and_reverse_mode_agree()
    {
        double[] forward = Run(new(), HypergradientMode.Forward)[^1].Local;
        double[] reverse = Run(new(), HypergradientMode.Reverse)[^1].Local;
        for (int i = 0; i < forward.Length; i++)
            Assert.Equal(forward[i], reverse[i], 1e-10 * Math.Max(1e-2, Math.Abs(forward[i])));
    }

    // States and tangents, of numbers too, are handed from window to window.
    [Fact]
    public void Windows_with_carried_tangents_give_what_one_window_gives()
    {
        WindowReport whole = Run(new(), HypergradientMode.Forward)[^1];
        WindowReport carried = Run(new(), HypergradientMode.Forward, window: Steps / 3, TangentMemory.Carried)[^1];
        WindowReport forgetting = Run(new(), HypergradientMode.Reverse, window: Steps / 3)[^1];
        Assert.Equal(whole.ValidationLoss, carried.ValidationLoss, 1e-14);
        Assert.Equal(whole.ValidationLoss, forgetting.ValidationLoss, 1e-14);
        for (int i = 0; i < whole.Local.Length; i++)
            Assert.Equal(whole.Local[i], carried.Local[i], 1e-12);
    }

    [Fact]
    public void Fixed_settings_take_the_plain_step_to_the_same_loss()
    {
        var rule = new NormalizedMomentum();
        rule.Hyperparameters.Fix();
        Assert.Equal(Run(new(), HypergradientMode.Forward)[^1].ValidationLoss, Run(rule, HypergradientMode.Forward)[^1].ValidationLoss, 1e-14);
    }

    [Theory]
    [InlineData(HypergradientMode.Forward)]
    [InlineData(HypergradientMode.Reverse)]
    public void Two_hundred_steps_hold_no_more_than_one_window(HypergradientMode mode)
    {
        using var small = new SmallProblem();
        using var scope = NewDisposeScope();
        using var model = new Shapes();
        using var trainer = new BilevelTrainer(Problem(model, new()), small.Training, small.Validation, new GlocalOptions { Mode = mode, Window = 8 });
        trainer.Run(8);
        // What earlier tests left to the finalizer is not counted.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        long live = Tensor.TotalCount;
        trainer.Run(200);
        Assert.Equal(live, Tensor.TotalCount);
    }

    private static WindowReport[] Run(NormalizedMomentum rule, HypergradientMode mode, int window = Steps, TangentMemory? memory = null)
    {
        using var small = new SmallProblem();
        using var scope = NewDisposeScope();
        using var model = new Shapes();
        var recorder = new WindowRecorder();
        using var trainer = new BilevelTrainer(Problem(model, rule), small.Training, small.Validation, new GlocalOptions
        {
            Mode = mode, Window = window, Memory = memory ?? TangentMemory.Reset, Estimator = new LastSampleEstimator(), Outer = standingStill,
        });
        trainer.Run(Steps, [recorder]);
        return [.. recorder.Windows];
    }

    private static BilevelProblem Problem(Shapes model, NormalizedMomentum rule) => new(model, rule,
        batch => cross_entropy(model.call(batch.Inputs), batch.Targets), batch => cross_entropy(model.call(batch.Inputs), batch.Targets));

    private sealed class Shapes : nn.Module<Tensor, Tensor>
    {
        private readonly Parameter weight;
        private readonly Parameter none;
        private readonly Parameter scale;
        private readonly Parameter unused;
        private readonly Parameter bias;

        public Shapes() : base(nameof(Shapes))
        {
            using var generator = new Generator(11);
            weight = Create(3, 5);
            none = Create(0);
            scale = Create();
            unused = Create(2, 1, 2);
            bias = Create(3);
            RegisterComponents();

            Parameter Create(params long[] shape) => new(randn(shape, dtype: ScalarType.Float64, generator: generator));
        }

        public override Tensor forward(Tensor input) => linear(input, weight) * scale.exp() + bias + none.sum() + 0 * unused.sum();
    }
}

using Declarative.Interop;
using Declarative.Koopman;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Declarative.Tests.Training;

/// <summary>The exact hypergradient through all further steps.</summary>
public sealed class GlobalHypergradientTests
{
    // A window as long as all the steps has it too, in the other mode; and so do differences of whole runs.
    [Fact]
    public void Is_what_a_window_of_all_steps_gives_and_what_differences_give()
    {
        const int Before = 6, Steps = 23;
        using var small = new SmallProblem();
        double[] exact = Run(small, trainer => trainer.GlobalHypergradient(Steps));

        var recorder = new WindowRecorder();
        Run(small, trainer =>
        {
            trainer.Run(Steps, [recorder]);
            return [];
        });
        for (int i = 0; i < exact.Length; i++)
            Assert.True(double.IsNaN(exact[i]) ? double.IsNaN(recorder.Windows[0].Local[i]) : Math.Abs(exact[i] - recorder.Windows[0].Local[i]) <= 1e-10, $"{i}: {exact[i]:R}");

        const double By = 1e-4;
        double difference = (Loss(By) - Loss(-By)) / (2 * By);
        Assert.True(Math.Abs(difference) > 1e-3);
        Assert.Equal(difference, exact[0], 1e-6 * Math.Abs(difference));

        // From the sixth step on only: what comes before is the same for all.
        double Loss(double by)
        {
            var last = new WindowRecorder();
            Run(small, trainer =>
            {
                trainer.Run(Steps, [last]);
                return [];
            }, by);
            return last.Windows[0].ValidationLoss;
        }

        static double[] Run(SmallProblem small, Func<BilevelTrainer, double[]> then, double by = 0)
        {
            using var scope = NewDisposeScope();
            using Sequential model = small.CreateModel();
            BilevelProblem problem = Problem(model);
            using var trainer = new BilevelTrainer(problem, small.Training, small.Validation, new GlocalOptions
            {
                Window = Before + Steps, Mode = HypergradientMode.Forward, Memory = TangentMemory.Reset,
            });
            trainer.Run(Before);
            Hyperparameter rate = problem.Hyperparameters["learningRate"];
            rate.Value *= Math.Exp(by);
            return then(trainer);
        }
    }

    [Theory]
    [InlineData(HypergradientMode.Forward, false)]
    [InlineData(HypergradientMode.Forward, true)]
    [InlineData(HypergradientMode.Reverse, false)]
    public void Changes_nothing(HypergradientMode mode, bool isGuarded)
    {
        Assert.Equal(Run(asks: false), Run(asks: true));

        double[] Run(bool asks)
        {
            using var small = new SmallProblem();
            using var scope = NewDisposeScope();
            manual_seed(2);
            using Sequential model = nn.Sequential(("first", nn.Linear(5, 6, dtype: ScalarType.Float64)), ("norm", nn.BatchNorm1d(6, dtype: ScalarType.Float64)),
                ("dropout", nn.Dropout(.3)), ("second", nn.Linear(6, 3, dtype: ScalarType.Float64)));
            BilevelProblem problem = Problem(model);
            using var trainer = new BilevelTrainer(problem, small.Training, small.Validation, new GlocalOptions
            {
                Window = 5, Mode = mode, Memory = isGuarded ? TangentMemory.Guarded(.7) : mode == HypergradientMode.Forward ? TangentMemory.Discounted(.7) : TangentMemory.Reset,
            });
            for (int i = 0; i < 4; i++)
            {
                if (asks)
                    Assert.Contains(trainer.GlobalHypergradient(17), value => Math.Abs(value) > 1e-6);
                trainer.Run(5);
            }
            Assert.True(model.training);
            return [.. problem.Hyperparameters.SelectMany(item => item.Values.ToArray()), .. model.parameters().Concat(model.buffers()).SelectMany(tensor => HostNumbers.Read(tensor))];
        }
    }

    [Fact]
    public void Says_what_is_missing()
    {
        using var small = new SmallProblem();
        using var scope = NewDisposeScope();
        using Sequential model = small.CreateModel();
        BilevelProblem problem = Problem(model);
        using (var tight = new BilevelTrainer(problem, small.Training, small.Validation, new GlocalOptions { Window = 1, MemoryLimit = 3000 }))
            Assert.Contains("above the limit of 3000", Assert.Throws<InvalidOperationException>(() => tight.GlobalHypergradient(10_000)).Message);
        problem.Hyperparameters.Fix();
        using var fixedOne = new BilevelTrainer(problem, small.Training, small.Validation);
        Assert.Contains("Nothing is learned", Assert.Throws<InvalidOperationException>(() => fixedOne.GlobalHypergradient(5)).Message);
    }

    private static BilevelProblem Problem(Sequential model) => new(model, new Adam(), batch => cross_entropy(model.call(batch.Inputs), batch.Targets),
        batch => cross_entropy(model.call(batch.Inputs), batch.Targets));
}

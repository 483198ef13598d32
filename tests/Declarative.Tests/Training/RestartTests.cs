using Declarative.Interop;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Declarative.Tests.Training;

/// <summary>Training again and again from one start, along the exact global hypergradient.</summary>
public sealed class RestartTests
{
    private const int Steps = 30;

    [Fact]
    public void Each_round_is_a_plain_run_with_the_settings_that_the_exact_hypergradients_before_led_to()
    {
        var recorder = new WindowRecorder();
        (double[] parameters, double[] settings, _) = Run(trainer => trainer.RunRestarted(Steps, rounds: 4, [recorder]));
        Assert.Equal([0, 1, 2, 3], recorder.Windows.Select(window => window.Window));
        Assert.Equal([Steps, 2 * Steps, 3 * Steps, 4 * Steps], recorder.Windows.Select(window => (int)window.Step));
        // Independent of restarts: a fresh trainer at the start, with the settings that the round before ended with.
        double[]? before = null;
        foreach (WindowReport round in recorder.Windows)
        {
            (_, _, double[] exact) = Run(trainer => trainer.GlobalHypergradient(Steps), before);
            for (int i = 0; i < exact.Length; i++)
                Assert.True(double.IsNaN(exact[i]) ? double.IsNaN(round.Local[i]) : Math.Abs(exact[i] - round.Local[i]) <= 1e-9 * Math.Max(1e-3, Math.Abs(exact[i])));
            before = round.Values;
        }
        Assert.True(recorder.Windows[3].ValidationLoss < recorder.Windows[0].ValidationLoss);
        Assert.Equal(recorder.Windows[2].Values, recorder.Windows[3].Values);

        (double[] plain, _, _) = Run(trainer => trainer.Run(Steps), settings, isFixed: true);
        for (int i = 0; i < plain.Length; i++)
            Assert.Equal(plain[i], parameters[i], 1e-12);
    }

    [Fact]
    public void A_round_that_cannot_be_is_refused_and_one_that_diverges_gives_the_model_back()
    {
        Run(trainer =>
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => trainer.RunRestarted(0, 1));
            Assert.Throws<ArgumentOutOfRangeException>(() => trainer.RunRestarted(1, 0));
        });
        (double[] start, _, _) = Run(_ => { });
        var recorder = new WindowRecorder();
        (double[] after, _, _) = Run(trainer => Assert.Throws<TrainingDivergedException>(() => trainer.RunRestarted(Steps, 2, [recorder])), [1e200, .5, 0, 1e-4]);
        Assert.Equal(start, after);
        // There was no move to take back: it is not tried again.
        Assert.Empty(recorder.Rollbacks);
    }

    [Fact]
    public void A_round_that_a_move_made_diverge_is_taken_again_after_half_of_it()
    {
        var recorder = new WindowRecorder();
        Run(trainer => trainer.RunRestarted(Steps, rounds: 2, [recorder]), outer: new OuterAdam { StepSize = 1500, LargestMove = 1500 });
        Assert.NotEmpty(recorder.Rollbacks);
        Assert.Equal(.5, recorder.Rollbacks[0].MoveScale);
        Assert.Equal(2, recorder.Windows.Count);
        Assert.All(recorder.Windows, window => Assert.True(double.IsFinite(window.ValidationLoss)));
    }

    private static (double[] Parameters, double[] Settings, double[] Result) Run(Action<BilevelTrainer> then, double[]? settings = null, bool isFixed = false,
        OuterOptimizer? outer = null) =>
        Run(trainer =>
        {
            then(trainer);
            return [];
        }, settings, isFixed, outer);

    private static (double[] Parameters, double[] Settings, double[] Result) Run(Func<BilevelTrainer, double[]> then, double[]? settings = null, bool isFixed = false,
        OuterOptimizer? outer = null)
    {
        using var small = new SmallProblem();
        using var scope = NewDisposeScope();
        using Sequential model = small.CreateModel();
        var problem = new BilevelProblem(model, new Sgd(), batch => cross_entropy(model.call(batch.Inputs), batch.Targets),
            batch => cross_entropy(model.call(batch.Inputs), batch.Targets));
        NumberHyperparameter[] numbers = [.. problem.Hyperparameters.OfType<NumberHyperparameter>()];
        problem.Hyperparameters["momentum"].Value = .5;
        for (int i = 0; i < (settings?.Length ?? 0); i++)
            numbers[i].Value = settings![i];
        if (isFixed)
            problem.Hyperparameters.Fix();
        using var trainer = new BilevelTrainer(problem, small.Training, small.Validation, new GlocalOptions { Outer = outer ?? new OuterAdam() });
        double[] result = then(trainer);
        return ([.. model.parameters().SelectMany(parameter => HostNumbers.Read(parameter))], [.. numbers.Select(number => number.Value)], result);
    }
}

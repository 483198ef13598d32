using Declarative.Interop;
using Declarative.Koopman;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Declarative.Tests.Training;

/// <summary>Windows that go wrong: what is said, what is taken back, and when a run gives up.</summary>
public sealed class RollbackTests
{
    public static TheoryData<HypergradientMode> Modes => [HypergradientMode.Forward, HypergradientMode.Reverse];

    // The training loss is NaN wherever the learning rate is above a limit: the first outer step goes beyond it, half of it does not.
    [Theory]
    [MemberData(nameof(Modes))]
    public void A_move_into_trouble_is_halved_and_the_run_goes_on(HypergradientMode mode)
    {
        using var small = new SmallProblem();
        using var scope = NewDisposeScope();
        using Sequential model = small.CreateModel();
        var rule = new Sgd();
        Hyperparameter rate = rule.Hyperparameters["learningRate"];
        rate.Value = 1e-3;
        double limit = 1e-3 * Math.Exp(.2);
        BilevelProblem problem = Problem(model, rule, () => rate.Value > limit);
        var recorder = new WindowRecorder();
        using var trainer = new BilevelTrainer(problem, small.Training, small.Validation, new GlocalOptions { Window = 5, Mode = mode, Outer = new OuterAdam() });
        trainer.Run(10, [recorder]);

        RollbackReport rollback = Assert.Single(recorder.Rollbacks);
        Assert.Equal((1, 6L, .5), (rollback.Window, rollback.Step, rollback.MoveScale));
        Assert.Equal("the training loss is NaN", rollback.Reason);
        Assert.Equal(10, trainer.Steps);
        // .15 from the halved move of .3, less than .3 from the next one, which is still shortened.
        Assert.InRange(Math.Log(recorder.Windows[1].Values[0] / 1e-3), .15, .15 + .3 * .7);
    }

    // What is left behind must not differ from a run that never went wrong.
    [Theory]
    [MemberData(nameof(Modes))]
    public void A_window_that_is_taken_again_starts_where_it_started(HypergradientMode mode)
    {
        double[] Parameters(bool fails)
        {
            using var small = new SmallProblem();
            using var scope = NewDisposeScope();
            using Sequential model = small.CreateModel();
            var rule = new Adam();
            rule.Hyperparameters.Fix();
            rule.Hyperparameters["learningRate"].Learn();
            int attempts = 0;
            // The second window fails once, and again when it is looked at, whatever the hyperparameters are; moves are too small to matter.
            var counting = new CountingSource(small.Training);
            BilevelProblem problem = Problem(model, rule, () => fails && counting.Last == 7 && attempts++ < 2);
            using var trainer = new BilevelTrainer(problem, counting, small.Validation,
                new GlocalOptions { Window = 5, Mode = mode, Outer = new OuterAdam { StepSize = 1e-12 }, Memory = mode == HypergradientMode.Forward ? TangentMemory.Discounted(.5) : default });
            trainer.Run(20);
            return [.. model.parameters().SelectMany(parameter => HostNumbers.Read(parameter))];
        }
        double[] wanted = Parameters(fails: false), found = Parameters(fails: true);
        for (int i = 0; i < wanted.Length; i++)
            Assert.Equal(wanted[i], found[i], 1e-9);
    }

    [Fact]
    public void A_run_gives_up_after_so_many_times_and_names_what_went_wrong()
    {
        using var small = new SmallProblem();
        using var scope = NewDisposeScope();
        using Sequential model = small.CreateModel();
        var recorder = new WindowRecorder();
        bool isBad = false;
        using var trainer = new BilevelTrainer(Problem(model, new Sgd(), () => isBad), small.Training, small.Validation, new GlocalOptions { Window = 5, Rollbacks = 3 });
        trainer.Run(5, [recorder]);
        double[] good = [.. model.parameters().SelectMany(parameter => HostNumbers.Read(parameter))];
        isBad = true;
        TrainingDivergedException e = Assert.Throws<TrainingDivergedException>(() => trainer.Run(5, [recorder]));
        Assert.Equal(6, e.Step);
        Assert.Contains("the training loss is NaN, also after the last outer step was taken back", e.Message);
        Assert.Equal([.5, .25, 0], recorder.Rollbacks.Select(rollback => rollback.MoveScale));
        Assert.Equal(good, model.parameters().SelectMany(parameter => HostNumbers.Read(parameter)));
        Assert.Throws<InvalidOperationException>(() => trainer.Run(5));
    }

    [Fact]
    public void The_parameter_whose_gradient_is_not_finite_is_named()
    {
        using var small = new SmallProblem();
        using var scope = NewDisposeScope();
        using Sequential model = small.CreateModel();
        // 0 · √0: the loss is 0, its gradient NaN, in the fourth step only.
        var source = new CountingSource(small.Training);
        Tensor Loss(Batch batch)
        {
            Tensor loss = cross_entropy(model.call(batch.Inputs), batch.Targets);
            Tensor bias = model.parameters().ElementAt(3);
            return source.Last == 3 ? loss + (bias - bias.detach()).sum().sqrt() : loss;
        }
        using var trainer = new BilevelTrainer(new(model, new Sgd(), Loss, batch => cross_entropy(model.call(batch.Inputs), batch.Targets)), source, small.Validation,
            new GlocalOptions { Window = 8 });
        TrainingDivergedException e = Assert.Throws<TrainingDivergedException>(() => trainer.Run(8));
        Assert.Equal(4, e.Step);
        Assert.Contains("the gradient of parameter 'second.bias' is not finite", e.Message);
    }

    [Fact]
    public void Tangents_that_run_away_are_forgotten_once_and_then_reported()
    {
        using var small = new SmallProblem();
        using var scope = NewDisposeScope();
        // θ is all but at the top of a steep hill: it hardly moves, but its tangent grows a hundredfold at each step.
        using Linear still = nn.Linear(1, 1, hasBias: false, dtype: ScalarType.Float64);
        using (no_grad())
            still.weight!.zero_();
        Tensor tiny = tensor(1e-3, dtype: ScalarType.Float64);
        var rule = new Sgd();
        rule.Hyperparameters.Fix();
        rule.Hyperparameters["learningRate"].Value = 1;
        rule.Hyperparameters["learningRate"].Learn();
        Tensor Training(Batch batch) => still.weight!.square().sum() * tensor(-50.0) + (still.weight! * tiny).sum() * tensor(1e-12);
        Tensor Validation(Batch batch) => (still.weight! - 1).square().sum();
        var recorder = new WindowRecorder();
        using var trainer = new BilevelTrainer(new(still, rule, Training, Validation), new NoBatches(), new NoBatches(),
            new GlocalOptions { Window = 4, Mode = HypergradientMode.Forward, Memory = TangentMemory.Carried, Outer = new OuterAdam { StepSize = 1e-300 } });
        TrainingDivergedException e = Assert.Throws<TrainingDivergedException>(() => trainer.Run(60, [recorder]));
        Assert.NotEmpty(recorder.Rollbacks);
        Assert.Contains("the tangent of parameter 'weight' with respect to 'learningRate'", e.Message);
    }

    [Fact]
    public void Values_that_were_set_after_the_last_move_are_not_taken_back()
    {
        using var small = new SmallProblem();
        using var scope = NewDisposeScope();
        using Sequential model = small.CreateModel();
        var rule = new Sgd();
        bool isBad = false;
        using var trainer = new BilevelTrainer(Problem(model, rule, () => isBad), small.Training, small.Validation, new GlocalOptions { Window = 5 });
        trainer.Run(5);
        rule.Hyperparameters["learningRate"].Value = 1e-5;
        isBad = true;
        Assert.DoesNotContain("taken back", Assert.Throws<TrainingDivergedException>(() => trainer.Run(5)).Message);
        Assert.Equal(1e-5, rule.Hyperparameters["learningRate"].Value);
    }

    private static BilevelProblem Problem(Sequential model, IUpdateRule rule, Func<bool> isBad) => new(model, rule,
        batch =>
        {
            Tensor loss = cross_entropy(model.call(batch.Inputs), batch.Targets);
            return isBad() ? loss * tensor(double.NaN) : loss;
        },
        batch => cross_entropy(model.call(batch.Inputs), batch.Targets));
}

using Declarative.Koopman;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace Declarative.Tests.Hypergradients;

/// <summary>Hyperparameters that a loss reads, against finite differences: one weight per example, a scalar in the training loss, and a
/// scalar on which the validation loss depends directly.</summary>
public sealed class LossHyperparameterTests
{
    private const int Steps = 5;

    [Fact]
    public void Agree_with_finite_differences_together_with_the_optimizers()
    {
        using var small = new SmallProblem();
        using var scope = NewDisposeScope();
        (WindowReport report, IReadOnlyList<string> names) = Run(small, move: null, 0);
        Assert.Equal(3 + 24 + 2, report.Local.Count(double.IsFinite));

        foreach (string name in new[] { "learningRate", "weights[0]", "weights[7]", "weights[23]", "decay", "temperature" })
        {
            const double Step = 1e-5;
            double difference = (Run(small, name, Step).Report.ValidationLoss - Run(small, name, -Step).Report.ValidationLoss) / (2 * Step);
            double local = report.Local[Array.IndexOf([.. names], name)];
            Assert.True(Math.Abs(difference) > 1e-7, $"{name} does not matter");
            Assert.True(Math.Abs(local - difference) <= 1e-6 * Math.Max(1e-2, Math.Abs(difference)), $"{name}: {local:R}, difference {difference:R}");
        }
    }

    [Fact]
    public void A_fixed_one_has_no_tangent()
    {
        using var small = new SmallProblem();
        using var scope = NewDisposeScope();
        using Sequential model = small.CreateModel();
        (BilevelProblem problem, _) = Problem(model);
        problem.Hyperparameters["weights"].Fix();
        var recorder = new WindowRecorder();
        using var trainer = new BilevelTrainer(problem, small.Training, small.Validation, new GlocalOptions { Window = Steps });
        trainer.Run(Steps, [recorder]);
        Assert.Equal(3 + 2, recorder.Windows[0].Local.Count(double.IsFinite));
        Assert.Equal("None: fixed", recorder.Windows[0].Decisions[Array.IndexOf([.. problem.Hyperparameters.EntryNames], "weights[4]")].ToString());
    }

    private static (WindowReport Report, IReadOnlyList<string> Names) Run(SmallProblem small, string? move, double by)
    {
        using var scope = NewDisposeScope();
        using Sequential model = small.CreateModel();
        (BilevelProblem problem, IReadOnlyList<string> names) = Problem(model);
        foreach (Hyperparameter item in problem.Hyperparameters)
        {
            if (move is null)
                continue;
            double[] values = item.Values.ToArray();
            for (int i = 0; i < values.Length; i++)
                if (item.NameOf(i) == move)
                    values[i] = item.Domain.ToValue(item.Domain.ToCoordinate(values[i]) + by);
            item.SetValues(values);
        }
        var recorder = new WindowRecorder();
        using var trainer = new BilevelTrainer(problem, small.Training, small.Validation, new GlocalOptions { Window = Steps + 1, Estimator = new LastSampleEstimator() });
        trainer.Run(Steps, [recorder]);
        return (recorder.Windows[0], names);
    }

    private static (BilevelProblem Problem, IReadOnlyList<string> Names) Problem(Sequential model)
    {
        var reweighted = new ReweightedLoss(model, examples: 24);
        var shaped = new ShapedLoss(model, reweighted);
        var problem = new BilevelProblem(model, new Sgd(), shaped.Training, shaped.Validation, [reweighted, shaped]);
        problem.Hyperparameters["learningRate"].Value = .2;
        return (problem, problem.Hyperparameters.EntryNames);
    }
}

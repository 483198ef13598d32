using Declarative.Koopman;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Declarative.Tests.Hyperparameters;

/// <summary>A model that declares hyperparameters itself, trained: against finite differences, in float64.</summary>
public sealed class ModuleHyperparameterTests
{
    private const int Steps = 5;

    [Fact]
    public void Hypergradients_of_a_modules_own_hyperparameters_agree_with_finite_differences()
    {
        using var small = new SmallProblem();
        using var scope = NewDisposeScope();
        (WindowReport report, string[] names) = Run(small, move: null, 0);
        foreach (string name in new[] { "learningRate", "temperature", "decays[0]", "decays[1]", "decays[3]" })
        {
            const double Step = 1e-5;
            double difference = (Run(small, name, Step).Report.ValidationLoss - Run(small, name, -Step).Report.ValidationLoss) / (2 * Step);
            double local = report.Local[Array.IndexOf(names, name)];
            Assert.True(Math.Abs(difference) > 1e-7, $"{name} does not matter");
            Assert.True(Math.Abs(local - difference) <= 1e-6 * Math.Max(1e-2, Math.Abs(difference)), $"{name}: {local:R}, difference {difference:R}");
        }
    }

    [Fact]
    public void Training_moves_them_and_leaves_the_model_as_it_was_made()
    {
        using var small = new SmallProblem();
        using var scope = NewDisposeScope();
        using var model = new TemperedNetwork(small);
        var problem = new BilevelProblem(model, new Sgd(), model.Training, model.Validation, [model]);
        using (var trainer = new BilevelTrainer(problem, small.Training, small.Validation, new GlocalOptions { Window = Steps }))
            trainer.Run(4 * Steps);
        Assert.NotEqual(1.5, model.Hyperparameters["temperature"].Value);
        Assert.Equal(model.Hyperparameters["temperature"].Value, Derivative.Stop(model.Temperature).item<double>(), 1e-12);
        Assert.Equal(["first.bias", "first.weight", "second.bias", "second.weight"], model.state_dict().Keys.Order());
    }

    private static (WindowReport Report, string[] Names) Run(SmallProblem small, string? move, double by)
    {
        using var scope = NewDisposeScope();
        using var model = new TemperedNetwork(small);
        var problem = new BilevelProblem(model, new Sgd(), model.Training, model.Validation, [model]);
        problem.Hyperparameters["learningRate"].Value = .2;
        foreach (Hyperparameter item in problem.Hyperparameters)
        {
            double[] values = item.Values.ToArray();
            for (int i = 0; i < values.Length; i++)
                if (item.NameOf(i) == move)
                    values[i] = item.Domain.ToValue(item.Domain.ToCoordinate(values[i]) + by);
            item.SetValues(values);
        }
        var recorder = new WindowRecorder();
        using var trainer = new BilevelTrainer(problem, small.Training, small.Validation, new GlocalOptions { Window = Steps + 1, Estimator = new LastSampleEstimator() });
        trainer.Run(Steps, [recorder]);
        return (recorder.Windows[0], [.. problem.Hyperparameters.EntryNames]);
    }
}

/// <summary>A network with a learned temperature and a learned decay of each of its parameter tensors.</summary>
public sealed partial class TemperedNetwork : nn.Module<Tensor, Tensor>
{
    private readonly Linear first = nn.Linear(5, 4, dtype: ScalarType.Float64);
    private readonly Linear second = nn.Linear(4, 3, dtype: ScalarType.Float64);

    public TemperedNetwork(SmallProblem small)
        : base(nameof(TemperedNetwork))
    {
        RegisterComponents();
        using var noGradient = no_grad();
        foreach ((Parameter parameter, Tensor start) in parameters().Zip(small.Start))
            parameter.copy_(start);
    }

    [Hyperparameter(1.5, Domain.Positive)]
    public partial Tensor Temperature { get; }

    [Hyperparameter(0.01, Domain.Positive, Size = nameof(Self))]
    private partial Tensor Decays { get; }

    private TemperedNetwork Self => this;

    public override Tensor forward(Tensor input) => second.call(first.call(input).tanh()) / Temperature;

    public Tensor Training(Batch batch) =>
        cross_entropy(call(batch.Inputs), batch.Targets) + stack(parameters().Select(parameter => parameter.square().sum())).dot(Decays);

    public Tensor Validation(Batch batch) => cross_entropy(call(batch.Inputs), batch.Targets);
}

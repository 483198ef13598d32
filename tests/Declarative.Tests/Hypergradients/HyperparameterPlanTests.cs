using Declarative.Koopman;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Declarative.Tests.Hypergradients;

/// <summary>A value per parameter tensor, per segment of training, on a schedule, and in groups of parameters: all modes against each other
/// and against finite differences of whole runs.</summary>
public sealed class HyperparameterPlanTests
{
    private const int Steps = 6;

    public static TheoryData<string> Plans => ["per tensor", "per segment", "on a schedule", "all of it", "groups", "a rule per tensor"];

    [Theory]
    [MemberData(nameof(Plans))]
    public void Modes_agree_with_each_other_and_with_finite_differences(string plan)
    {
        using var small = new SmallProblem();
        (double[] forward, string[] names, _) = Run(small, plan, HypergradientMode.Forward);
        foreach (ReverseStorage storage in (ReverseStorage[])[ReverseStorage.Graphs, ReverseStorage.Checkpoints])
            AssertClose(names, forward, Run(small, plan, HypergradientMode.Reverse, storage: storage).Local, 1e-9);

        const double Step = 1e-4;
        double[] differences = [.. names.Select((name, i) => double.IsNaN(forward[i]) ? double.NaN
            : (8 * (Loss(name, Step) - Loss(name, -Step)) - (Loss(name, 2 * Step) - Loss(name, -2 * Step))) / (12 * Step))];
        AssertClose(names, differences, forward, 1e-6);

        double Loss(string name, double by) => Run(small, plan, HypergradientMode.Forward, move: name, by: by).Loss;
    }

    [Fact]
    public void Entries_are_named_by_what_they_belong_to()
    {
        using var small = new SmallProblem();
        Assert.Equal(["learningRate[first.weight]", "learningRate[first.bias]", "learningRate[second.weight]", "learningRate[second.bias]"],
            Run(small, "per tensor", HypergradientMode.Forward).Names.Where(name => name.StartsWith("learningRate", StringComparison.Ordinal)));
        Assert.Equal(["learningRate[@0]", "learningRate[@2]", "learningRate[@4]"],
            Run(small, "per segment", HypergradientMode.Forward).Names.Where(name => name.StartsWith("learningRate", StringComparison.Ordinal)));
        Assert.Contains("learningRate[second.bias@3]", Run(small, "all of it", HypergradientMode.Forward).Names);
        Assert.Contains("head.learningRate", Run(small, "groups", HypergradientMode.Forward).Names);
    }

    [Fact]
    public void A_segment_that_has_not_come_does_not_move()
    {
        using var small = new SmallProblem();
        using var scope = NewDisposeScope();
        using Sequential model = small.CreateModel();
        BilevelProblem problem = Problem(model, new Sgd());
        problem.Hyperparameters["learningRate"].PerSegment(4, 8);
        using var trainer = new BilevelTrainer(problem, small.Training, small.Validation, new GlocalOptions { Window = 4 });
        trainer.Run(4);
        double[] first = problem.Hyperparameters["learningRate"].Values.ToArray();
        Assert.NotEqual(first[0], first[1]);
        Assert.Equal(first[1], first[2]);
        trainer.Run(4);
        double[] second = problem.Hyperparameters["learningRate"].Values.ToArray();
        Assert.Equal(first[0], second[0]);
        Assert.NotEqual(first[1], second[1]);
        Assert.Equal(first[2], second[2]);
    }

    // With tangents that are carried, a segment that is over still has a hypergradient.
    [Fact]
    public void A_segment_that_is_over_does_not_move()
    {
        using var small = new SmallProblem();
        using var scope = NewDisposeScope();
        using Sequential model = small.CreateModel();
        BilevelProblem problem = Problem(model, new Sgd());
        problem.Hyperparameters["learningRate"].PerSegment(10);
        using var trainer = new BilevelTrainer(problem, small.Training, small.Validation, new GlocalOptions { Window = 5, Memory = TangentMemory.Carried });
        trainer.Run(10);
        double first = problem.Hyperparameters["learningRate"].Values[0];
        var recorder = new WindowRecorder();
        trainer.Run(10, [recorder]);
        Assert.Equal(first, problem.Hyperparameters["learningRate"].Values[0]);
        Assert.True(Math.Abs(recorder.Windows[^1].Local[0]) > 1e-6);
        Assert.Equal("None: its segment is over", recorder.Windows[^1].Decisions[0].ToString());
    }

    [Theory]
    [InlineData(HypergradientMode.Forward)]
    [InlineData(HypergradientMode.Reverse)]
    public void After_a_run_a_rule_has_its_value_and_not_that_of_a_step(HypergradientMode mode)
    {
        using var small = new SmallProblem();
        using var scope = NewDisposeScope();
        using Sequential model = small.CreateModel();
        var rule = new ReadableDescent();
        rule.Hyperparameters["rate"].Follow(Schedule.Of(step => 1.0 / (step + 1)));
        using var trainer = new BilevelTrainer(Problem(model, rule), small.Training, small.Validation, new GlocalOptions { Window = 8, Mode = mode });
        trainer.Run(5);
        Assert.Equal(.25, rule.Rate);
    }

    [Fact]
    public void What_does_not_fit_is_refused_with_a_way_out()
    {
        using var small = new SmallProblem();
        using var scope = NewDisposeScope();
        using Sequential model = small.CreateModel();
        using Linear other = nn.Linear(2, 2);

        var rule = new Sgd();
        rule.Hyperparameters["learningRate"].PerTensor(other);
        Assert.Contains("PerTensor", Refusal(rule));

        var counting = new NAdam();
        counting.Hyperparameters["beta1"].PerTensor(model);
        Assert.Contains("parameter group", Refusal(counting));

        Assert.Contains("per parameter tensor already", Assert.Throws<InvalidOperationException>(() => rule.Hyperparameters["learningRate"].PerTensor(model)).Message);
        Assert.Contains("ascending", Assert.Throws<ArgumentException>(() => rule.Hyperparameters["momentum"].PerSegment(5, 5)).Message);
        Assert.Contains("one segment as it is", Assert.Throws<ArgumentException>(() => rule.Hyperparameters["momentum"].PerSegment()).Message);
        Assert.Contains("Size", Assert.Throws<NotSupportedException>(() => new ReweightedLoss(model, 3).Hyperparameters["weights"].PerSegment(5)).Message);

        var growing = new Sgd();
        growing.Hyperparameters["momentum"].Value = .9;
        growing.Hyperparameters["momentum"].Follow(Schedule.Of(step => 1 + step));
        using var trainer = new BilevelTrainer(Problem(model, growing), small.Training, small.Validation);
        Assert.Contains("at step 1", Assert.Throws<InvalidOperationException>(() => trainer.Run(5)).Message);

        string Refusal(IUpdateRule rule) =>
            Assert.Throws<ArgumentException>(() => new BilevelTrainer(Problem(model, rule), small.Training, small.Validation)).Message;
    }

    [Fact]
    public void Groups_must_share_out_the_parameters()
    {
        using var small = new SmallProblem();
        using var scope = NewDisposeScope();
        using Sequential model = small.CreateModel();
        Assert.Contains("'second.weight' belongs to no group", Refusal(new ParameterGroup("first", new Sgd(), name => name.StartsWith("first", StringComparison.Ordinal))));
        Assert.Contains("'first.bias' belongs to the groups 'all' and 'biases'", Refusal(new ParameterGroup("all", new Sgd(), _ => true),
            new ParameterGroup("biases", new Sgd(), name => name.EndsWith("bias", StringComparison.Ordinal))));
        Assert.Contains("contains none", Refusal(new ParameterGroup("all", new Sgd(), _ => true), new ParameterGroup("nothing", new Sgd(), _ => false)));
        var shared = new Sgd();
        Assert.Contains("shares its update rule", Refusal(new ParameterGroup("a", shared, _ => true), new ParameterGroup("b", shared, _ => false)));

        string Refusal(params ParameterGroup[] groups) => Assert.Throws<ArgumentException>(() =>
        {
            Tensor Loss(Batch batch) => cross_entropy(model.call(batch.Inputs), batch.Targets);
            new BilevelTrainer(new(model, groups, Loss, Loss), small.Training, small.Validation).Dispose();
        }).Message;
    }

    [Fact]
    public void A_schedule_is_what_it_says()
    {
        Schedule cosine = Schedule.Cosine(100, end: .1);
        Assert.Equal(1, cosine.FactorAt(0), 1e-15);
        Assert.Equal(.55, cosine.FactorAt(50), 1e-12);
        Assert.Equal(.1, cosine.FactorAt(1000), 1e-12);
        Assert.Equal([.25, .5, .75, 1, 1], Enumerable.Range(0, 5).Select(step => Schedule.Warmup(3).FactorAt(step)));
        Assert.Equal([1, 1, .5, .5, .25], Enumerable.Range(0, 5).Select(step => Schedule.Stepwise(2, .5).FactorAt(step)));
        Assert.Equal(.25 * .5, Schedule.Warmup(3).Times(Schedule.Of(_ => .5)).FactorAt(0));
    }

    private static (double[] Local, string[] Names, double Loss) Run(SmallProblem small, string plan, HypergradientMode mode,
        ReverseStorage storage = default, string? move = null, double by = 0)
    {
        using var scope = NewDisposeScope();
        using Sequential model = small.CreateModel();
        BilevelProblem problem = Planned(model, plan);
        string[] names = [.. problem.Hyperparameters.EntryNames];
        foreach (Hyperparameter item in problem.Hyperparameters)
        {
            double[] values = item.Values.ToArray();
            for (int i = 0; i < values.Length; i++)
                if (item.NameOf(i) == move)
                    values[i] = item.Domain.ToValue(item.Domain.ToCoordinate(values[i]) + by);
            item.SetValues(values);
        }
        var recorder = new WindowRecorder();
        using var trainer = new BilevelTrainer(problem, small.Training, small.Validation,
            new GlocalOptions { Window = Steps + 1, Mode = mode, Storage = storage, Estimator = new LastSampleEstimator() });
        trainer.Run(Steps, [recorder]);
        return (recorder.Windows[0].Local, names, recorder.Windows[0].ValidationLoss);
    }

    private static BilevelProblem Planned(Sequential model, string plan)
    {
        if (plan == "groups")
        {
            Tensor Loss(Batch batch) => cross_entropy(model.call(batch.Inputs), batch.Targets);
            return new(model,
            [
                new("head", Set(new Adam()), name => name.StartsWith("second", StringComparison.Ordinal)),
                new("body", Set(new Sgd()), name => name.StartsWith("first", StringComparison.Ordinal)),
            ], Loss, Loss);
        }
        IUpdateRule rule = Set(plan == "a rule per tensor" ? new Lars() : new Sgd());
        Hyperparameter rate = rule.Hyperparameters["learningRate"];
        switch (plan)
        {
            case "per tensor":
                rate.PerTensor(model);
                rule.Hyperparameters["momentum"].PerTensor(model);
                break;
            case "per segment":
                rate.PerSegment(2, 4);
                break;
            case "on a schedule":
                rate.Follow(Schedule.Warmup(2).Times(Schedule.Cosine(9)));
                rule.Hyperparameters["weightDecay"].Follow(Schedule.Stepwise(2, .5));
                break;
            case "all of it":
                rate.PerTensor(model).PerSegment(3).Follow(Schedule.Cosine(9, end: .2));
                break;
            default:
                rate.PerTensor(model);
                break;
        }
        return Problem(model, rule);
    }

    private static IUpdateRule Set(IUpdateRule rule)
    {
        foreach ((string name, double value) in new[] { ("learningRate", .2), ("momentum", .7), ("weightDecay", .01) })
            if (rule.Hyperparameters.FirstOrDefault(item => item.Name.EndsWith(name, StringComparison.Ordinal)) is { } item)
            {
                item.Value = rule is Lars && name == "learningRate" ? 2 : rule is Adam && name == "learningRate" ? .02 : value;
                item.Learn();
            }
        return rule;
    }

    private static BilevelProblem Problem(Sequential model, IUpdateRule rule)
    {
        Tensor Loss(Batch batch) => cross_entropy(model.call(batch.Inputs), batch.Targets);
        return new(model, rule, Loss, Loss);
    }

    private static void AssertClose(string[] names, double[] expected, double[] actual, double tolerance)
    {
        double largest = expected.Where(double.IsFinite).Max(Math.Abs);
        Assert.True(largest > 1e-4, "nothing matters");
        for (int i = 0; i < expected.Length; i++)
            Assert.True(double.IsNaN(expected[i]) ? double.IsNaN(actual[i]) : Math.Abs(expected[i] - actual[i]) <= tolerance * Math.Max(1e-3 * largest, Math.Abs(expected[i])),
                $"{names[i]}: {actual[i]:R}, not {expected[i]:R}");
    }
}

/// <summary>Gradient descent whose setting can be read.</summary>
public sealed partial class ReadableDescent
{
    [Hyperparameter(.25, Domain.Positive)] private double rate;

    public double Rate => rate;

    [UpdateRule]
    private Tensor Update(Tensor parameter, Tensor gradient) => parameter - rate * gradient;
}

using Declarative.Tests.Optimizers;
using Declarative.Tests.Training;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Declarative.Tests.Hypergradients;

/// <summary>What the check says of problems that are right, and of one wrong in each way that it knows.</summary>
public sealed class HypergradientCheckTests : IDisposable
{
    private readonly SmallProblem small = new();
    private readonly DisposeScope scope = NewDisposeScope();

    [Theory]
    [InlineData("Sgd")]
    [InlineData("Adam")]
    public void Passes_with_every_mode(string name)
    {
        HypergradientCheckResult result = Check(Problem(small.CreateModel(), OptimizerCase.Of(name).CreateSet()));
        Assert.True(result.Passed, result.ToString());
        Assert.Equal((float64, 39, 5), (result.Type, result.Parameters, result.Steps));
        Assert.Equal(result.Coordinates, result.Rows.Count);
        Assert.All(result.Rows, row =>
        {
            Assert.Equal(HypergradientVerdict.Agrees, row.Verdict);
            Assert.True(row.Deviation < 1e-6 && row.Forward is not null && row.Graphs is not null && row.States == row.Checkpoints, result.ToString());
            Assert.True(row.Float32Deviation is > 0 and < 1e-2, result.ToString());
        });
        result.ThrowIfFailed();
    }

    [Fact]
    public void Passes_with_hyperparameters_of_losses_and_looks_at_entries_of_vectors()
    {
        Sequential model = small.CreateModel();
        var reweighted = new ReweightedLoss(model, examples: 24);
        var shaped = new ShapedLoss(model, reweighted);
        var problem = new BilevelProblem(model, new Sgd(), shaped.Training, shaped.Validation, [reweighted, shaped]);
        HypergradientCheckResult result = Check(problem, new() { Coordinates = 9 });
        Assert.True(result.Passed, result.ToString());
        Assert.Equal((29, 9), (result.Coordinates, result.Rows.Count));
        Assert.Equal(["weights[0]", "weights[7]", "weights[15]", "weights[23]"], result.Rows.Select(row => row.Name).Where(name => name.Contains('[')));
        Assert.NotEqual(0, result["temperature"].FiniteDifference);
    }

    [Fact]
    public void Finds_a_wrong_tangent_and_a_wrong_adjoint()
    {
        HypergradientCheckResult tangent = Check(Problem(small.CreateModel(), new HandWrittenDescent(tangentFactor: 1.001)));
        Assert.Equal(HypergradientVerdict.Deviates, tangent["rate"].Verdict);
        Assert.Contains("rate: forward mode gives", Assert.Single(tangent.Problems));
        Assert.Contains("tangent step", tangent.Problems[0]);
        Assert.Equal(1e-3, tangent["rate"].Deviation, 1e-5);

        HypergradientCheckResult adjoint = Check(Problem(small.CreateModel(), new HandWrittenDescent(adjointFactor: .5)));
        Assert.Equal(HypergradientVerdict.Deviates, adjoint["rate"].Verdict);
        Assert.Contains("look at the adjoint step", Assert.Single(adjoint.Problems));

        HypergradientCheckResult both = Check(Problem(small.CreateModel(), new HandWrittenDescent(tangentFactor: 2, adjointFactor: 2)));
        Assert.Contains("no mode agrees", Assert.Single(both.Problems));

        // Modes are held against each other more closely than finite differences allow.
        HypergradientCheckResult slight = Check(Problem(small.CreateModel(), new HandWrittenDescent(tangentFactor: 1 + 2e-9)), new() { Tolerance = 1e-9 });
        Assert.Equal(HypergradientVerdict.Deviates, slight["rate"].Verdict);
        Assert.True(Check(Problem(small.CreateModel(), new HandWrittenDescent())).Passed);
    }

    [Fact]
    public void Finds_what_no_gradient_reaches()
    {
        Sequential model = small.CreateModel();
        var detached = new LossScale();
        var unused = new UnusedWeights(7);
        var problem = new BilevelProblem(model, new Sgd(), batch => detached.Scale.detach() * cross_entropy(model.call(batch.Inputs), batch.Targets),
            batch => cross_entropy(model.call(batch.Inputs), batch.Targets), [detached, unused]);
        HypergradientCheckResult result = Check(problem);
        Assert.Equal((HypergradientVerdict.StructurallyZero, HypergradientVerdict.StructurallyZero), (result["scale"].Verdict, result["unused[3]"].Verdict));
        Assert.Equal(HypergradientVerdict.Agrees, result["learningRate"].Verdict);
        Assert.NotEqual(0, result["scale"].FiniteDifference);
        Assert.Equal(2, result.Problems.Count);
        Assert.Contains("scale: no gradient reaches it, though", result.Problems[0]);
        Assert.Contains("unused: neither loss depends on it", result.Problems[1]);
        Assert.All(problem.Hyperparameters, item => Assert.True(item.IsLearned || item.Name is "momentum" or "dampening" or "weightDecay", item.Name));
        string message = Assert.Throws<HypergradientCheckException>(result.ThrowIfFailed).Message;
        Assert.Matches(@"(?m)^scale +[-0-9.e+]+ .* STRUCTURALLY ZERO$", message);
    }

    [Fact]
    public void A_rule_that_does_not_come_to_use_a_number_is_named_and_may_be_allowed()
    {
        BilevelProblem problem = Problem(small.CreateModel(), OptimizerCase.Of("Sgd").CreateSet());
        HypergradientCheckResult result = Check(problem, new() { Steps = 1 });
        Assert.Equal(HypergradientVerdict.StructurallyZero, result["momentum"].Verdict);
        Assert.Contains(result.Problems, problem => problem.Contains("momentum: nothing depends on it in 1 step.", StringComparison.Ordinal));
        Assert.True(Check(problem, new() { Steps = 1, ZerosFail = false }).Passed);
    }

    [Fact]
    public void Entries_that_were_not_visited_are_no_failure()
    {
        Sequential model = small.CreateModel();
        var reweighted = new ReweightedLoss(model, examples: 24);
        BilevelProblem problem = Problem(model, reweighted);
        using var training = new TensorBatchSource(small.Inputs, small.Labels, 4);
        HypergradientCheckResult result = HypergradientCheck.Run(problem, training, small.Validation, new() { Steps = 2 });
        Assert.True(result.Passed, result.ToString());
        Assert.Single(result.Rows, row => row.Verdict == HypergradientVerdict.Unvisited);
        Assert.Contains("weights: 16 of 24 entries were not visited in these steps.", result.Notes);
    }

    [Fact]
    public void Schedules_segments_and_values_per_tensor_are_checked_from_any_step()
    {
        Sequential model = small.CreateModel();
        BilevelProblem problem = Problem(model, OptimizerCase.Of("Adam").CreateSet());
        problem.Hyperparameters["learningRate"].PerTensor(model).PerSegment(12, 20).Follow(Schedule.Cosine(40));
        HypergradientCheckResult result = Check(problem, new() { FirstStep = 10, Steps = 4, Coordinates = 40 });
        Assert.True(result.Passed, result.ToString());
        Assert.Equal(HypergradientVerdict.Agrees, result["learningRate[first.weight@12]"].Verdict);
        Assert.Equal(HypergradientVerdict.Unvisited, Assert.Single(result.Rows, row => row.Name.EndsWith("@20]", StringComparison.Ordinal)).Verdict);
    }

    [Fact]
    public void Parameter_groups_and_values_that_are_not_finite_are_named()
    {
        Sequential model = small.CreateModel();
        var root = new LossScale();
        ParameterGroup Group(string name, string layer, IUpdateRule rule) =>
            new(name, rule, parameter => parameter.StartsWith(layer, StringComparison.Ordinal));
        BilevelProblem Grouped(Func<Tensor, Tensor> validation) => new(model,
            [Group("body", "first", new HandWrittenDescent()), Group("head", "second", new HandWrittenDescent(1, 3))],
            batch => root.Scale * cross_entropy(model.call(batch.Inputs), batch.Targets),
            batch => validation(cross_entropy(model.call(batch.Inputs), batch.Targets)), [root]);
        HypergradientCheckResult result = Check(Grouped(loss => loss));
        Assert.Equal([HypergradientVerdict.Agrees, HypergradientVerdict.Deviates, HypergradientVerdict.Agrees], result.Rows.Select(row => row.Verdict));
        Assert.StartsWith("head.rate: reverse mode with graphs gives", Assert.Single(result.Problems), StringComparison.Ordinal);

        // The root of what is exactly zero has an infinite slope.
        result = Check(Grouped(loss => loss + (root.Scale - root.Scale).sqrt()));
        Assert.Equal(HypergradientVerdict.Deviates, result["scale"].Verdict);
        Assert.Contains(result.Problems, problem => problem.StartsWith("body.rate, head.rate, scale: it is not finite", StringComparison.Ordinal));
    }

    [Fact]
    public void A_kink_is_not_judged_but_what_lies_beyond_both_slopes_is()
    {
        BilevelProblem At(double kink, IUpdateRule rule)
        {
            var model = new TwoParameters(tensor(new[] { 0.0 }), null);
            return new(model, rule, _ => (model.First - 1).square().sum(), _ => (model.First - kink).abs().sum() + model.First.sum() * .3);
        }
        HypergradientCheckResult Of(double kink, IUpdateRule rule) =>
            HypergradientCheck.Run(At(kink, rule), new NoBatches(), new NoBatches(), new() { Steps = 1 });
        // One step of .2 goes to .4.
        HypergradientCheckResult result = Of(.4 + 1e-9, new HandWrittenDescent());
        Assert.Equal(HypergradientVerdict.Undecided, result["rate"].Verdict);
        Assert.True(result.Passed, result.ToString());
        // A kink that is not quite as near is stepped over.
        Assert.Equal(HypergradientVerdict.Agrees, Of(.4 + 1e-5, new HandWrittenDescent())["rate"].Verdict);
        Assert.Equal(HypergradientVerdict.Deviates, Of(.4 + 1e-9, new HandWrittenDescent(9, 9))["rate"].Verdict);
    }

    [Fact]
    public void Says_when_runs_do_not_repeat_when_nothing_is_learned_and_when_a_loss_is_not_usable()
    {
        BilevelProblem problem = Problem(small.CreateModel(), new HandWrittenDescent());
        HypergradientCheckResult result = HypergradientCheck.Run(problem, new Forgetful(small), small.Validation, new() { Steps = 2 });
        Assert.Contains(result.Problems, problem => problem.StartsWith("The same steps from the same start", StringComparison.Ordinal));
        var unusable = new BilevelProblem(problem.Model, new HandWrittenDescent(), _ => ones(2, float64), problem.Validation);
        Assert.Contains("training loss", Assert.Throws<InvalidOperationException>(() => Check(unusable)).Message);
        problem.Hyperparameters.Fix();
        Assert.Throws<ArgumentException>(() => Check(problem));
        Assert.Throws<ArgumentException>(() => Check(unusable, new() { Steps = 0 }));
    }

    [Fact]
    public void The_table_says_it_all()
    {
        string[] lines = Check(Problem(small.CreateModel(), new HandWrittenDescent())).ToString().Split('\n');
        Assert.Equal("Hypergradients after 5 steps in float64: q = 1, p = 39, tolerance 1e-6. Passed.", lines[0]);
        Assert.Matches("^hyperparameter +difference +± +forward +graphs +states +checkpoints +deviation +float32  verdict$", lines[2]);
        Assert.Matches("^rate +(-?[0-9.e+-]+ +){8} agrees$", lines[3]);
        Assert.Equal(lines[2].IndexOf("verdict", StringComparison.Ordinal), lines[3].IndexOf("agrees", StringComparison.Ordinal));
    }

    public void Dispose()
    {
        scope.Dispose();
        small.Dispose();
    }

    private HypergradientCheckResult Check(BilevelProblem problem, HypergradientCheckOptions? options = null) =>
        HypergradientCheck.Run(problem, small.Training, small.Validation, options);

    private static BilevelProblem Problem(Sequential model, ReweightedLoss reweighted) => new(model, new Sgd(), reweighted.Training,
        batch => cross_entropy(model.call(batch.Inputs), batch.Targets), [reweighted]);

    private static BilevelProblem Problem(Sequential model, IUpdateRule rule) => new(model, rule,
        batch => cross_entropy(model.call(batch.Inputs), batch.Targets), batch => cross_entropy(model.call(batch.Inputs), batch.Targets));

    private sealed class Forgetful(SmallProblem small) : IBatchSource
    {
        private int calls;

        public Batch At(long step) => new(small.Inputs * (1 + .1 * ++calls), small.Labels, empty(0));
    }
}

/// <summary>A scale that others read.</summary>
public sealed partial class LossScale
{
    [Hyperparameter(0.7, Domain.Positive)] private Tensor scale;

    public Tensor Scale => scale;
}

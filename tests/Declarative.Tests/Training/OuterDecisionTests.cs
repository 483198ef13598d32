using Declarative.Koopman;
using Declarative.Tests.Hypergradients;
using Declarative.Tests.Koopman;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Declarative.Tests.Training;

/// <summary>Coordinates that have no trajectory are told from those that have, and spoil nothing.</summary>
public sealed class OuterDecisionTests
{
    private static readonly AffineHankelEstimator Affine = new();

    private static readonly Func<double, double>[] Decays = [t => 1 + Math.Pow(.9, t), t => Math.Pow(.8, t) - 2];

    private static OuterDecision Decide(IHypergradientEstimator estimator, TrustPolicy trust, Trajectory trajectory, double horizon) =>
        OuterDecision.Of(estimator, trust, trajectory, horizon, new(trajectory.Width));

    [Fact]
    public void Coordinates_without_a_trajectory_use_the_whole_window_and_the_others_are_estimated_without_them()
    {
        Trajectory mixed = Trajectories.Of(40, _ => 0, Decays[0], t => t < 11 ? 0 : t < 30 ? 1 : 3, Decays[1], _ => 7, t => t < 5 ? 1 : 0);
        var spy = new Spy(Affine);
        OuterDecision decision = Decide(spy, new(), mixed, 200);

        OuterDecision alone = Decide(Affine, new(), Trajectories.Of(40, Decays), 200);
        Assert.Equal([0, alone.Hypergradient[0], 3, alone.Hypergradient[1], 7, 0], decision.Hypergradient);
        Assert.Equal(decision.Hypergradient, decision.Estimate);
        Assert.Equal(Decays[0](200), decision.Hypergradient[1], 1e-12);
        Assert.Equal(["None: not visited", "Estimate", "WholeWindow: 3 distinct samples", "Estimate", "WholeWindow: 1 distinct sample", "None: zero"],
            decision.Decisions.Select(one => one.ToString()));
        Assert.Equal([0, 1, 1, 1, 1, 0], decision.Decisions.Select(one => one.Scale));
        Trajectory seen = Assert.Single(spy.Seen);
        Assert.Equal((40, 2), (seen.Length, seen.Width));
        Assert.Equal([mixed[17, 1], mixed[17, 3]], seen[17].ToArray());
    }

    [Fact]
    public void Where_all_have_a_trajectory_the_estimator_gets_it_as_it_is()
    {
        var spy = new Spy(Affine);
        Trajectory trajectory = Trajectories.Of(40, Decays);
        Decide(spy, new(), trajectory, 200);
        Assert.Same(trajectory, Assert.Single(spy.Seen));
    }

    [Fact]
    public void Where_none_has_a_trajectory_the_estimator_is_not_asked()
    {
        var spy = new Spy(Affine);
        OuterDecision constant = Decide(spy, new(), Trajectories.Of(40, _ => 0, _ => 2), 200);
        Assert.Equal([0, 2], constant.Hypergradient);
        // A window shorter than any trajectory that can be estimated.
        OuterDecision brief = Decide(spy, new(), Trajectories.Of(5, Decays), 200);
        Assert.Equal(Decays.Select(law => law(4)), brief.Hypergradient);
        Assert.All(brief.Decisions, one => Assert.Equal(new TrustDecision(HypergradientSource.WholeWindow, 1, "5 distinct samples"), one));
        Assert.Empty(spy.Seen);
    }

    [Theory]
    [InlineData(8, 7, HypergradientSource.WholeWindow)]
    [InlineData(8, 8, HypergradientSource.Estimate)]
    [InlineData(3, 2, HypergradientSource.WholeWindow)]
    [InlineData(3, 3, HypergradientSource.Estimate)]
    [InlineData(1, 1, HypergradientSource.Estimate)]
    public void The_fewest_distinct_samples_are_a_setting(int least, int values, HypergradientSource expected)
    {
        Trajectory steps = Trajectories.Of(40, t => 1 + Math.Min(t, values - 1));
        OuterDecision decision = Decide(new TailMeanEstimator(), new() { LeastDistinctSamples = least }, steps, 200);
        Assert.Equal(expected, Assert.Single(decision.Decisions).Source);
        Assert.Equal(8, new TrustPolicy().LeastDistinctSamples);
    }

    [Fact]
    public void One_sample_in_all_needs_no_reason()
    {
        OuterDecision decision = Decide(new LastSampleEstimator(), new(), Trajectories.Of(1, _ => 0.5, _ => 0), 200);
        Assert.Equal(["WholeWindow", "None: not visited"], decision.Decisions.Select(one => one.ToString()));
    }

    [Fact]
    public void No_number_of_distinct_samples_is_too_large_to_ask_for()
    {
        OuterDecision decision = Decide(Affine, new() { LeastDistinctSamples = int.MaxValue }, Trajectories.Of(40, Decays), 200);
        Assert.All(decision.Decisions, one => Assert.Equal("WholeWindow: 40 distinct samples", one.ToString()));
    }

    [Fact]
    public void A_local_run_uses_the_last_usable_sample_for_every_coordinate()
    {
        Trajectory whole = Trajectories.Of(40, _ => 0, Decays[0], t => Math.Floor(t / 10), Decays[1]);
        Trajectory broken = whole.Map((t, j, value) => (t, j) == (30, 1) ? double.NaN : value);
        foreach ((Trajectory trajectory, int last) in new[] { (whole, 39), (broken, 29), (whole.First(3), 2) })
        {
            OuterDecision decision = Decide(new LastSampleEstimator(), new(), trajectory, 200);
            Assert.Equal(whole[last].ToArray(), decision.Hypergradient);
            Assert.Equal(whole[last].ToArray().Select(value => value == 0 ? 0.0 : 1), decision.Decisions.Select(one => one.Scale));
        }
    }

    [Fact]
    public void An_estimate_that_is_not_trusted_falls_back_for_the_estimated_coordinates_only()
    {
        Trajectory growing = Trajectories.Of(40, t => Math.Pow(1.3, t), t => t < 20 ? 1 : 2);
        OuterDecision decision = Decide(Affine, new(), growing, 200);
        Assert.Equal([HypergradientSource.TailMean, HypergradientSource.WholeWindow], decision.Decisions.Select(one => one.Source));
        Assert.Equal([growing.TailMean()[0], 2], decision.Hypergradient);
    }

    [Fact]
    public void An_estimate_of_the_wrong_width_is_refused_with_the_estimators_name()
    {
        var wrong = new Spy(new Narrow());
        Assert.Contains("'spy' gave a Value of 1 coordinates for a trajectory of 2",
            Assert.Throws<InvalidOperationException>(() => Decide(wrong, new(), Trajectories.Of(40, [.. Decays, _ => 3]), 200)).Message);
    }

    [Fact]
    public void A_weight_whose_example_the_window_did_not_see_stands_still()
    {
        using var small = new SmallProblem();
        using var scope = NewDisposeScope();
        using Sequential model = small.CreateModel();
        var loss = new ReweightedLoss(model, examples: 24);
        var problem = new BilevelProblem(model, new Sgd(), loss.Training, batch => nn.functional.cross_entropy(model.call(batch.Inputs), batch.Targets), [loss]);
        var recorder = new WindowRecorder();
        using var trainer = new BilevelTrainer(problem, new TensorBatchSource(small.Inputs, small.Labels, 4), small.Validation,
            new GlocalOptions { Mode = HypergradientMode.Reverse, Window = 5 });
        trainer.Run(10, [recorder]);

        // Steps 1 ... 5 see 20 of 24 examples, once each; 6 ... 10 the rest, and 16 once more.
        int[] weights = [.. problem.Hyperparameters.EntryNames.Index().Where(name => name.Item.StartsWith("weights")).Select(name => name.Index)];
        (WindowReport first, WindowReport second) = (recorder.Windows[0], recorder.Windows[1]);
        Assert.Equal(4, weights.Count(i => first.Decisions[i].Reason == "not visited"));
        int stood = 0;
        foreach (int i in weights)
        {
            bool visited = second.Decisions[i].Reason != "not visited";
            Assert.Equal(visited ? HypergradientSource.WholeWindow : HypergradientSource.None, second.Decisions[i].Source);
            Assert.Equal(visited, second.Values[i] != first.Values[i]);
            stood += visited || first.Values[i] == .5 ? 0 : 1;
        }
        Assert.True(stood > 0, "none that had moved before stood still");
    }

    private sealed class Spy(IHypergradientEstimator inner) : IHypergradientEstimator
    {
        public string Name => "spy";

        public List<Trajectory> Seen { get; } = [];

        public HypergradientEstimate Estimate(Trajectory trajectory, double horizon)
        {
            Seen.Add(trajectory);
            return inner.Estimate(trajectory, horizon);
        }
    }

    private sealed class Narrow : IHypergradientEstimator
    {
        public string Name => "narrow";

        public HypergradientEstimate Estimate(Trajectory trajectory, double horizon) => new() { Value = [1] };
    }
}

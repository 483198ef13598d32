using Declarative.Koopman;
using Declarative.Tests.Koopman;

namespace Declarative.Tests.Training;

/// <summary>Trust is given and taken coordinate by coordinate, and does not go to and fro.</summary>
public sealed class TrustPolicyTests
{
    private static readonly Trajectory trajectory = Trajectories.Of(20, t => 1 + t, t => 2 - t);

    [Fact]
    public void A_coordinate_that_lost_its_trust_regains_it_at_a_higher_skill_only()
    {
        var policy = new TrustPolicy { LeastSkill = -1, RegainingSkill = .5 };
        var standing = new TrustStanding(2);
        (double Skill, bool IsTrusted)[] course = [(.1, true), (-.9, true), (-1.1, false), (-.9, false), (.4, false), (.5, true), (-.9, true), (double.NaN, false), (.4, false)];
        foreach ((double skill, bool isTrusted) in course)
        {
            OuterDecision decision = OuterDecision.Of(new Skilled([skill, .9]), policy, trajectory, 100, standing);
            Assert.Equal(isTrusted ? HypergradientSource.Estimate : HypergradientSource.TailMean, decision.Decisions[0].Source);
            Assert.Equal(isTrusted ? 7 : trajectory.TailMean()[0], decision.Hypergradient[0]);
            Assert.Equal(isTrusted ? "" : FormattableString.Invariant($"back-test skill {skill:0.00}"), decision.Decisions[0].Reason);
            // The other coordinate is none of its business.
            Assert.Equal((HypergradientSource.Estimate, 8.0), (decision.Decisions[1].Source, decision.Hypergradient[1]));
        }
    }

    [Fact]
    public void The_skill_of_all_together_counts_where_coordinates_have_none_of_their_own()
    {
        OuterDecision Of(double? together) => OuterDecision.Of(new Skilled(null, together), new(), trajectory, 100, new(2));
        Assert.All(Of(-2).Decisions, decision => Assert.Equal("TailMean: back-test skill -2.00", decision.ToString()));
        Assert.All(Of(null).Decisions, decision => Assert.Equal(HypergradientSource.Estimate, decision.Source));
    }

    [Fact]
    public void Samples_that_were_left_out_are_told_with_the_decision()
    {
        Trajectory broken = Trajectories.Of(40, t => t < 30 ? Math.Pow(.9, t) : double.NaN);
        OuterDecision decision = OuterDecision.Of(new AffineHankelEstimator(), new(), broken, 100, new(1));
        Assert.Contains("left out", Assert.Single(decision.Decisions).Reason);
    }

    [Fact]
    public void Trust_does_not_come_back_below_the_skill_at_which_it_is_lost()
    {
        var policy = new TrustPolicy { LeastSkill = .5 };
        var standing = new TrustStanding(2);
        for (int window = 0; window < 4; window++)
            Assert.Equal(HypergradientSource.TailMean, OuterDecision.Of(new Skilled([.4, .9]), policy, trajectory, 100, standing).Decisions[0].Source);
        Assert.Equal("TailMean: trust was lost, and there is no back-test", OuterDecision.Of(new Skilled(null), policy, trajectory, 100, standing).Decisions[0].ToString());
    }

    [Theory]
    [InlineData("Aitken")]
    [InlineData("Wynn")]
    [InlineData("RRE")]
    [InlineData("snapped HDMD")]
    public void An_exact_limit_of_a_slow_mode_is_trusted(string name)
    {
        Trajectory slow = Trajectories.Of(100, t => 1 + Math.Pow(.97, t));
        OuterDecision decision = OuterDecision.Of(Estimators.Named(name), new(), slow, 1e5, new(1));
        Assert.Equal(HypergradientSource.Estimate, decision.Decisions[0].Source);
        Assert.Equal(1, decision.Hypergradient[0], 1e-4);
    }

    private sealed class Skilled(double[]? skills, double? together = null) : IHypergradientEstimator
    {
        public string Name => "skilled";

        public HypergradientEstimate Estimate(Trajectory trajectory, double horizon) =>
            new() { Value = [7, 8], CoordinateSkills = skills, BacktestSkill = together };
    }
}

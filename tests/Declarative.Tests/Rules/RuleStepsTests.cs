using Declarative.Rules;
using Declarative.Tests.Optimizers;
using TorchSharp;
using static TorchSharp.torch;

namespace Declarative.Tests.Rules;

/// <summary>A rule on flat vectors that hold tensors of several shapes, scalars and an empty one among them.</summary>
public sealed class RuleStepsTests
{
    private static readonly long[][] shapes = [[2, 3], [4], [], [0], [1, 2]];
    private const int Count = 13;

    [Fact]
    public void A_rule_that_runs_per_tensor_sees_one_tensor_at_a_time_in_its_shape()
    {
        using var scope = NewDisposeScope();
        var rule = new NormalizedMomentum();
        var sliced = new SlicedRule(rule, shapes);
        Tensor[] parameters = [.. shapes.Select(shape => randn(shape, dtype: ScalarType.Float64))];
        Tensor[] velocities = [.. parameters.Select(parameter => parameter.zeros_like())];
        double power = 1;
        using var state = new UpdateState(rule.States, Flat(parameters));
        state.Parameter = Flat(parameters);
        for (int step = 1; step <= 3; step++)
        {
            Tensor[] gradients = [.. shapes.Select(shape => randn(shape, dtype: ScalarType.Float64))];
            double next = power;
            for (int i = 0; i < shapes.Length; i++)
                (parameters[i], velocities[i], next) = rule.Formula(parameters[i], gradients[i], velocities[i], power);
            power = next;
            Tensor before = state.Parameter;
            Tensor copy = before.clone();
            state.Gradient = Flat(gradients);
            state.Step = step;

            sliced.Step(state);

            AssertEqual(Flat(parameters), state.Parameter);
            AssertEqual(Flat(velocities), state.TensorAt(0));
            Assert.Equal(power, state.NumberAt(1));
            Assert.True(copy.Equals(before), "The step wrote θ itself.");
        }
        Assert.Equal(shapes.Where(shape => !shape.Contains(0)), rule.Seen.Take(4));
    }

    [Fact]
    public void A_rule_that_acts_entry_by_entry_sees_the_flat_vectors()
    {
        using var scope = NewDisposeScope();
        using var state = new UpdateState(new OptimizerProbe().States, zeros([Count]));
        var probe = new OptimizerProbe();
        new SlicedRule(probe, shapes).Step(state);
        Assert.Same(state, probe.Seen);
    }

    // The number state too: each tensor's use of it counts, and what computes its next value counts once.
    [Fact]
    public void The_adjoint_of_all_slices_is_the_transpose_of_their_tangent()
    {
        TransposeCheck.AssertTransposed(new SlicedRule(new NormalizedMomentum(), shapes), step: 1);
        TransposeCheck.AssertTransposed(new SlicedRule(new NormalizedMomentum(), shapes), step: 4);
        TransposeCheck.AssertTransposed(new SlicedRule(new NormalizedMomentum(), [13]), step: 2);
        TransposeCheck.AssertTransposed(new NormalizedMomentum(), step: 2);
    }

    [Fact]
    public void A_gradient_of_zero_has_the_norm_zero_and_no_tangent_of_it()
    {
        using var scope = NewDisposeScope();
        var rule = new SlicedRule(new NormalizedMomentum(), [3], [2]);
        Tensor like = zeros([5], dtype: ScalarType.Float64);
        using var state = new UpdateState(rule.States, like) { Parameter = like, Gradient = tensor(new[] { 0.0, 0, 0, 3, 4 }) };
        using var tangents = new UpdateTangents(rule.States, [.. rule.Hyperparameters.Select((_, i) => NumberTangent.Seed(i, 1))], 4, like)
        {
            Gradient = ones([4, 5], dtype: ScalarType.Float64),
        };
        rule.TangentStep(state, tangents);
        Assert.True(tangents.Parameter.isfinite().all().item<bool>());
        Assert.Equal([0, 0, 0, 3 / 5.1, 4 / 5.1], state.TensorAt(0).data<double>().ToArray());
    }

    public static TheoryData<string, string> Changes => new()
    {
        { "state", "state 'velocity' the shape [1, 2, 3] where it was [2, 3]" },
        { "parameter", "the parameter the shape [1, 2, 3] where it was [2, 3]" },
        { "state tangent", "the tangent of state 'velocity' the shape [1, 2, 3] where it was [4, 2, 3]" },
        { "parameter tangent", "the tangent of the parameter the shape [1, 2, 3] where it was [4, 2, 3]" },
        { "adjoint", "the adjoint of state 'velocity' the shape [1, 2, 3] where it was [2, 3]" },
    };

    // A copy would broadcast it without a word.
    [Theory]
    [MemberData(nameof(Changes))]
    public void A_change_of_shape_is_refused_by_name(string what, string expected)
    {
        using var scope = NewDisposeScope();
        var rule = new SlicedRule(new ShapeChanging(what), shapes);
        Tensor like = zeros([Count]);
        using var state = new UpdateState(rule.States, like) { Parameter = like, Gradient = like };
        using var tangents = new UpdateTangents(rule.States, [], 4, like) { Gradient = zeros([4, Count]) };
        using var adjoints = new UpdateAdjoints(rule.States, 0, like);
        string message = Assert.Throws<InvalidOperationException>(() =>
        {
            rule.TangentStep(state, tangents);
            rule.AdjointStep(state, adjoints);
        }).Message;
        Assert.Contains(expected, message);
        Assert.Contains("'tensor0' of shape [2, 3]", message);
    }

    [Fact]
    public void A_state_that_is_not_used_has_no_entries_in_any_slice()
    {
        using var scope = NewDisposeScope();
        var rule = new SlicedRule(new ShapeChanging("nothing", isUsed: false), shapes);
        Tensor like = zeros([Count]);
        using var state = new UpdateState(rule.States, like) { Parameter = like, Gradient = like };
        using var tangents = new UpdateTangents(rule.States, [], 4, like) { Gradient = zeros([4, Count]) };
        using var adjoints = new UpdateAdjoints(rule.States, 0, like);
        rule.TangentStep(state, tangents);
        rule.AdjointStep(state, adjoints);
        Assert.Equal([0], state.TensorAt(0).shape);
        Assert.Equal([4, 0], tangents.TensorAt(0).shape);
        Assert.Equal([0], adjoints.StateAt(0).shape);
        Assert.Equal([0], state.Copy().TensorAt(0).shape);
    }

    [Theory]
    [InlineData(true, "state 'velocity' the shape [2, 3] where it was [0]")]
    [InlineData(false, "state 'velocity' 13 entries where it had 0")]
    public void A_state_that_is_not_used_cannot_be_set(bool runsPerTensor, string expected)
    {
        using var scope = NewDisposeScope();
        var rule = new SlicedRule(new ShapeChanging("state that is not used", isUsed: false, runsPerTensor), shapes);
        Tensor like = zeros([Count]);
        using var state = new UpdateState(rule.States, like) { Parameter = like, Gradient = like };
        using var tangents = new UpdateTangents(rule.States, [], 4, like) { Gradient = zeros([4, Count]) };
        Assert.Contains(expected, Assert.Throws<InvalidOperationException>(() => rule.TangentStep(state, tangents)).Message);
    }

    private static Tensor Flat(Tensor[] parts) => cat([.. parts.Select(part => part.reshape(-1))]);

    private static void AssertEqual(Tensor expected, Tensor actual) =>
        Assert.True((expected - actual).abs().max().item<double>() <= 1e-14, $"expected {expected.str()}, got {actual.str()}");

    private abstract class Rule : IUpdateRule
    {
        public HyperparameterSet Hyperparameters { get; } = new([]);

        public virtual IReadOnlyList<StateDeclaration> States { get; } = [new("velocity", false, 0)];

        public virtual bool RunsPerTensor => false;

        public abstract void Step(UpdateState state);

        public virtual void TangentStep(UpdateState state, UpdateTangents tangents) => throw new NotSupportedException();

        public virtual void AdjointStep(UpdateState state, UpdateAdjoints adjoints) => throw new NotSupportedException();
    }

    private sealed class OptimizerProbe : Rule
    {
        public UpdateState? Seen { get; private set; }

        public override void Step(UpdateState state) => Seen = state;
    }

    private sealed class ShapeChanging(string what, bool isUsed = true, bool runsPerTensor = true) : Rule
    {
        public override IReadOnlyList<StateDeclaration> States { get; } = [new("velocity", false, 0, isUsed)];

        public override bool RunsPerTensor => runsPerTensor;

        public override void Step(UpdateState state) => throw new NotSupportedException();

        public override void TangentStep(UpdateState state, UpdateTangents tangents)
        {
            if (what == "state that is not used")
                state.Replace(0, state.Gradient.clone());
            if (what == "state")
                state.Replace(0, state.Gradient.unsqueeze(0));
            if (what == "parameter")
                state.Parameter = state.Gradient.unsqueeze(0);
            if (what == "state tangent")
                tangents.Replace(0, state.Gradient.unsqueeze(0));
            if (what == "parameter tangent")
                tangents.Parameter = state.Gradient.unsqueeze(0);
        }

        public override void AdjointStep(UpdateState state, UpdateAdjoints adjoints) =>
            adjoints.Replace(adjoints.Gradient, adjoints.Parameter, what == "adjoint" ? adjoints.Parameter.unsqueeze(0) : adjoints.StateAt(0));
    }
}

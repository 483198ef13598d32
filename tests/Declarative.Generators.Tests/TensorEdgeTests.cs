using System.Reflection;
using Declarative.Interop;
using Declarative.Rules;
using Declarative.Tests.Optimizers;
using TorchSharp;
using static TorchSharp.torch;

namespace Declarative.Generators.Tests;

/// <summary>Rules over tensors at their edges: zero norms, values that are no numbers where they are not chosen, ties, views that are
/// kept, and what the arms of branches hand on.</summary>
public sealed class TensorEdgeTests(TensorEdgeTests.Rules rules) : IClassFixture<TensorEdgeTests.Rules>
{
    // Smooth where NumericCheck runs them.
    public static TheoryData<string> Smooth => new(
        // States that end as views of other values, and of each other.
        "velocity = gradient.t().t(); average = gradient.view(2, 3); return parameter - rate * velocity * average;",
        "velocity = parameter.mean().expand(2, 3); average = velocity.sum(0L, keepdim: true).expand_as(velocity); return parameter - rate * velocity * average;",
        "velocity = velocity.flatten().view(2, 3); average = velocity.reshape(6).view_as(average); return parameter - rate * (velocity + gradient) * average;",
        "var x = decay * velocity + gradient; velocity = x.t().t(); average = x; return parameter - rate * velocity;",
        "var x = decay * velocity + gradient; var y = x.view(-1); velocity = x; x = x * rate; average = y.view(2, 3) + x; return parameter - rate * average;",
        "average = velocity.narrow(0, 0, 2); velocity = decay * velocity + gradient; return parameter - rate * velocity * average;",
        "velocity = average.permute(1, 0).T; average = rate * gradient; return parameter - rate * velocity;",
        "var x = gradient * decay; velocity = x.squeeze(0); average = x.unsqueeze(0).squeeze(0); return x.alias();",
        "var x = velocity.t(); velocity = decay * velocity + gradient; return parameter - rate * x.t();",
        "var x = velocity.t(); velocity = velocity * decay; velocity = velocity + gradient; average = x.t() + velocity; return parameter - rate * average;",
        "average = velocity + 1; velocity = rate * gradient; return parameter - average * velocity;",
        "var x = velocity + 1; velocity = rate * gradient; average = x.t().t() + 2; return x;",
        "average = velocity.t().t(); velocity = rate * gradient; return parameter - average * velocity;",
        "var x = velocity.view(6); velocity = rate * gradient; average = velocity * 2; return x.view(2, 3);",
        "return (parameter - rate * 0).reshape(3, 2).permute(1, 0) * 1;",
        "return velocity.t().t();",
        "velocity = gradient * rate; return velocity.reshape(6).view(2, 3);",
        "parameter = parameter.view(2, 3); velocity = parameter; return parameter.t().t();",
        "velocity = stack([gradient.select(0, 1), velocity.select(0, 0)]); average = cat([velocity.narrow(0, 1, 1), average.narrow(0, 0, 1)]); return parameter - rate * velocity * average;",
        "average = gradient.select(0, 0).unsqueeze(0).expand(2, 3); velocity = average; return parameter - rate * velocity;",
        // What branches hand on: scalars, other shapes, masks, views, and nothing that depends on a coordinate.
        "Tensor s = gradient.mean(); if (step > 2) s = parameter.norm(); else if (flag) s = s * rate; return parameter - rate * s * gradient;",
        "Tensor s = gradient.mean(); if (step > 2) s = gradient * rate; return parameter - s;",
        "Tensor s = ones_like(gradient.mean()); if (step > 2) s = full_like(gradient.sum(0L, keepdim: true), rate); return parameter - s * gradient * decay;",
        "Tensor s = ones_like(gradient.mean()); if (step > 2) s = full_like(s, rate * 2); var t = s * s; return parameter - t * gradient * decay;",
        "Tensor s = full_like(gradient.sum(0L), rate); if (step > 2) s = full_like(gradient, decay); s = s.exp(); velocity = gradient * s; return parameter - s * velocity;",
        "var m = gradient > 0.9; if (step > 2) m = parameter.sum(0L, keepdim: true) > 1.2; return parameter - where(m, rate * gradient, decay * gradient);",
        "var m = gradient.mean() > 0.9; if (step > 2) m = ~m; velocity = where(m, velocity, gradient); return parameter - rate * where(m, velocity.norm(), gradient);",
        "var m = step > 2 ? gradient > 0.9 : gradient.sum() > 2; return parameter - rate * gradient * (m * parameter + rate);",
        "Tensor v = gradient; if (step > 2) v = gradient.t(); v = v * v.mean(); velocity = v.reshape(2, 3); return parameter - rate * velocity;",
        "Tensor v = velocity.t(); if (flag) v = average.reshape(3, 2); velocity = v.t(); average = v.reshape(-1).view(2, 3); return parameter - rate * (velocity + gradient);",
        "Tensor v = velocity.t(); if (!flag) v = average.reshape(3, 2); velocity = velocity + gradient; average = v.t() * decay; return parameter - rate * (average + gradient);",
        "Tensor s = gradient.mean(); for (int i = 0; i < 3; i++) { if (i == 1) s = s + gradient.mean(); else s = s * rate; } return parameter - s;",
        "var s = Size(gradient); var t = Size(velocity + parameter); velocity = velocity + s; return parameter - rate * s / t * gradient;",
        // Numbers that become tensors, whose tangents have numbers only.
        "var s = full_like(gradient.mean(), rate); return parameter - s * s.exp() * gradient;",
        "var s = full_like(gradient.t(), rate); velocity = s.t(); return parameter - (s * decay).t() * gradient;",
        "var s = full_like(gradient.sum(0L), rate) * decay; average = s.expand(2, 3); return parameter - s * gradient;",
        "average = full_like(gradient, rate).t().t(); velocity = zeros_like(velocity); return parameter - average * gradient;",
        "var s = zeros_like(gradient.mean()); velocity = velocity + s; return parameter - rate * gradient + s * velocity;",
        "var s = where(gradient > 0.9, rate, decay); return parameter - s * gradient;",
        "var s = where(gradient.mean() > 0.9, rate, decay); velocity = s + gradient; return parameter - s.exp() * velocity;",
        "var s = where(gradient.sum(0L) > 1.9, rate, decay); velocity = (s * rate).expand_as(velocity); return parameter - s.mean() * gradient;",
        // Broadcasting on both sides, in place, of results that are summed at once.
        "var r = gradient.sum(0L, keepdim: true); var c = gradient.sum(1L, keepdim: true); velocity = r * c; average = r + c; return parameter - rate * velocity / average;",
        "var r = gradient.sum(0L, keepdim: true); var c = gradient.sum(1L, keepdim: true); return parameter - rate * (r * c / gradient.sum()).sqrt();",
        "var r = gradient.sum(0L, keepdim: true); velocity = r - (r * gradient).sum(0L, keepdim: true) + gradient.mean([1], false).unsqueeze(1); return parameter - rate * velocity;",
        "velocity = velocity.clone(); velocity.mul_(gradient.mean()).add_(gradient.sum(0L)); return parameter - rate * velocity;",
        "velocity = velocity.clone(); velocity.add_(gradient.mean([1], false).unsqueeze(1), alpha: rate); var n = velocity.norm(); velocity.div_(n); return parameter - rate * velocity * n;",
        "return parameter - rate * (gradient - gradient.mean([1], true)) / (gradient.std() + decay);",
        "return parameter - rate * gradient / parameter.norm() * parameter.norm() * gradient.norm();",
        "return parameter.mean() - rate * gradient;",
        "return gradient.sum(0L) * rate - parameter.mean() + gradient.mean() * parameter;",
        "return parameter.mean() * gradient.mean() + 0 * gradient;",
        "var n = parameter.norm(); var s = n * n; return parameter * s - n * gradient * rate - (s + n) * rate;",
        "var p = gradient.outer(gradient.select(0, 0)); return parameter - rate * gradient;".Replace("gradient.outer", "gradient.select(1, 0).outer"),
        "var g = gradient.matmul(gradient.t()); return parameter - rate * g.matmul(gradient);",
        "velocity = gradient.matmul(gradient.t()).matmul(velocity + gradient) * 0.1; return parameter - rate * velocity.t().matmul(gradient).sum(0L);",
        // Stopped views, masks and sums.
        "velocity = decay * velocity + gradient; return parameter - rate * velocity / where(velocity > 1, velocity, 1).sum();",
        "var x = gradient.masked_fill(gradient > 0.9, rate); velocity = x.t().t(); return parameter - x * x.sum();",
        "return parameter - rate * (gradient * (gradient > 0.9)).sum(0L) - (parameter > 0.8) * gradient * decay;");

    // Where what is not chosen comes from a choice entry by entry; through sums, changes of shape and out of branches only the forward derivative is finite.
    // At edges: θ is [[0, 0, 1], [2, 2, 0.5]], g is 0 and the states are 0 (velocity) and [[1, 1, 1], [0, 0, 2]] (average).
    public static TheoryData<string> Edges => new(
        "var n = gradient.norm(); return parameter - rate * where(n > 0, gradient.mean() / n, 1) * gradient;",
        "var n = gradient.norm(); var r = where(n > 0, parameter.norm() / n, 1); return parameter - rate * r * gradient;",
        "var n = gradient.norm(); var q = parameter.norm() / n; var r = where(n > 0, q, 1); velocity = r * gradient; return parameter - rate * r * velocity;",
        "var n = gradient.norm(); var d = gradient / n; return parameter - rate * where(n > 0, d, gradient);",
        "var n = gradient.norm(); var d = parameter / n; d = where(n > 0, d, gradient); velocity = d * d; return parameter - rate * d;",
        "var n = gradient.norm(); var d = (parameter / n).square() + 1 / velocity; return parameter - rate * where(n > 0, d * decay, gradient);",
        "var q = gradient / velocity; return parameter - rate * where(velocity > 0, q, gradient);",
        "var q = gradient / velocity; q = q * q + q.exp(); return parameter - rate * where(velocity > 0, q, gradient);",
        "var q = 1 / velocity; return parameter - rate * q.masked_fill(velocity == 0, decay) * gradient;",
        "var l = velocity.log(); return parameter - rate * where(velocity > 0, l * gradient, gradient);",
        "var l = velocity.log(); velocity = where(velocity > 0, l, gradient); return parameter - rate * velocity * average;",
        "Tensor q; if (step > 2) q = gradient / velocity; else q = velocity; return parameter - rate * where(velocity > 0, q, gradient);",
        "return parameter - rate * gradient / (gradient.norm() + 1e-3) - velocity.sqrt() - velocity.norm() * average.std();",
        "return parameter - rate * velocity.std() - average.sqrt() - (velocity * gradient).sqrt();",
        "return parameter - average.pow(rate + 1) - average.pow(parameter + 1) - average.pow(2) * decay;",
        "return parameter - rate * parameter.max() * parameter.min() * parameter.amax([0], true) - parameter.amin([1], true) * decay;",
        "return parameter - rate * parameter.maximum(average) - parameter.minimum(velocity) * decay - parameter.clamp(0, 2) - parameter.abs() * parameter.relu();",
        "return parameter - rate * velocity.max() - velocity.amax([1], true) * average - gradient.norm(float.PositiveInfinity) * decay;");

    // Finite differences cannot know what is stopped; forward and reverse agree.
    public static TheoryData<string> Stops => new(
        "var x = Derivative.Stop(gradient.t()); velocity = x.t(); return parameter - rate * velocity * gradient;",
        "var n = Derivative.Stop(gradient.norm()); velocity = gradient / n; return parameter - rate * velocity * n;",
        "velocity = Derivative.Stop(velocity * decay + gradient).reshape(6).view(2, 3); average = velocity; return parameter - rate * velocity * average;",
        "average = Derivative.Stop(velocity); velocity = velocity * decay + gradient; return parameter - rate * average * velocity;",
        "var former = Derivative.Stop(velocity); velocity = velocity * decay + gradient * rate; return former;",
        "average = Given(velocity); velocity = velocity * decay + gradient; return parameter - rate * average.mean() * velocity;",
        "var former = Given(velocity); velocity = velocity * decay + gradient * rate; return former;",
        "var former = step > 2 ? Given(velocity) : gradient; velocity = velocity * decay + gradient * rate; average = former; return former;",
        "velocity = Derivative.Stop(gradient.sum(0L)).expand(2, 3); return parameter - rate * velocity;",
        "Tensor s = Derivative.Stop(gradient.mean()); if (step > 2) s = gradient.mean(); velocity = s + velocity; return parameter - s * rate * gradient;",
        "Tensor s = gradient.t(); if (step > 2) s = Derivative.Stop(s); velocity = s.t(); average = s.t() * rate; return parameter - velocity;");

    [Theory, MemberData(nameof(Smooth))]
    public void A_generated_step_is_what_the_method_says(string body)
    {
        NumericCheck.AssertAgrees(rules.TypeOf(body), true);
        NumericCheck.AssertAgrees(rules.TypeOf(body), false);
    }

    [Theory, MemberData(nameof(Stops))]
    public void What_is_stopped_is_so_forward_and_in_reverse(string body)
    {
        for (long step = 1; step < 4; step++)
            TransposeCheck.AssertTransposed(Create(body), step);
    }

    [Theory, MemberData(nameof(Edges))]
    public void Derivatives_are_finite_at_edges_and_those_forward_are_those_in_reverse(string body)
    {
        using var scope = NewDisposeScope();
        IUpdateRule rule = Create(body);
        Tensor parameter = tensor([0.0, 0, 1, 2, 2, 0.5]).view(2, 3);
        using UpdateState before = State();
        using var tangents = new UpdateTangents(rule.States, [NumberTangent.Seed(0, 0.3), NumberTangent.Seed(0, 0.7)], 1, parameter)
        {
            Parameter = Direction(1).unsqueeze(0),
            Gradient = Direction(2).unsqueeze(0),
        };
        tangents.Replace(0, Direction(3).unsqueeze(0));
        tangents.Replace(1, Direction(4).unsqueeze(0));
        rule.TangentStep(before, tangents);
        Assert.True(before.Parameter.isfinite().all().item<bool>(), $"The step gives {before.Parameter.str()}.");

        using UpdateState again = State();
        using var adjoints = new UpdateAdjoints(rule.States, 2, parameter);
        adjoints.Replace(zeros_like(parameter), Direction(5), Direction(6), Direction(7), zeros([], ScalarType.Float64));
        rule.AdjointStep(again, adjoints);

        double forward = Dot(Direction(5), tangents.Parameter[0]) + Dot(Direction(6), tangents.TensorAt(0)[0]) + Dot(Direction(7), tangents.TensorAt(1)[0]);
        double reverse = Dot(adjoints.Parameter, Direction(1)) + Dot(adjoints.Gradient, Direction(2)) + Dot(adjoints.StateAt(0), Direction(3))
            + Dot(adjoints.StateAt(1), Direction(4)) + adjoints.Hyperparameters[0].item<double>() * 0.3 + adjoints.Hyperparameters[1].item<double>() * 0.7;
        Assert.True(Math.Abs(forward - reverse) <= 1e-12 * (1 + Math.Abs(forward)), $"forward {forward:R}, reverse {reverse:R}");

        UpdateState State()
        {
            var state = new UpdateState(rule.States, parameter) { Parameter = parameter.clone(), Gradient = zeros_like(parameter), Step = 3 };
            state.Replace(1, tensor([1.0, 1, 1, 0, 0, 2]).view(2, 3));
            return state;
        }

        static Tensor Direction(int number) => (arange(6, ScalarType.Float64) * 0.37 + number).cos().view(2, 3);

        static double Dot(Tensor left, Tensor right) => (left * right).sum().item<double>();
    }

    private IUpdateRule Create(string body) => (IUpdateRule)Activator.CreateInstance(rules.TypeOf(body), [true])!;

    /// <summary>All rules of these tests in one compilation.</summary>
    public sealed class Rules
    {
        private const string Members = """
            private Tensor Size(Tensor x) => flag ? x.norm() * 0.3 : x.mean();
                private static Tensor Given(Tensor x) => x;
                [DerivativeOf(nameof(Given))] private static Tensor GivenByX(Tensor x, Tensor value) => ones_like(x);
            """;

        private static readonly string[] bodies = [.. new IEnumerable<object[]>[] { Smooth, Edges, Stops }.SelectMany(rows => rows).Select(row => (string)row[0])];

        private readonly Lazy<Assembly> assembly = new(() => NumericCheck.Load(GeneratorHarness.Run(
            [.. bodies.Select((body, i) => "#pragma warning disable DECL0016, DECL0019, DECL0028\n" + Samples.Rule(body, Members, $"Rule{i}(bool flag)"))])));

        public Rules() => NativeLibraries.Prepare();

        public Type TypeOf(string body) => assembly.Value.GetType($"Samples.Rule{Array.IndexOf(bodies, body)}", throwOnError: true)!;
    }
}

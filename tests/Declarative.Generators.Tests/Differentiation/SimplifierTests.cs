using Declarative.Generators.Differentiation;
using Declarative.Generators.Rules;

namespace Declarative.Generators.Tests;

/// <summary>Simplifying changes the form of a step, never its value: both are evaluated at random points.</summary>
public sealed class SimplifierTests
{
    public static TheoryData<string> BuiltIns => new("Sgd", "Adam", "AdamW", "RmsProp");

    public static TheoryData<string> Bodies => new(
        "return parameter - rate * gradient;",
        "velocity = decay * velocity + gradient; average = velocity; scale *= decay; return parameter - rate * average / (1 - scale);",
        "velocity = gradient.square(); average = gradient.square() + (gradient.square() + 1).sqrt(); return parameter - rate * average / velocity;",
        "var a = gradient * rate; var b = a * a; var c = b / (a + decay); return -(parameter - c) + b.exp() - (b + 1).log() + 1 / a.abs();",
        "if (step > 3) { var t = rate * gradient; velocity = t - t * scale; scale = -scale; } else velocity = -velocity; return parameter - velocity * scale;",
        "return step > 3 ? (step > 6 ? parameter : velocity) - rate : average * Math.Pow(rate, step) - Math.Sqrt(scale) * gradient.pow(3);",
        "velocity = velocity - -(rate - decay) * gradient; return 2 * (parameter * 3) * 1 - 0 - -velocity / -1 + (1 / gradient) * average;");

    [Theory, MemberData(nameof(BuiltIns))]
    public void A_built_in_rule_keeps_its_values(string name) => AssertSameValues(RuleOf(Samples.BuiltIn(name)));

    [Theory, MemberData(nameof(Bodies))]
    public void A_rule_keeps_its_values(string body) => AssertSameValues(RuleOf(Samples.Rule(body)));

    [Fact]
    public void What_is_not_used_is_not_computed()
    {
        RuleBody rule = RuleOf(Samples.Rule("var unused = gradient.square() * rate; var a = gradient; var b = a; return parameter - rate * b;"));
        Let only = Assert.IsType<Let>(Assert.Single(Simplifier.Simplify(rule, rule.Statements).Statements));
        Assert.Equal(new Sum(EquatableArray.Of(new Term(Constant.One, rule.Parameter), new Term(Algebra.Negate(rule.Hyperparameters[0].Variable), rule.Gradient))), only.Value);
    }

    [Fact]
    public void A_tensor_that_is_needed_twice_is_computed_once()
    {
        RuleBody rule = RuleOf(Samples.Rule("velocity = gradient.square() * rate; average = gradient.square() - rate; return parameter;"));
        IEnumerable<Node> nodes = Simplifier.Simplify(rule, rule.Statements).Statements.SelectMany(Statements.Expressions).SelectMany(Tensors);
        Assert.Single(nodes, node => node is Apply { Operation: Operation.Square });
    }

    private static IEnumerable<Node> Tensors(Node node) =>
        node is Sum sum ? sum.Terms.Where(term => term.Tensor is not null).SelectMany(term => Tensors(term.Tensor!)) : [node];

    private static RuleBody RuleOf(string source) => Assert.Single(GeneratorHarness.Run(source).Models).Rule!;

    private static void AssertSameValues(RuleBody rule)
    {
        var random = new Random(1);
        for (int point = 0; point < 40; point++)
        {
            var values = new Dictionary<Variable, double>();
            var tangents = new Dictionary<Variable, double>();
            foreach (Variable input in rule.States.Concat(rule.Hyperparameters.Select(item => item.Variable)).Append(rule.Parameter).Append(rule.Gradient))
            {
                // A later state is smaller: a square of an average is smaller than the average of squares.
                values.Add(input, (0.1 + 0.8 * random.NextDouble()) * Math.Pow(0.2, Math.Max(0, rule.States.ToList().IndexOf(input))));
                tangents.Add(input, random.NextDouble() - 0.5);
            }
            if (rule.Step is not null)
                values.Add(rule.Step, 1 + random.Next(8));
            EquatableArray<Statement> differentiated = ForwardDifferentiation.Differentiate(rule);
            double[] expected = Results(new StepBody(differentiated, rule.Result, rule.FinalStates), values, tangents);
            AssertClose(expected, Results(Simplifier.Simplify(rule, differentiated), values, tangents), 1e-10);
            // Without tangents only the values are there to compare.
            int count = expected.Length / 2;
            AssertClose(expected[..count], Results(Simplifier.Simplify(rule, rule.Statements), values, [])[..count], 1e-10);
            AssertClose(expected[count..], Differences(rule, values, tangents), 1e-6);
        }
    }

    // The results' values, then their tangents.
    private static double[] Results(StepBody step, Dictionary<Variable, double> values, Dictionary<Variable, double> tangents)
    {
        var evaluator = new Evaluator(values, tangents);
        evaluator.Run(step.Statements);
        Node[] results = [step.Result, .. step.FinalStates];
        return [.. results.Select(evaluator.Value), .. results.Select(evaluator.Tangent)];
    }

    private static double[] Differences(RuleBody rule, Dictionary<Variable, double> values, Dictionary<Variable, double> tangents)
    {
        const double step = 1e-6;
        double[] At(double distance) => Results(new StepBody(rule.Statements, rule.Result, rule.FinalStates),
            values.ToDictionary(pair => pair.Key, pair => pair.Value + distance * tangents.GetValueOrDefault(pair.Key)), []);
        return [.. At(step).Zip(At(-step), (up, down) => (up - down) / (2 * step)).Take(rule.FinalStates.Count + 1)];
    }

    private static void AssertClose(double[] expected, double[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= tolerance * (1 + Math.Abs(expected[i])), $"[{i}]: {actual[i]:R}, not {expected[i]:R}");
    }
}

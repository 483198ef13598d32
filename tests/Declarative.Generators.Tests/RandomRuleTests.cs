using System.Globalization;
using System.Reflection;

namespace Declarative.Generators.Tests;

/// <summary>Rules nobody would write: random statements over states, locals, branches, loops, calls, tuples, writes in place and early returns. Each runs, and agrees with its method.</summary>
public sealed class RandomRuleTests(RandomRuleTests.Rules rules) : IClassFixture<RandomRuleTests.Rules>
{
    private const int Count = 100;

    private const string Members = """
        private Tensor Mixed(Tensor x, double weight = 0.5) { if (flag) return x * weight; x = x * decay; return x + rate; }
            private double Least(double x) => flag ? x * rate : x - decay;
            private (Tensor, double) Both(Tensor x, double y) => (x * y * 0.3, y * decay);
        """;

    public static TheoryData<int> Seeds => new(Enumerable.Range(0, Count));

    [Theory, MemberData(nameof(Seeds))]
    public void A_random_rule_is_differentiated_rightly(int seed)
    {
        try
        {
            NumericCheck.AssertAgrees(rules.TypeOf(seed), true);
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException($"{failure.Message}\n{new Writer(seed).Body()}\n{rules.Generated(seed)}", failure);
        }
    }

    /// <summary>All of them in one compilation.</summary>
    public sealed class Rules
    {
        private readonly GeneratorRun run;
        private readonly Assembly assembly;

        public Rules()
        {
            run = GeneratorHarness.Run([.. Enumerable.Range(0, Count).Select(seed => Samples.Rule(new Writer(seed).Body(), Members, $"Rule{seed}(bool flag)"))]);
            assembly = NumericCheck.Load(run);
        }

        public Type TypeOf(int seed) => assembly.GetType($"Samples.Rule{seed}", throwOnError: true)!;

        public string Generated(int seed) => run.Sources[$"Samples.Rule{seed}.g.cs"];
    }

    // Every value stays near 1, so that finite differences are exact.
    private sealed class Writer(int seed)
    {
        private readonly Random random = new(seed);
        private readonly List<string> tensors = ["parameter", "gradient", "velocity", "average"];
        private readonly List<string> numbers = ["rate", "decay", "scale"];

        public string Body()
        {
            var lines = new List<string>();
            for (int i = random.Next(2, 6); i > 0; i--)
                lines.Add(Statement(depth: 0));
            lines.Add(random.Next(3) == 0 ? $"return {Pick(tensors)};" : $"return {Tensor(2)};");
            return string.Join("\n        ", lines);
        }

        private string Statement(int depth)
        {
            int kind = random.Next(depth < 2 ? 16 : 9);
            if (kind is 7 or 8)
                return InPlace();
            if (kind >= 12)
                return Structured(kind, depth);
            if (kind < 4)
                return $"{Pick(["velocity", "average", "velocity", "average", "parameter", "gradient"])} = {Tensor(2)};";
            if (kind == 4)
                return $"scale = {Number(2)};";
            if (kind < 7)
                return Local(depth);
            return $"if ({Condition()}) {Block(depth)}" + (kind == 9 ? "" : $" else {Block(depth)}");
        }

        private string Block(int depth, string end = "")
        {
            // A local of an arm is not in scope after it.
            (int tensorCount, int numberCount) = (tensors.Count, numbers.Count);
            string block = string.Join(" ", Enumerable.Range(0, random.Next(1, 4)).Select(_ => Statement(depth + 1)));
            tensors.RemoveRange(tensorCount, tensors.Count - tensorCount);
            numbers.RemoveRange(numberCount, numbers.Count - numberCount);
            return $"{{ {block} {end} }}";
        }

        // On a copy of its own, so that no two names are one tensor by accident.
        private string InPlace()
        {
            string name = Pick(["velocity", "average"]);
            return random.Next(3) switch
            {
                0 => $"{name} = {name}.clone(); {name}.mul_(0.5).add_({Tensor(1)} * 0.5);",
                1 => $"{name} = {name}.clone().neg_().add_({Number(1)});",
                _ => $"{name} = ({Tensor(1)} * 0.5).sub_({Pick(tensors)} * 0.3);",
            };
        }

        private string Structured(int kind, int depth)
        {
            string loop = $"i{depth}{random.Next(10_000)}";
            return kind switch
            {
                12 => $"if ({Condition()}) {Block(depth, $"return {Tensor(1)};")}",
                13 => $"for (int {loop} = 0; {loop} < 2; {loop}++) {{ if ({loop} == 1 && {Condition()}) {Pick(["continue", "break"])}; {Block(2)} scale = scale * 0.5 + {loop} * 0.25; }}",
                14 => $"(velocity, average) = ({Tensor(1)}, velocity); (var pair{loop}, scale) = Both({Pick(tensors)}, {Number(1)}); average = average * 0.5 + pair{loop};",
                _ => $"switch (step) {{ case 1: {Block(depth, "break;")} case > 2 when {Condition()}: {Block(depth, random.Next(2) == 0 ? "break;" : $"return {Tensor(1)};")} default: {Block(depth, "break;")} }}",
            };
        }

        private string Local(int depth)
        {
            string name = $"local{depth}{tensors.Count}{numbers.Count}{random.Next(1000)}";
            bool isTensor = random.Next(3) > 0;
            string text = $"var {name} = {(isTensor ? Tensor(2) : Number(2))};";
            (isTensor ? tensors : numbers).Add(name);
            return text;
        }

        private string Tensor(int depth) => depth == 0 || random.Next(5) == 0 ? Pick(tensors) : random.Next(15) switch
        {
            13 => $"Mixed({Tensor(depth - 1)})",
            14 => $"(step switch {{ 1 => {Tensor(depth - 1)}, 2 or 3 => {Pick(tensors)}, _ => Mixed({Pick(tensors)}, {Number(depth - 1)}) }})",
            0 => $"({Tensor(depth - 1)} + {Tensor(depth - 1)}) * 0.5",
            1 => $"(0.5 * {Tensor(depth - 1)} - {Number(depth - 1)} * {Tensor(depth - 1)})",
            2 => $"({Tensor(depth - 1)} * {Number(depth - 1)} + {Number(depth - 1)})",
            3 => $"{Pick(tensors)} * {Tensor(depth - 1)} * 0.3",
            4 => $"{Tensor(depth - 1)} / ({Pick(tensors)}.square() + 1)",
            5 => $"({Tensor(depth - 1)}).square() * 0.25",
            6 => $"(({Tensor(depth - 1)}).square() + 0.5).sqrt()",
            7 => $"(-({Tensor(depth - 1)}).abs()).exp()",
            8 => $"(({Tensor(depth - 1)}).square() + 1).log()",
            9 => $"1 / (({Tensor(depth - 1)}).square() + {Constant()})",
            10 => $"(({Tensor(depth - 1)}).square() + 1).pow(-1.5)",
            11 => $"({Condition()} ? {Tensor(depth - 1)} : {Tensor(depth - 1)})",
            _ => $"-{Pick(tensors)}",
        };

        private string Number(int depth) => depth == 0 || random.Next(4) == 0 ? (random.Next(4) == 0 ? Constant() : Pick(numbers)) : random.Next(9) switch
        {
            8 => $"Least({Number(depth - 1)})",
            0 => $"({Number(depth - 1)} - {Number(depth - 1)} / 2)",
            1 => $"{Number(depth - 1)} * {Number(depth - 1)} * 0.5",
            2 => $"{Number(depth - 1)} / (1 + {Number(depth - 1)} * {Pick(numbers)} * 0.1)",
            3 => $"-({Number(depth - 1)})",
            4 => $"Math.Exp(-Math.Abs({Number(depth - 1)}))",
            5 => $"Math.Sqrt(1 + Math.Pow({Pick(numbers)}, 2))",
            6 => "Math.Pow(decay, step)",
            _ => $"({Condition()} ? {Number(depth - 1)} : {Number(depth - 1)})",
        };

        private string Condition() => Pick(["step > 2", "step == 1", "flag", "!flag", "step >= 3 || !flag", "flag && step < 3"]);

        private string Constant() => (random.Next(1, 8) * 0.25).ToString("0.0#", CultureInfo.InvariantCulture);

        private string Pick(IReadOnlyList<string> from) => from[random.Next(from.Count)];
    }
}

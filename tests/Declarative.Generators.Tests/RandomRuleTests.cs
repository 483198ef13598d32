using System.Globalization;
using System.Reflection;

namespace Declarative.Generators.Tests;

/// <summary>Rules nobody would write: random statements over states, locals and branches. Each runs, and agrees with its method.</summary>
public sealed class RandomRuleTests(RandomRuleTests.Rules rules) : IClassFixture<RandomRuleTests.Rules>
{
    private const int Count = 60;

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
            run = GeneratorHarness.Run([.. Enumerable.Range(0, Count).Select(seed => Samples.Rule(new Writer(seed).Body(), head: $"Rule{seed}(bool flag)"))]);
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
            int kind = random.Next(depth < 2 ? 10 : 7);
            if (kind < 4)
                return $"{Pick(["velocity", "average", "velocity", "average", "parameter", "gradient"])} = {Tensor(2)};";
            if (kind == 4)
                return $"scale = {Number(2)};";
            if (kind < 7)
                return Local(depth);
            // A local of an arm is not in scope after it.
            (int tensorCount, int numberCount) = (tensors.Count, numbers.Count);
            string[] arms = [.. Enumerable.Range(0, 2).Select(_ =>
            {
                string arm = string.Join(" ", Enumerable.Range(0, random.Next(1, 4)).Select(_ => Statement(depth + 1)));
                tensors.RemoveRange(tensorCount, tensors.Count - tensorCount);
                numbers.RemoveRange(numberCount, numbers.Count - numberCount);
                return $"{{ {arm} }}";
            })];
            return $"if ({Condition()}) {arms[0]}" + (kind == 9 ? "" : $" else {arms[1]}");
        }

        private string Local(int depth)
        {
            string name = $"local{depth}{tensors.Count}{numbers.Count}{random.Next(1000)}";
            bool isTensor = random.Next(3) > 0;
            string text = $"var {name} = {(isTensor ? Tensor(2) : Number(2))};";
            (isTensor ? tensors : numbers).Add(name);
            return text;
        }

        private string Tensor(int depth) => depth == 0 || random.Next(5) == 0 ? Pick(tensors) : random.Next(13) switch
        {
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

        private string Number(int depth) => depth == 0 || random.Next(4) == 0 ? (random.Next(4) == 0 ? Constant() : Pick(numbers)) : random.Next(8) switch
        {
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

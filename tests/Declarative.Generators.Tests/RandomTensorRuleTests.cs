using System.Globalization;
using System.Reflection;

namespace Declarative.Generators.Tests;

/// <summary>Rules nobody would write, over tensors of several shapes: random reductions, broadcasts, changes of shape, choices, branches
/// and writes in place. Each runs, and agrees with its method.</summary>
public sealed class RandomTensorRuleTests(RandomTensorRuleTests.Rules rules) : IClassFixture<RandomTensorRuleTests.Rules>
{
    private const int Count = 120;

    private const string Members = """
        private Tensor Scaled(Tensor x, Tensor by) { if (flag) return x * by; x = x * by.mean() * decay; return x + by * rate; }
            private Tensor Size(Tensor x) => flag ? x.norm() * 0.3 : x.mean();
            private (Tensor, Tensor) Parts(Tensor x) { var size = x.square().mean() + 0.5; return (x / size, size); }
        """;

    public static TheoryData<int> Seeds => new(Enumerable.Range(0, Count));

    [Theory, MemberData(nameof(Seeds))]
    public void A_random_rule_over_tensors_is_differentiated_rightly(int seed)
    {
        Type type = rules.TypeOf(seed);
        try
        {
            NumericCheck.AssertAgrees(type, true);
        }
        catch (Exception failure)
        {
            Exception cause = failure is TargetInvocationException { InnerException: { } inner } ? inner : failure;
            throw new InvalidOperationException($"{cause.Message.Split('\n')[0]}\n{new Writer(seed).Body()}", failure);
        }
    }

    internal static string[] Sources() => [.. Enumerable.Range(0, Count).Select(seed => "#pragma warning disable DECL0019\n" + Samples.Rule(new Writer(seed).Body(), Members, $"Rule{seed}(bool flag)"))];

    /// <summary>All of them in one compilation.</summary>
    public sealed class Rules
    {
        private readonly Lazy<Assembly> assembly = new(() => NumericCheck.Load(GeneratorHarness.Run(Sources())));

        public Type TypeOf(int seed) => assembly.Value.GetType($"Samples.Rule{seed}", throwOnError: true)!;
    }

    /// <summary>What is known of a tensor's shape, where the parameter is a matrix [2, 3].</summary>
    private enum Shape
    {
        Whole,
        Scalar,
        Row,
        Column,
        Flat,
        Turned,

        /// <summary>One that broadcasts to the parameter's.</summary>
        Any,
    }

    // Every value stays near 1, so that finite differences are exact; no two that are compared are equal.
    private sealed class Writer
    {
        private readonly Random random;
        private readonly List<string> numbers = ["rate", "decay", "scale"];
        private readonly Dictionary<Shape, List<string>> tensors = Enum.GetValues<Shape>().ToDictionary(shape => shape, _ => new List<string>());
        private int locals;

        public Writer(int seed)
        {
            random = new(seed);
            tensors[Shape.Whole].AddRange(["parameter", "gradient", "velocity", "average"]);
        }

        public string Body()
        {
            var lines = new List<string>();
            for (int i = random.Next(3, 7); i > 0; i--)
                lines.Add(Statement(depth: 0));
            lines.Add(random.Next(4) == 0 ? $"return {Pick(tensors[Shape.Whole])};" : $"return {Whole(2)};");
            return string.Join("\n        ", lines);
        }

        private string Statement(int depth) => random.Next(depth < 2 ? 14 : 9) switch
        {
            < 3 => $"{Pick(["velocity", "average", "parameter", "gradient"])} = {Whole(2)};",
            3 => $"scale = {Number(2)};",
            < 7 => Local(),
            < 9 => InPlace(),
            9 => $"(var part{++locals}, var size{locals}) = Parts({Whole(1)}); velocity = part{locals} * size{locals}.sqrt();",
            10 => Handed(),
            11 => $"if ({Condition()}) {Block(depth)}",
            12 => $"if ({Condition()}) {Block(depth, $"return {Whole(1)};")}",
            _ => $"if ({Condition()}) {Block(depth)} else {Block(depth)}",
        };

        private string Block(int depth, string end = "")
        {
            // A local of an arm is not in scope after it.
            Dictionary<Shape, int> counts = tensors.ToDictionary(pair => pair.Key, pair => pair.Value.Count);
            string block = string.Join(" ", Enumerable.Range(0, random.Next(1, 4)).Select(_ => Statement(depth + 1)));
            foreach ((Shape shape, int count) in counts)
                tensors[shape].RemoveRange(count, tensors[shape].Count - count);
            return $"{{ {block} {end} }}";
        }

        private string Local()
        {
            Shape shape = (Shape)random.Next(7);
            string name = $"{shape.ToString().ToLowerInvariant()}{++locals}";
            string text = $"var {name} = {Tensor(shape, 2)};";
            tensors[shape].Add(name);
            return text;
        }

        // What the arms of a branch hand on: of one shape, or of several that broadcast.
        private string Handed()
        {
            Shape shape = (Shape)random.Next(7);
            string name = $"handed{++locals}";
            string text = $"Tensor {name} = {Tensor(shape, 1)}; if ({Condition()}) {{ {name} = {Tensor(shape, 2)}; }}"
                + (random.Next(2) == 0 ? "" : $" else {{ {name} = {name} * {Number(1)}; }}");
            tensors[shape].Add(name);
            return text;
        }

        // On a copy of its own, and of operands that are no views of it.
        private string InPlace()
        {
            string name = Pick(["velocity", "average"]);
            string operand = $"operand{++locals}";
            return $"var {operand} = {Tensor(Shape.Any, 2)}; " + random.Next(6) switch
            {
                0 => $"{name} = {name}.clone(); {name}.mul_({operand}).add_({operand}, alpha: {Number(1)} * 0.5);",
                1 => $"{name} = {name}.clone().lerp_({Whole(1)}, {Whole(0)} * 0.2); {name}.sub_({operand} * 0.3);",
                2 => $"{name} = ({Whole(1)} * 0.5).sub_({operand} * 0.3);",
                3 => $"{name} = {name}.clone().copy_({operand}); {name}.tanh_();",
                4 => $"{name} = ({Whole(1)} * 0.5).addcmul_({operand}, {Tensor(Shape.Any, 0)}, 0.3);",
                _ => $"var inner{locals} = {Tensor(Shape.Scalar, 1)}.clone(); inner{locals}.mul_({Number(1)}).add_({operand}.mean()); {name} = {name} / (inner{locals}.square() + 1);",
            };
        }

        private string Tensor(Shape shape, int depth)
        {
            if (shape == Shape.Any && random.Next(3) > 0)
                shape = (Shape)random.Next(4);
            if (tensors[shape].Count > 0 && (depth == 0 || random.Next(4) == 0))
                return Pick(tensors[shape]);
            string text = shape switch
            {
                Shape.Scalar => Scalar(depth),
                Shape.Row => Row(depth),
                Shape.Column => Column(depth),
                Shape.Flat => Flat(depth),
                Shape.Turned => Turned(depth),
                Shape.Any => $"{Condition()} ? {Tensor((Shape)random.Next(4), depth - 1)} : {Tensor((Shape)random.Next(4), depth - 1)}",
                _ => Whole(depth),
            };
            return $"({text})";
        }

        private string Whole(int depth) => depth <= 0 || random.Next(6) == 0 ? Pick(tensors[Shape.Whole]) : random.Next(31) switch
        {
            0 => $"({Whole(depth - 1)} + {Tensor(Shape.Any, depth - 1)}) * 0.5",
            1 => $"(0.5 * {Tensor(Shape.Any, depth - 1)} - {Number(depth - 1)} * {Whole(depth - 1)} * 0.5)",
            2 => $"{Whole(depth - 1)} * {Tensor(Shape.Any, depth - 1)} * 0.4",
            3 => $"{Whole(depth - 1)} / ({Tensor(Shape.Any, depth - 1)}.square() + 1)",
            4 => $"{Tensor(Shape.Any, depth - 1)} / (({Whole(depth - 1)}).square() + 1)",
            5 => $"({Tensor(Shape.Row, depth - 1)} + {Tensor(Shape.Column, depth - 1)}) * 0.4",
            6 => $"{Tensor(Shape.Column, depth - 1)} * {Tensor(Shape.Row, depth - 1)} * 0.4",
            7 => $"{Tensor(Shape.Column, depth - 1)}.matmul({Tensor(Shape.Row, depth - 1)}) * 0.4",
            8 => $"{Tensor(Shape.Turned, depth - 1)}.{Pick(["t()", "T", "transpose(0, 1)", "permute(1, 0)", "transpose(-1, -2)"])}",
            9 => $"{Tensor(Shape.Flat, depth - 1)}.{Pick(["view(2, 3)", "reshape(2, -1)", "view_as(parameter)", "reshape(gradient.shape)"])}",
            10 => $"{Tensor(Shape.Any, depth - 1)}.{Pick(["expand(2, 3)", "expand_as(gradient)", "broadcast_to(2, 3)"])}",
            11 => $"where({Mask(depth - 1)}, {Tensor(Shape.Any, depth - 1)}, {Whole(depth - 1)})",
            12 => $"where({Mask(depth - 1)}, {Number(depth - 1)}, {Whole(depth - 1)} * {Tensor(Shape.Any, 0)})",
            13 => $"({Whole(depth - 1)}).masked_fill({Mask(depth - 1)}, {Number(depth - 1)})",
            14 => $"cat([{Tensor(Shape.Row, depth - 1)}, {Tensor(Shape.Row, 0)}], 0)",
            15 => $"stack([{Tensor(Shape.Row, depth - 1)}.squeeze(0), {Whole(0)}.select(0, 1)], 0)",
            16 => $"({Whole(depth - 1)}).cumsum({random.Next(2)}) * 0.4",
            17 => $"({Whole(depth - 1)}).tanh()",
            18 => $"({Whole(depth - 1)} * {Tensor(Shape.Any, depth - 1)} * 0.3).sin()",
            19 => $"(({Whole(depth - 1)}).square() + 0.3).pow({Number(depth - 1)})",
            20 => $"(({Whole(depth - 1)}).square() + 0.3).pow({Tensor(Shape.Any, depth - 1)})",
            21 => $"({Whole(depth - 1)}).maximum({Tensor(Shape.Any, depth - 1)} + 0.137)",
            22 => $"({Whole(depth - 1)}).lerp({Whole(depth - 1)}, {Whole(0)} * 0.3)",
            23 => $"({Whole(depth - 1)}).addcdiv({Tensor(Shape.Any, depth - 1)}, {Tensor(Shape.Any, 0)}.square() + 1, {Number(depth - 1)} * 0.3)",
            24 => $"({Condition()} ? {Whole(depth - 1)} : {Whole(depth - 1)})",
            25 => $"Scaled({Whole(depth - 1)}, {Tensor(Shape.Any, depth - 1)})",
            26 => $"(({Whole(depth - 1)}).square() + {Tensor(Shape.Any, depth - 1)}.square() + 0.2).sqrt() * 0.5",
            27 => $"full_like({Whole(0)}, {Number(depth - 1)}) * {Tensor(Shape.Any, depth - 1)}",
            28 => $"({Whole(depth - 1)} - {Tensor(Shape.Any, depth - 1)}.mean()) / ({Whole(0)}.std() + 1)",
            29 => $"({Whole(depth - 1)}).clamp({Number(0)} * 0.07, 1.73 + {Number(0)})",
            _ => $"({Whole(depth - 1)}).sigmoid() + {Number(depth - 1)} * 0.3",
        };

        private string Scalar(int depth) => random.Next(depth <= 0 ? 6 : 18) switch
        {
            0 => $"({Whole(depth - 1)}).sum() * 0.2",
            1 => $"({Tensor(Shape.Any, depth - 1)}).mean()",
            2 => $"({Whole(depth - 1)} + 0.3).norm() * 0.4",
            3 => $"{Whole(0)}.{Pick(["select(0, 1).select(0, 2)", "select(1, 0).mean()", "flatten().select(0, 4)"])}",
            4 => $"({Whole(depth - 1)}).var()",
            5 => $"Size({Whole(depth - 1)})",
            6 => $"({Tensor(Shape.Flat, depth - 1)}).dot({Tensor(Shape.Flat, depth - 1)}) * 0.2",
            7 => $"({Whole(depth - 1)} + 0.01 * gradient).max()",
            8 => $"{Tensor(Shape.Scalar, depth - 1)} * {Tensor(Shape.Scalar, depth - 1)}",
            9 => $"{Tensor(Shape.Scalar, depth - 1)} / ({Tensor(Shape.Scalar, depth - 1)}.square() + {Number(0)} + 1)",
            10 => $"({Number(depth - 1)} - {Tensor(Shape.Scalar, depth - 1)}) * 0.5",
            11 => $"where({Tensor(Shape.Scalar, depth - 1)} > 0.41, {Tensor(Shape.Scalar, depth - 1)}, {Tensor(Shape.Scalar, depth - 1)})",
            12 => $"({Condition()} ? {Tensor(Shape.Scalar, depth - 1)} : {Tensor(Shape.Scalar, depth - 1)})",
            13 => $"{Tensor(Shape.Row, depth - 1)}.sum() * 0.3",
            14 => $"full_like({Tensor(Shape.Scalar, depth - 1)}, {Number(depth - 1)})",
            15 => $"({Whole(depth - 1)}).matmul({Tensor(Shape.Turned, depth - 1)}).mean() * 0.3",
            16 => $"({Whole(depth - 1)} * {Tensor(Shape.Any, depth - 1)}).sum() * 0.1",
            _ => $"({Tensor(Shape.Scalar, depth - 1)}.square() + 0.5).sqrt()",
        };

        private string Row(int depth) => random.Next(depth <= 0 ? 5 : 13) switch
        {
            0 => $"({Whole(depth - 1)}).sum(0, keepdim: true) * 0.5",
            1 => $"({Whole(depth - 1)}).mean([0], true)",
            2 => $"({Whole(depth - 1)}).narrow(0, 1, 1)",
            3 => $"{Whole(0)}.select(0, 0).unsqueeze(0)",
            4 => $"{Whole(0)}.flatten().narrow(0, 2, 3).reshape(1, 3)",
            5 => $"({Whole(depth - 1)} + 0.01 * gradient).amax([0], true)",
            6 => $"{Tensor(Shape.Row, depth - 1)} * {Tensor(Shape.Row, depth - 1)} * 0.5",
            7 => $"({Tensor(Shape.Row, depth - 1)} - {Tensor(Shape.Scalar, depth - 1)}) * 0.5",
            8 => $"where({Tensor(Shape.Row, depth - 1)} > 0.52, {Tensor(Shape.Row, depth - 1)}, {Tensor(Shape.Scalar, depth - 1)})",
            9 => $"({Condition()} ? {Tensor(Shape.Row, depth - 1)} : {Tensor(Shape.Row, depth - 1)} * {Number(depth - 1)})",
            10 => $"full_like({Tensor(Shape.Row, depth - 1)}, {Number(depth - 1)})",
            11 => $"{Tensor(Shape.Column, depth - 1)}.t().matmul({Whole(depth - 1)}) * 0.4",
            _ => $"({Tensor(Shape.Row, depth - 1)}.square() + {Number(depth - 1)}).sin()",
        };

        private string Column(int depth) => random.Next(depth <= 0 ? 5 : 12) switch
        {
            0 => $"({Whole(depth - 1)}).sum(1, keepdim: true) * 0.4",
            1 => $"({Whole(depth - 1)}).mean([-1], true)",
            2 => $"({Whole(depth - 1)}).narrow(1, 2, 1)",
            3 => $"{Whole(0)}.select(1, 1).unsqueeze(-1)",
            4 => $"{Whole(0)}.sum(1).reshape(2, 1) * 0.3",
            5 => $"({Whole(depth - 1)} + 0.01 * gradient).amin([1], true)",
            6 => $"{Tensor(Shape.Column, depth - 1)} / ({Tensor(Shape.Column, depth - 1)}.square() + 1)",
            7 => $"({Tensor(Shape.Column, depth - 1)} + {Tensor(Shape.Scalar, depth - 1)}) * 0.5",
            8 => $"({Condition()} ? {Tensor(Shape.Column, depth - 1)} : {Tensor(Shape.Column, depth - 1)})",
            9 => $"({Whole(depth - 1)}).mv({Tensor(Shape.Row, depth - 1)}.squeeze(0)).unsqueeze(1) * 0.3",
            10 => $"({Whole(depth - 1)}).matmul({Tensor(Shape.Row, depth - 1)}.t()) * 0.3",
            _ => $"({Tensor(Shape.Column, depth - 1)} * {Number(depth - 1)}).cos()",
        };

        private string Flat(int depth) => random.Next(depth <= 0 ? 4 : 9) switch
        {
            0 => $"({Whole(depth - 1)}).flatten()",
            1 => $"({Whole(depth - 1)}).reshape(-1)",
            2 => $"({Tensor(Shape.Turned, depth - 1)}).reshape(6)",
            3 => $"({Whole(depth - 1)}).reshape(6)",
            4 => $"cat([{Tensor(Shape.Row, depth - 1)}.flatten(), {Tensor(Shape.Row, depth - 1)}.flatten()])",
            5 => $"({Tensor(Shape.Flat, depth - 1)}).cumsum(0) * 0.2",
            6 => $"{Tensor(Shape.Flat, depth - 1)} * {Tensor(Shape.Flat, depth - 1)} * 0.5",
            7 => $"({Tensor(Shape.Flat, depth - 1)} + {Tensor(Shape.Scalar, depth - 1)}) * 0.5",
            _ => $"({Condition()} ? {Tensor(Shape.Flat, depth - 1)} : {Tensor(Shape.Flat, depth - 1)} * {Number(depth - 1)})",
        };

        private string Turned(int depth) => random.Next(depth <= 0 ? 3 : 7) switch
        {
            0 => $"({Whole(depth - 1)}).t()",
            1 => $"({Whole(depth - 1)}).transpose(0, 1)",
            2 => $"({Whole(depth - 1)}).reshape(3, 2)",
            3 => $"({Tensor(Shape.Turned, depth - 1)} + {Tensor(Shape.Scalar, depth - 1)}) * 0.5",
            4 => $"{Tensor(Shape.Turned, depth - 1)} * {Tensor(Shape.Turned, depth - 1)} * 0.5",
            5 => $"{Tensor(Shape.Turned, depth - 1)} * {Tensor(Shape.Row, depth - 1)}.t() * 0.5",
            _ => $"({Condition()} ? {Tensor(Shape.Turned, depth - 1)} : ({Whole(depth - 1)}).t() * {Number(depth - 1)})",
        };

        private string Mask(int depth) => random.Next(depth <= 0 ? 2 : 7) switch
        {
            0 => $"({Whole(0)} > 0.653)",
            1 => $"{Whole(0)}.lt({Number(0)} + 0.271)",
            2 => $"({Whole(depth - 1)} > {Tensor(Shape.Any, depth - 1)} + 0.0313)",
            3 => $"~{Mask(depth - 1)}",
            4 => $"{Mask(depth - 1)}.logical_and({Mask(depth - 1)})",
            5 => $"{Mask(depth - 1)}.logical_or({Whole(0)}.isnan())",
            _ => $"({Tensor(Pick([Shape.Row, Shape.Column, Shape.Scalar]), depth - 1)} > 0.457)",
        };

        private string Number(int depth) => depth <= 0 || random.Next(3) == 0 ? (random.Next(4) == 0 ? Constant() : Pick(numbers)) : random.Next(6) switch
        {
            0 => $"({Number(depth - 1)} - {Number(depth - 1)} / 2)",
            1 => $"{Number(depth - 1)} * {Number(depth - 1)} * 0.5",
            2 => $"{Number(depth - 1)} / (1 + {Number(depth - 1)} * {Pick(numbers)} * 0.1)",
            3 => $"Math.Sqrt(1 + Math.Pow({Pick(numbers)}, 2))",
            4 => $"{Number(depth - 1)} / {Whole(0)}.{Pick(["numel()", "size(0)", "dim()", "shape[1]"])}",
            _ => $"({Condition()} ? {Number(depth - 1)} : {Number(depth - 1)})",
        };

        private string Condition() => Pick(["step > 2", "step == 1", "flag", "!flag", "step >= 3 || !flag", "flag && step < 3"]);

        private string Constant() => (random.Next(1, 8) * 0.25).ToString("0.0#", CultureInfo.InvariantCulture);

        private T Pick<T>(IReadOnlyList<T> from) => from[random.Next(from.Count)];
    }
}

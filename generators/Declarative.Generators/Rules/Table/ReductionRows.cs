using System.Collections.Generic;
using System.Linq;
using static Declarative.Generators.Rules.Family;
using static Declarative.Generators.Rules.Overloads;

namespace Declarative.Generators.Rules;

/// <summary>Sums, means, norms and extremes: a rule that has one runs once for each parameter tensor.</summary>
internal static class ReductionRows
{
    private const string Type = "TorchSharp.torch.ScalarType?";

    private static readonly Family sum = new(Smoothness.Linear, "Σx", "Σẋ", "x̄ = z̄, for each entry");
    private static readonly Family mean = new(Smoothness.Linear, "Σx / n", "Σẋ / n", "x̄ = z̄ / n, for each entry");
    private static readonly Family norm = new(Smoothness.Kink, "√Σx²; where it is 0 the derivative is 0", "⟨x, ẋ⟩ / z", "x̄ = z̄ · x / z");
    private static readonly Family dot = new(Smoothness.Smooth, "Σ x · y", "⟨ẋ, y⟩ + ⟨x, ẏ⟩", "x̄ = z̄ · y, ȳ = z̄ · x");
    private static readonly Family variance = new(Smoothness.Smooth, "Σ(x - mean)² / (n - 1), or / n where not unbiased", "the product rule", "the product rule");
    private static readonly Family deviation = new(Smoothness.Kink, "the root of the variance; where it is 0 the derivative is 0", "the product rule", "the product rule");
    private static readonly Family largest = new(Smoothness.Kink, "the largest entry; among several the derivative is shared", "that of the largest", "to the largest");
    private static readonly Family smallest = new(Smoothness.Kink, "the smallest entry; among several the derivative is shared", "that of the smallest", "to the smallest");
    private static readonly Family accumulated = new(Smoothness.Linear, "the sums of the first entries along a dimension", "the same of ẋ", "the same of z̄, from the end");

    public static IEnumerable<OperationRow> All { get; } =
    [
        .. sum.MethodAndFunction("sum", Type, "", (on, x) => x[1] is null ? Sum(on, x[0]!) : null),
        sum.Method("sum", $"{Dimensions}, bool, {Type}", "(long[])[0], true", Along(Sum)),
        sum.Method("sum", $"{Span}, bool, {Type}", "(ReadOnlySpan<long>)[0, 1]", Along(Sum)),
        .. sum.MethodAndFunction("sum", $"long, bool, {Type}", "1, keepdim: true", Along(Sum)),
        sum.Function("sum", $"{Span}, bool, {Type}", "(ReadOnlySpan<long>)[-1]", Along(Sum)),
        .. mean.MethodAndFunction("mean", "", "", (on, x) => Mean(on, x[0]!)),
        .. mean.MethodAndFunction("mean", $"{Dimensions}, bool, {Type}", "[0], false", Along(Mean)),
        .. norm.MethodAndFunction("norm", "float", "", Norm),
        norm.Function("norm", "", "", (on, x) => Norm(on, [x[0], null])),
        dot.Method("dot", Tensor, "y", Dot) with { Example = "x.flatten().dot(y.flatten())" },
        dot.Function("dot", Tensor, "y", Dot) with { Example = "torch.dot(x.flatten(), y.flatten())" },
        norm.Method("norm", "int, bool, float", "1, true", (on, x) => x[3] is null or Constant { Value: 2 } ? Norm(on, x[0]!, x[1]!, x[2]) : null),
        .. variance.MethodAndFunction("var", "bool", "", (on, x) => Variance(on, x[0]!, x[1])),
        .. variance.MethodAndFunction("var", $"long, bool, bool, {Type}", "1", VarianceAlong),
        .. variance.MethodAndFunction("var", $"{Dimensions}, bool, bool, {Type}", "(long[])[0, 1], false, true", VarianceAlong),
        .. deviation.MethodAndFunction("std", "bool", "", (on, x) => on.Compute(Operation.SquareRoot, Variance(on, x[0]!, x[1]))),
        .. deviation.MethodAndFunction("std", $"long, bool, bool, {Type}", "1, keepdim: true", (on, x) => Root(on, VarianceAlong(on, x))),
        .. deviation.MethodAndFunction("std", $"{Dimensions}, bool, bool, {Type}", "(long[])[1], false", (on, x) => Root(on, VarianceAlong(on, x))),
        .. largest.MethodAndFunction("max", "", "", Lower(Operation.Largest)),
        .. smallest.MethodAndFunction("min", "", "", (on, x) => Smallest(on, x[0]!)),
        .. new[] { Dimensions, Span }.SelectMany((type, i) => largest.MethodAndFunction("amax", $"{type}, bool, {Tensor}", $"({NameOf(i)})[0], true", Along(Largest))),
        largest.Method("amax", "params " + Dimensions, "0, 1", Along(Largest)),
        largest.Function("amax", Dimensions, "(long[])[1]", Along(Largest)),
        .. new[] { Dimensions, Span }.SelectMany((type, i) => smallest.MethodAndFunction("amin", $"{type}, bool, {Tensor}", $"({NameOf(i)})[0], true", Along(Smallest))),
        smallest.Method("amin", "params " + Dimensions, "0, 1", Along(Smallest)),
        .. accumulated.MethodAndFunction("cumsum", $"long, {Type}", "0", (on, x) => x[2] is null ? on.Compute(Operation.CumulativeSum, x[0]!, x[1]!) : null),
    ];

    // Called with the dimensions and whether they are kept; neither means all entries.
    private delegate Node Reduction(IComputation on, Node x, Node? dimensions = null, Node? keeps = null);

    private static Lowering Along(Reduction reduction) => (on, x) =>
    {
        if (x.Length > 3 && x[3] is not null)
            return null;
        Node dimensions = x[1]!.Kind == ValueKind.Shape ? x[1]! : on.Compute(Operation.ShapeList, x[1]!);
        return reduction(on, x[0]!, dimensions, x.Length > 2 && x[2] is { } keeps ? keeps : new Flag(false));
    };

    private static Node Sum(IComputation on, Node x, Node? dimensions = null, Node? keeps = null) => dimensions is null
        ? on.Compute(Operation.Sum, x) : on.Compute(Operation.SumAlong, x, dimensions, keeps!);

    private static Node Mean(IComputation on, Node x, Node? dimensions = null, Node? keeps = null)
    {
        Node total = Sum(on, x, dimensions, keeps);
        Node count = on.Compute(Operation.EntryCount, x);
        return on.Compute(Operation.Divide, total, dimensions is null ? count : on.Compute(Operation.Divide, count, on.Compute(Operation.EntryCount, total)));
    }

    private static Node Largest(IComputation on, Node x, Node? dimensions = null, Node? keeps = null) => dimensions is null
        ? on.Compute(Operation.Largest, x) : on.Compute(Operation.LargestAlong, x, dimensions, keeps!);

    private static Node Smallest(IComputation on, Node x, Node? dimensions = null, Node? keeps = null) =>
        on.Compute(Operation.Negate, Largest(on, on.Compute(Operation.Negate, x), dimensions, keeps));

    private static Node? Norm(IComputation on, Node?[] x) => x[1] switch
    {
        null or Constant { Value: 2 } => on.Compute(Operation.SquareRoot, on.Compute(Operation.Sum, on.Compute(Operation.Square, x[0]!))),
        Constant { Value: 1 } => on.Compute(Operation.Sum, on.Compute(Operation.Absolute, x[0]!)),
        Constant { Value: double.PositiveInfinity } => on.Compute(Operation.Largest, on.Compute(Operation.Absolute, x[0]!)),
        Constant { Value: > 1 } order => on.Compute(Operation.Power,
            on.Compute(Operation.Sum, on.Compute(Operation.Power, on.Compute(Operation.Absolute, x[0]!), order)), new Constant(1 / order.Value)),
        _ => null,
    };

    private static Node Dot(IComputation on, Node?[] x) => on.Compute(Operation.Sum, on.Compute(Operation.Multiply, x[0]!, x[1]!));

    private static Node Norm(IComputation on, Node x, Node dimension, Node? keeps) => on.Compute(Operation.SquareRoot,
        Sum(on, on.Compute(Operation.Square, x), on.Compute(Operation.ShapeList, dimension), keeps ?? new Flag(false)));

    private static Node? VarianceAlong(IComputation on, Node?[] x)
    {
        if (x[4] is not null)
            return null;
        Node dimensions = x[1]!.Kind == ValueKind.Shape ? x[1]! : on.Compute(Operation.ShapeList, x[1]!);
        return Variance(on, x[0]!, x[2], dimensions, x[3] ?? new Flag(false));
    }

    private static Node? Root(IComputation on, Node? x) => x is null ? null : on.Compute(Operation.SquareRoot, x);

    private static Node Variance(IComputation on, Node x, Node? unbiased, Node? dimensions = null, Node? keeps = null)
    {
        Node mean = dimensions is null ? Mean(on, x) : Mean(on, x, dimensions, new Flag(true));
        Node total = Sum(on, on.Compute(Operation.Square, on.Compute(Operation.Subtract, x, mean)), dimensions, keeps);
        Node count = on.Compute(Operation.EntryCount, x);
        if (dimensions is not null)
            count = on.Compute(Operation.Divide, count, on.Compute(Operation.EntryCount, mean));
        return on.Compute(Operation.Divide, total, unbiased switch
        {
            null or Flag { Value: true } => on.Compute(Operation.Subtract, count, Constant.One),
            Flag => count,
            { } condition => on.Compute(Operation.Subtract, count, on.Compute(Operation.KeepWhere, condition, Constant.One)),
        });
    }
}

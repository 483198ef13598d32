using System.Collections.Generic;
using static Declarative.Generators.Rules.Algebra;

namespace Declarative.Generators.Rules;

/// <summary>Changes of shape, which are linear; matrix products; and what a shape is, which has no derivative.</summary>
internal static class ShapeOperations
{
    public static IReadOnlyDictionary<Operation, OperationDefinition> All { get; } = new Dictionary<Operation, OperationDefinition>
    {
        [Operation.Reshape] = Reshaping("{0}.reshape({1})"),
        [Operation.Flatten] = Reshaping("{0}.flatten({1:long}, {2:long})"),
        [Operation.Squeeze] = Reshaping("{0}.squeeze({1:long})"),
        [Operation.Unsqueeze] = Reshaping("{0}.unsqueeze({1:long})"),
        [Operation.Expand] = View("broadcasting", "{0}.expand({1})") with
        {
            Forward = (_, z, _) => LinearMap.Of("Lift", z) with { IsView = true },
            Reverse = (x, _, _) => LinearMap.Of("SumTo", x[0]) with { IsView = true, TakesWeight = true },
        },
        [Operation.Transpose] = View("d xᵀ = (dx)ᵀ", "{0}.transpose({1:long}, {2:long})") with
        {
            Forward = (x, _, _) => LinearMap.Of("TransposeDimensions", x[1], x[2]) with { IsView = true },
            Reverse = (x, _, _) => LinearMap.Of("transpose", x[1], x[2]) with { IsView = true },
        },
        [Operation.TransposeMatrix] = View("d xᵀ = (dx)ᵀ", "{0}.t()") with
        {
            Forward = (_, _, _) => LinearMap.Of("TransposeMatrices") with { IsView = true },
            Reverse = (_, _, _) => LinearMap.Of("t") with { IsView = true },
        },
        [Operation.Permute] = View("d xᵀ = (dx)ᵀ", "{0}.permute({1})") with
        {
            Forward = (x, _, _) => LinearMap.Of("PermuteDimensions", x[1]) with { IsView = true },
            Reverse = (x, _, _) => LinearMap.Of("PermuteBack", x[1]) with { IsView = true },
        },
        [Operation.Narrow] = View("a part of dx", "{0}.narrow({1:long}, {2:long}, {3:long})") with
        {
            Forward = (x, _, _) => LinearMap.Of("NarrowDimension", x[1], x[2], x[3]) with { IsView = true },
            Reverse = (x, _, _) => LinearMap.Of("PlaceIn", x[0], x[1], x[2]),
        },
        [Operation.Index] = View("a part of dx", "{0}.select({1:long}, {2:long})") with
        {
            Forward = (x, _, _) => LinearMap.Of("SelectIndex", x[1], x[2]) with { IsView = true },
            Reverse = (x, _, _) => LinearMap.Of("PlaceAt", x[0], x[1], x[2]),
        },
        [Operation.Concatenate] = Joining("d(x, y) = (dx, dy)", "global::TorchSharp.torch.cat(new[] {{ {1..} }}, {0:long})", "Concatenated"),
        [Operation.Stack] = Joining("d(x, y) = (dx, dy)", "global::TorchSharp.torch.stack(new[] {{ {1..} }}, {0:long})", "Stacked"),
        [Operation.MatrixProduct] = new("d(xy) = dx y + x dy", "{0}.MatrixProduct({1})", null, (_, _) => Constant.One, (_, _) => Constant.One)
        {
            Shape = ShapeRule.Other,
            Forward = (x, _, argument) => argument == 0 ? LinearMap.Of("TimesMatrix", x[1]) : LinearMap.Of("MatrixTimes", x[0]),
            Reverse = (x, _, argument) => argument == 0 ? LinearMap.Of("TimesTransposed", x[0], x[1]) : LinearMap.Of("TransposedTimes", x[0], x[1]),
        },
        [Operation.EntryCount] = Fact("{0}.EntryCount()"),
        [Operation.Size] = Fact("{0}.SizeOf({1:long})"),
        [Operation.Rank] = Fact("{0}.Rank()"),
        [Operation.ShapeOf] = new("", null, "{0}.shape") { Gives = ValueKind.Shape, Shape = ShapeRule.Other },
        [Operation.ShapeList] = new("", null, "new long[] {{ {0..:long} }}") { Gives = ValueKind.Shape },
    };

    private static OperationDefinition View(string rule, string text) =>
        new(rule, text, null, (_, _) => Constant.One, null, null, null) { Shape = ShapeRule.Other, IsView = true };

    private static OperationDefinition Reshaping(string text) => View("d reshape(x) = reshape(dx)", text) with
    {
        Forward = (_, z, _) => LinearMap.Of("ReshapeLike", z) with { IsView = true },
        Reverse = (x, _, _) => LinearMap.Of("ReshapeTo", x[0]) with { IsView = true },
    };

    // The dimension is the first argument, and the tensors follow it.
    private static OperationDefinition Joining(string rule, string text, string joined) => new(rule, text, null, null, (_, _) => Constant.One)
    {
        Shape = ShapeRule.Other,
        Forward = (x, z, argument) => new($"PlaceIn{joined}", Operands(x, z, argument)),
        Reverse = (x, z, argument) => new($"PartOf{joined}", Operands(x, z, argument)) { IsView = true },
    };

    // Where its part lies follows from the tensors before it.
    private static EquatableArray<Node> Operands(EquatableArray<Node> x, Node z, int argument)
    {
        var operands = new Node[argument + 2];
        operands[0] = z;
        operands[1] = x[0];
        for (int i = 1; i <= argument; i++)
            operands[i + 1] = x[i];
        return EquatableArray.Of(operands);
    }

    private static OperationDefinition Fact(string text) => new("", null, text) { Gives = ValueKind.Number, Shape = ShapeRule.Other };
}

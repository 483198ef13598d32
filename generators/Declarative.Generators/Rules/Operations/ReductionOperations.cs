using System.Collections.Generic;
using static Declarative.Generators.Rules.Algebra;

namespace Declarative.Generators.Rules;

/// <summary>Operations that read many entries for each that they give.</summary>
internal static class ReductionOperations
{
    public static IReadOnlyDictionary<Operation, OperationDefinition> All { get; } = new Dictionary<Operation, OperationDefinition>
    {
        [Operation.Sum] = new("d Σx = Σdx", "{0}.sum()", null, (_, _) => Constant.One)
        {
            Shape = ShapeRule.Scalar,
            Forward = (_, _, _) => LinearMap.Of("SumEntries") with { TakesWeight = true },
            Reverse = (x, _, _) => LinearMap.Of("ExpandTo", x[0]) with { IsView = true },
        },
        [Operation.SumAlong] = new("d Σx = Σdx", "{0}.sum({1}, {2})", null, (_, _) => Constant.One, null, null)
        {
            Shape = ShapeRule.Other,
            Forward = (x, _, _) => LinearMap.Of("SumAlong", x[1], x[2]) with { TakesWeight = true },
            Reverse = (x, _, _) => LinearMap.Of("ExpandAlong", x[0], x[1], x[2]) with { IsView = true },
        },
        [Operation.Largest] = new("d max x: of the largest entries", "{0}.max()", null, (x, z) => Of(Operation.ShareOfLargest, x[0], z))
        {
            Shape = ShapeRule.Scalar,
            Forward = (_, _, _) => LinearMap.Of("SumEntries") with { TakesWeight = true },
            Reverse = (x, _, _) => LinearMap.Of("ExpandTo", x[0]) with { IsView = true },
        },
        [Operation.LargestAlong] = new("d max x: of the largest entries", "{0}.amax({1}, {2})", null,
            (x, z) => Of(Operation.ShareOfLargestAlong, x[0], z, x[1], x[2]), null, null)
        {
            Shape = ShapeRule.Other,
            Forward = (x, _, _) => LinearMap.Of("SumAlong", x[1], x[2]) with { TakesWeight = true },
            Reverse = (x, _, _) => LinearMap.Of("ExpandAlong", x[0], x[1], x[2]) with { IsView = true },
        },
        [Operation.CumulativeSum] = new("d Σx = Σdx", "{0}.cumsum({1:long})", null, (_, _) => Constant.One, null)
        {
            Shape = ShapeRule.Like,
            Forward = (x, _, _) => LinearMap.Of("AccumulateAlong", x[1]),
            Reverse = (x, _, _) => LinearMap.Of("AccumulateBackAlong", x[1]),
        },
        [Operation.ShareOfLargest] = new("", "{0}.ShareOfLargest({1})", null) { Shape = ShapeRule.Like },
        [Operation.ShareOfLargestAlong] = new("", "{0}.ShareOfLargest({1}, {2}, {3})", null) { Shape = ShapeRule.Like },
    };
}

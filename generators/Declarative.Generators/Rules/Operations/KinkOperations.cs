using System.Collections.Generic;
using static Declarative.Generators.Rules.Algebra;

namespace Declarative.Generators.Rules;

/// <summary>What is differentiable but for kinks, where a subgradient is taken (PyTorch's, where it has one); and steps, whose derivative
/// is zero.</summary>
internal static class KinkOperations
{
    public static IReadOnlyDictionary<Operation, OperationDefinition> All { get; } = new Dictionary<Operation, OperationDefinition>
    {
        [Operation.Absolute] = new("d|x| = sign x dx", "{0}.abs()", "global::System.Math.Abs({0})", (x, _) => Unary(Operation.Sign, x[0])),
        [Operation.Maximum] = new("d max(x, y): of the larger", "{0}.Maximum({1})", "global::System.Math.Max({0}, {1})",
            (x, _) => Of(Operation.ShareAbove, x[0], x[1]), (x, _) => Of(Operation.ShareAbove, x[1], x[0])),
        [Operation.Minimum] = new("d min(x, y): of the smaller", "{0}.Minimum({1})", "global::System.Math.Min({0}, {1})",
            (x, _) => Of(Operation.ShareAbove, x[1], x[0]), (x, _) => Of(Operation.ShareAbove, x[0], x[1])),
        [Operation.Clamp] = new("d clamp(x, a, b): of the one taken", "{0}.Clamp({1}, {2})", "global::Declarative.Rules.NumberOperations.Clamp({0}, {1}, {2})",
            (x, _) => Indicator(Of(Operation.And, Of(Operation.GreaterOrEqual, x[0], x[1]), Of(Operation.LessOrEqual, x[0], x[2]))),
            (x, _) => Indicator(Of(Operation.Less, x[0], x[1])),
            (x, _) => Indicator(Of(Operation.Greater, x[0], x[2]))),
        [Operation.Select] = new("d where(c, x, y): of the one taken", "{0}.Select({1}, {2})", "({0} ? {1} : {2})",
            null, (x, _) => Indicator(x[0]), (x, _) => Indicator(Unary(Operation.Not, x[0]))),
        [Operation.ShareAbove] = new("", "{0}.ShareAbove({1})", "global::Declarative.Rules.NumberOperations.ShareAbove({0}, {1})"),
        [Operation.KeepWhere] = new("", "{1}.KeepWhere({0})", "({0} ? {1} : 0)"),
        [Operation.Sign] = new("", "{0}.sign()", "global::System.Math.Sign({0})"),
        [Operation.Floor] = new("", "{0}.floor()", "global::System.Math.Floor({0})"),
        [Operation.Ceiling] = new("", "{0}.ceil()", "global::System.Math.Ceiling({0})"),
        [Operation.Round] = new("", "{0}.round()", "global::System.Math.Round({0})"),
        [Operation.Truncate] = new("", "{0}.trunc()", "global::System.Math.Truncate({0})"),
    };

    /// <summary>1 where a condition holds, 0 elsewhere.</summary>
    private static Node Indicator(Node condition) => Of(Operation.KeepWhere, condition, Constant.One);
}

using System.Collections.Generic;
using System.Linq;

namespace Declarative.Generators.Rules;

/// <summary>The definitions of all operations, as data: writers and differentiation read nothing else.</summary>
internal static class Operations
{
    private static readonly Dictionary<Operation, OperationDefinition> definitions =
        new[] { ArithmeticOperations.All, FunctionOperations.All, KinkOperations.All, ConditionOperations.All, ReductionOperations.All, ShapeOperations.All }
            .SelectMany(family => family).ToDictionary(pair => pair.Key, pair => pair.Value);

    public static OperationDefinition Definition(this Operation operation) => definitions[operation];

    /// <summary>What an operation gives.</summary>
    public static ValueKind KindOf(Operation operation, EquatableArray<Node> arguments)
    {
        if (definitions[operation].Gives is { } kind)
            return kind;
        if (operation is Operation.Stop or Operation.Broadcast)
            return arguments[0].Kind;
        bool onTensors = arguments.Any(argument => argument.Kind is ValueKind.Tensor or ValueKind.Mask);
        if (operation.IsCondition())
            return onTensors ? ValueKind.Mask : ValueKind.Flag;
        return onTensors ? ValueKind.Tensor : ValueKind.Number;
    }

    public static bool IsCondition(this Operation operation) => operation is >= Operation.Equal and <= Operation.IsNotANumber;

    /// <summary>What is known of the shape of a tensor.</summary>
    public static Extent ExtentOf(Node node)
    {
        switch (node)
        {
            case Variable variable:
                return variable.Extent;
            case Sum sum:
                return sum.Terms.FirstOrDefault(term => term.Tensor is not null)?.Tensor is { } tensor ? ExtentOf(tensor) : Extent.Unknown;
            case Apply apply:
                IEnumerable<Node> tensors = apply.Arguments.Where(argument => argument.Kind is ValueKind.Tensor or ValueKind.Mask);
                return definitions[apply.Operation].Shape switch
                {
                    ShapeRule.Scalar => Extent.Scalar,
                    ShapeRule.Other => Extent.Unknown,
                    ShapeRule.Like => ExtentOf(apply.Arguments[0]),
                    _ when apply.Operation == Operation.Broadcast => Meeting(ExtentOf(apply.Arguments[0]), ExtentOf(apply.Arguments[1])),
                    _ => tensors.FirstOrDefault() is { } operand ? ExtentOf(operand) : Extent.Scalar,
                };
            case Call call:
                return call.Arguments.FirstOrDefault(argument => argument.Kind == ValueKind.Tensor) is { } first ? ExtentOf(first) : Extent.Scalar;
            default:
                return Extent.Scalar;
        }
    }

    /// <summary>Whether two tensors are known to have the same shape.</summary>
    public static bool IsSameShape(Node left, Node right) =>
        left.Equals(right) || (ExtentOf(left) == ExtentOf(right) && ExtentOf(left) != Extent.Unknown);

    /// <summary>Whether a tensor shares memory with what it is made of.</summary>
    public static bool IsView(Node node) => node is Apply apply && definitions[apply.Operation].IsView;

    private static Extent Meeting(Extent one, Extent other) =>
        one == Extent.Scalar ? other : other == Extent.Scalar || one == other ? one : Extent.Unknown;
}

using System;
using System.Collections.Generic;
using System.Linq;
using Declarative.Generators.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Declarative.Generators.Parsing;

/// <summary>Lowers operators and the calls of the operation table.</summary>
/// <param name="scope">What has been computed so far.</param>
/// <param name="lower">Lowers an operand.</param>
internal sealed class OperationParser(Scope scope, Func<IOperation, Node?> lower)
{
    private static readonly SymbolDisplayFormat Overload = SymbolDisplayFormat.CSharpErrorMessageFormat
        .WithMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.UseSpecialTypes);

    public Node? Unary(IUnaryOperation unary)
    {
        Node? operand = lower(unary.Operand);
        if (operand is null)
            return null;
        return unary.OperatorKind switch
        {
            UnaryOperatorKind.Minus => scope.Compute(Operation.Negate, operand),
            UnaryOperatorKind.Plus => operand,
            UnaryOperatorKind.Not when operand.Kind == ValueKind.Flag => new Apply(Operation.Not, EquatableArray.Of(operand), ValueKind.Flag),
            _ => scope.Unsupported(unary, $"The operator '{unary.OperatorKind}'"),
        };
    }

    public Node? Binary(IBinaryOperation binary) => Binary(binary, binary.OperatorKind, binary.LeftOperand, binary.RightOperand);

    public Node? Binary(IOperation whole, BinaryOperatorKind kind, IOperation leftOperand, IOperation rightOperand)
    {
        Node? left = lower(leftOperand);
        Node? right = lower(rightOperand);
        if (left is null || right is null)
            return null;
        if (Comparison(kind) is { } comparison)
            return left.Kind == ValueKind.Tensor || right.Kind == ValueKind.Tensor
                ? scope.Unsupported(whole, "A comparison of tensors")
                : new Apply(comparison, EquatableArray.Of(left, right), ValueKind.Flag);
        if (left.Kind == ValueKind.Flag || right.Kind == ValueKind.Flag)
            return scope.Unsupported(whole, $"The operator '{kind}' on a condition");
        if (kind == BinaryOperatorKind.Divide && leftOperand.Type.IsInteger() && rightOperand.Type.IsInteger())
            return scope.Unsupported(whole, "A division of integers, which rounds,");
        return kind switch
        {
            BinaryOperatorKind.Add => scope.Compute(Operation.Add, left, right),
            BinaryOperatorKind.Subtract => scope.Compute(Operation.Subtract, left, right),
            BinaryOperatorKind.Multiply => scope.Compute(Operation.Multiply, left, right),
            BinaryOperatorKind.Divide => scope.Compute(Operation.Divide, left, right),
            _ => scope.Unsupported(whole, $"The operator '{kind}'"),
        };
    }

    private static Operation? Comparison(BinaryOperatorKind kind) => kind switch
    {
        BinaryOperatorKind.Equals => Operation.Equal,
        BinaryOperatorKind.NotEquals => Operation.NotEqual,
        BinaryOperatorKind.LessThan => Operation.Less,
        BinaryOperatorKind.LessThanOrEqual => Operation.LessOrEqual,
        BinaryOperatorKind.GreaterThan => Operation.Greater,
        BinaryOperatorKind.GreaterThanOrEqual => Operation.GreaterOrEqual,
        BinaryOperatorKind.ConditionalAnd => Operation.And,
        BinaryOperatorKind.ConditionalOr => Operation.Or,
        _ => null,
    };

    /// <summary>The row of a call; nothing where the rule language does not know it.</summary>
    public static OperationRow? Find(IInvocationOperation invocation) =>
        OperationTable.Find(invocation.TargetMethod.OriginalDefinition.ToDisplayString(Overload));

    /// <summary>Whether a call that the table does not know turns a tensor into a plain number.</summary>
    public static bool LosesDerivative(IInvocationOperation invocation) =>
        (invocation.Type.IsNumber() || invocation.Type.Is(KnownNames.Scalar)) && Operands(invocation).Any(operand => operand.Type.Is(KnownNames.Tensor));

    /// <summary>A call of the table.</summary>
    public Node? Invocation(IInvocationOperation invocation, OperationRow row)
    {
        IOperation[] operands = [.. Operands(invocation)];
        Node?[] arguments = [.. operands.Select(lower)];
        if (arguments.Contains(null))
            return null;
        if (row.Operation == Operation.Power && arguments[0]!.Kind == ValueKind.Tensor && scope.IsActive(arguments[1]!))
            return scope.Unsupported(operands[1], "A tensor to an exponent that is learned or depends on the state");
        // The root has a derivative at 0 by our convention, the power 1/2 has none.
        return row.Operation == Operation.Power && arguments[0]!.Kind == ValueKind.Tensor && arguments[1] is Constant { Value: 0.5 }
            ? scope.Compute(Operation.SquareRoot, arguments[0]!)
            : scope.Compute(row.Operation, arguments!);
    }

    private static IEnumerable<IOperation> Operands(IInvocationOperation invocation) => (invocation.Instance is null ? [] : new[] { invocation.Instance })
        .Concat(invocation.Arguments.Where(argument => argument.ArgumentKind != ArgumentKind.DefaultValue)
            .OrderBy(argument => argument.Parameter?.Ordinal).Select(argument => argument.Value));
}

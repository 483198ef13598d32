using System;
using System.Collections.Generic;
using System.Linq;
using Declarative.Generators.Analyzers;
using Declarative.Generators.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Declarative.Generators.Parsing;

/// <summary>Lowers operators and the calls of the operation table.</summary>
/// <param name="scope">What has been computed so far.</param>
/// <param name="expressions">Lowers operands.</param>
internal sealed class OperationParser(Scope scope, ExpressionParser expressions)
{
    private static readonly SymbolDisplayFormat overload = SymbolDisplayFormat.CSharpErrorMessageFormat
        .WithMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.UseSpecialTypes);

    public Node? Unary(IUnaryOperation unary)
    {
        Node? operand = expressions.Lower(unary.Operand);
        if (operand is null)
            return null;
        return unary.OperatorKind switch
        {
            UnaryOperatorKind.Minus when operand.Kind != ValueKind.Flag => scope.Compute(Operation.Negate, Value(operand)),
            UnaryOperatorKind.Plus => operand,
            UnaryOperatorKind.Not or UnaryOperatorKind.BitwiseNegation when operand.Kind is ValueKind.Flag or ValueKind.Mask => scope.Compute(Operation.Not, operand),
            _ => scope.Unsupported(unary, $"The operator '{unary.OperatorKind}'"),
        };
    }

    public Node? Binary(IBinaryOperation binary) => Binary(binary, binary.OperatorKind, binary.LeftOperand, binary.RightOperand);

    public Node? Binary(IOperation whole, BinaryOperatorKind kind, IOperation leftOperand, IOperation rightOperand)
    {
        Node? left = expressions.Lower(leftOperand);
        Node? right = expressions.Lower(rightOperand);
        if (left is null || right is null)
            return null;
        bool areConditions = left.Kind is ValueKind.Flag or ValueKind.Mask && right.Kind == left.Kind;
        if (Condition(kind) is { } condition)
            return condition is Operation.And or Operation.Or && !areConditions
                ? scope.Unsupported(whole, $"The operator '{kind}' on a number") : scope.Compute(condition, left, right);
        if (left.Kind == ValueKind.Flag || right.Kind == ValueKind.Flag)
            return scope.Unsupported(whole, $"The operator '{kind}' on a condition");
        return kind switch
        {
            BinaryOperatorKind.Add => scope.Compute(Operation.Add, Value(left), Value(right)),
            BinaryOperatorKind.Subtract => scope.Compute(Operation.Subtract, Value(left), Value(right)),
            BinaryOperatorKind.Multiply => scope.Compute(Operation.Multiply, Value(left), Value(right)),
            BinaryOperatorKind.Divide when leftOperand.Type.IsInteger() && rightOperand.Type.IsInteger() => WholeQuotient(whole, left, right),
            BinaryOperatorKind.Divide => scope.Compute(Operation.Divide, Value(left), Value(right)),
            BinaryOperatorKind.Remainder when left.Kind == ValueKind.Number && right.Kind == ValueKind.Number => scope.Compute(Operation.Remainder, left, right),
            _ => scope.Unsupported(whole, $"The operator '{kind}'"),
        };
    }

    /// <summary>The row of a method; nothing where the rule language does not know it.</summary>
    public static OperationRow? Find(IMethodSymbol method) => OperationTable.Find(method.OriginalDefinition.ToDisplayString(overload));

    /// <summary>Whether a call that the table does not know turns a tensor into a plain number.</summary>
    public static bool LosesDerivative(IInvocationOperation invocation) => (invocation.Type.IsNumber() || invocation.Type.Is(KnownNames.Scalar))
        && (invocation.Instance?.Type.Is(KnownNames.Tensor) == true || invocation.Arguments.Any(argument => argument.Value.Type.Is(KnownNames.Tensor)));

    /// <summary>A call of the table.</summary>
    public Node? Invocation(IInvocationOperation invocation, OperationRow row)
    {
        var arguments = new List<Node?>();
        bool isComplete = true;
        if (invocation.Instance is not null)
            Take(expressions.Lower(invocation.Instance));
        foreach (IArgumentOperation argument in invocation.Arguments.OrderBy(argument => argument.Parameter?.Ordinal))
            if (argument.ArgumentKind == ArgumentKind.DefaultValue)
                arguments.Add(null);
            else
                Take(expressions.Evaluate(argument.Value) is { } value ? Read(value, argument.Value) : null);
        if (!isComplete)
            return null;

        if (row.Class is Smoothness.ZeroDerivative or Smoothness.Kink && arguments.OfType<Node>().Any(scope.IsActive))
        {
            string name = invocation.TargetMethod.ToDisplayString(SymbolDisplayFormat.CSharpShortErrorMessageFormat);
            if (row.Class == Smoothness.Kink)
                scope.Warn(Diagnostics.Kink, invocation.Syntax, name, row.Meaning);
            else
                scope.Warn(Diagnostics.ZeroDerivative, invocation.Syntax, name);
        }
        Node?[] values = row.TakesConditions ? [.. arguments] : [.. arguments.Select(node => node is null ? null : Value(node))];
        return row.Lower(scope, values) ?? scope.Unsupported(invocation, $"'{invocation.TargetMethod.Name}' with these arguments");

        void Take(Node? value)
        {
            isComplete &= value is not null;
            arguments.Add(value);
        }
    }

    /// <summary>A property of a tensor, or an entry of one; nothing, and no report, where it is not known.</summary>
    public Node? TensorProperty(IPropertyReferenceOperation property)
    {
        if (property.Instance is not { } instance || !instance.Type.Is(KnownNames.Tensor))
            return null;
        return property.Property.Name switch
        {
            "shape" => On(Operation.ShapeOf),
            "ndim" or "Dimensions" => On(Operation.Rank),
            "NumberOfElements" => On(Operation.EntryCount),
            "T" => On(Operation.TransposeMatrix),
            "this[]" when property.Arguments.Length == 1 && WholeNumber(property.Arguments[0].Value) is { } index => On(Operation.Index, Constant.Zero, index),
            _ => null,
        };

        Node? On(Operation operation, params Node[] further)
        {
            if (expressions.Evaluate(instance) is not { } tensor)
                return null;
            Node value = scope.Compute(operation, [scope.Read(tensor), .. further]);
            return value.Kind == ValueKind.Tensor ? scope.View(tensor, value) : value;
        }
    }

    // Rounds towards zero, as C# does; no derivative comes from it.
    private Node? WholeQuotient(IOperation whole, Node left, Node right) => scope.IsActive(left) || scope.IsActive(right)
        ? scope.Unsupported(whole, "A division of integers, which rounds,")
        : scope.Compute(Operation.Truncate, scope.Compute(Operation.Divide, left, right));

    // A condition in arithmetic is 1 where it holds.
    private Node Value(Node node) => node.Kind == ValueKind.Mask ? scope.Compute(Operation.KeepWhere, node, Constant.One) : node;

    // An index, which TorchSharp converts by an operator of its own.
    private Node? WholeNumber(IOperation operation) => operation is IConversionOperation { Operand: { } operand } ? WholeNumber(operand)
        : operation.Type.IsInteger() ? expressions.Lower(operation) : null;

    // Of a list, what its entries are now: dimensions, or tensors.
    private Node? Read(Node value, IOperation operation)
    {
        if (value is not TupleValue { Items: var items })
            return scope.Read(value);
        Node[] entries = [.. items.Select(scope.Read)];
        return entries.All(entry => entry.Kind == ValueKind.Number) ? scope.Compute(Operation.ShapeList, entries)
            : entries.All(entry => entry.Kind == ValueKind.Tensor) ? new NodeList(entries.ToEquatable())
            : scope.Unsupported(operation, "A list of different things");
    }

    private static Operation? Condition(BinaryOperatorKind kind) => kind switch
    {
        BinaryOperatorKind.ConditionalAnd or BinaryOperatorKind.And => Operation.And,
        BinaryOperatorKind.ConditionalOr or BinaryOperatorKind.Or => Operation.Or,
        _ => Conditions.Comparison(kind),
    };
}

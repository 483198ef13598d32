using System;
using System.Linq;
using Declarative.Generators.Analyzers;
using Declarative.Generators.Models;
using Declarative.Generators.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Operations;

namespace Declarative.Generators.Parsing;

/// <summary>Lowers expressions of an update rule. Each method gives the value, or nothing when it has reported why there is none.</summary>
internal sealed class ExpressionParser(Scope scope)
{
    private static readonly SymbolDisplayFormat Overload = SymbolDisplayFormat.CSharpErrorMessageFormat
        .WithMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.UseSpecialTypes);

    /// <summary>A value: a tensor, a number or a flag.</summary>
    public Node? Lower(IOperation operation)
    {
        if (operation.ConstantValue is { HasValue: true, Value: { } constant })
            return constant switch
            {
                bool flag => new Flag(flag),
                _ when operation.Type.IsNumber() => new Constant(Convert.ToDouble(constant, System.Globalization.CultureInfo.InvariantCulture)),
                _ => scope.Unsupported(operation, $"A constant of type '{operation.Type?.Name}'"),
            };
        return operation switch
        {
            ILocalReferenceOperation local => Read(local, local.Local),
            IParameterReferenceOperation parameter => Read(parameter, parameter.Parameter),
            IFieldReferenceOperation { Instance: null or IInstanceReferenceOperation } field => Read(field, field.Field),
            IFieldReferenceOperation field => scope.Unsupported(field, $"'{field.Syntax}', a member of another object,"),
            IPropertyReferenceOperation property => Property(property),
            IConversionOperation conversion => Conversion(conversion),
            IUnaryOperation unary => Unary(unary),
            IBinaryOperation binary => Binary(binary),
            IInvocationOperation invocation => Invocation(invocation),
            IConditionalOperation { WhenFalse: { } whenFalse } choice => scope.Branch(
                Condition(choice.Condition), choice, scope.Source, () => Lower(choice.WhenTrue), () => Lower(whenFalse)),
            IParenthesizedOperation parenthesized => Lower(parenthesized.Operand),
            IInvalidOperation => scope.Unsupported(operation, "This expression, which does not compile,"),
            _ => scope.Unsupported(operation, $"This expression ({operation.Kind})"),
        };
    }

    /// <summary>A condition: a flag that no active value has a part in.</summary>
    public Node? Condition(IOperation operation)
    {
        Node? condition = Lower(operation);
        if (condition is null)
            return null;
        return scope.IsActive(condition)
            ? scope.Report(Diagnostics.ActiveControlFlow, operation.Syntax, operation.DescendantsAndSelf().Select(Referenced)
                .First(symbol => symbol is not null && scope.Find(symbol) is { } value && scope.IsActive(value))!.Name)
            : condition;
    }

    /// <summary>The value that a compound assignment gives its target.</summary>
    public Node? Compound(ICompoundAssignmentOperation compound) => compound.InConversion.IsUserDefined || compound.OutConversion.IsUserDefined
        ? scope.Unsupported(compound, "A user-defined conversion in an assignment")
        : Binary(compound, compound.OperatorKind, compound.Target, compound.Value);

    private static ISymbol? Referenced(IOperation operation) => operation switch
    {
        ILocalReferenceOperation local => local.Local,
        IParameterReferenceOperation parameter => parameter.Parameter,
        IFieldReferenceOperation field => field.Field,
        _ => null,
    };

    private Node? Read(IOperation reference, ISymbol symbol)
    {
        if (scope.Find(symbol) is { } value)
            return value;
        if (scope.HasFailed(symbol))
            return null;
        // The constructor's parameters are configuration like any field: they are in scope in every part of the class.
        bool isMember = symbol is IFieldSymbol { ContainingType: { } owner } && IsOwn(owner);
        bool isCaptured = symbol is IParameterSymbol { ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.Constructor } };
        if (isMember || isCaptured)
            return Setting(reference, symbol);
        return scope.Unsupported(reference, $"'{symbol.Name}', which is neither a member of this class nor has a value here,");
    }

    private Node? Property(IPropertyReferenceOperation property) =>
        property is { Instance: IInstanceReferenceOperation or null, Arguments.Length: 0 } && IsOwn(property.Property.ContainingType)
            ? Setting(property, property.Property)
            : Unknown(property, property.Property);

    private Node? Setting(IOperation reference, ISymbol symbol)
    {
        ValueKind? kind = reference.Type.IsNumber() ? ValueKind.Number : reference.Type?.SpecialType == SpecialType.System_Boolean ? ValueKind.Flag : null;
        string name = Identifier.Escape(symbol.Name);
        // The names of parameters are seen in the generated step too, but for these.
        if (symbol is IParameterSymbol && UniqueNames.OfStep.Contains(symbol.Name))
            return scope.Report(Diagnostics.Collision, reference.Syntax, symbol.Name, $"IUpdateRule.Step({symbol.Name})");
        if (symbol.IsStatic)
            name = symbol.ContainingType.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat) + "." + name;
        return kind is null
            ? scope.Unsupported(reference, $"'{symbol.Name}' of type "
                + $"'{reference.Type?.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat)}', no state and no number,")
            : new Setting(symbol is IParameterSymbol || symbol.IsStatic ? name : "this." + name, kind.Value,
                reference.Type?.SpecialType == SpecialType.System_Double);
    }

    // A setting of a base class is a member too.
    private bool IsOwn(INamedTypeSymbol owner)
    {
        for (INamedTypeSymbol? type = scope.Class; type is not null; type = type.BaseType)
            if (SymbolEqualityComparer.Default.Equals(type.OriginalDefinition, owner.OriginalDefinition))
                return true;
        return false;
    }

    private Node? Conversion(IConversionOperation conversion)
    {
        ITypeSymbol? from = conversion.Operand.Type;
        ITypeSymbol? to = conversion.Type;
        bool intoNumber = to.IsNumber() || to.Is(KnownNames.Scalar);
        if (from.Is(KnownNames.Tensor) && intoNumber)
            return scope.Report(Diagnostics.DerivativeLost, conversion.Syntax);
        bool isIdentity = conversion.Conversion.IsIdentity || conversion.Conversion.IsNullable;
        // A number that becomes a tensor or a scalar stays a number: every operation takes either.
        bool isWidening = from.IsNumber() && (to.Is(KnownNames.Tensor) || to.Is(KnownNames.Scalar)
            || (to.IsNumber() && (conversion.IsImplicit || to?.SpecialType == SpecialType.System_Double)));
        return isIdentity || isWidening ? Lower(conversion.Operand)
            : scope.Unsupported(conversion, $"The conversion from '{from?.Name}' to '{to?.Name}'");
    }

    private Node? Unary(IUnaryOperation unary)
    {
        Node? operand = Lower(unary.Operand);
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

    private Node? Binary(IBinaryOperation binary) => Binary(binary, binary.OperatorKind, binary.LeftOperand, binary.RightOperand);

    private Node? Binary(IOperation whole, BinaryOperatorKind kind, IOperation leftOperand, IOperation rightOperand)
    {
        Node? left = Lower(leftOperand);
        Node? right = Lower(rightOperand);
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

    private Node? Invocation(IInvocationOperation invocation)
    {
        string symbol = invocation.TargetMethod.OriginalDefinition.ToDisplayString(Overload);
        IOperation[] operands = [.. (invocation.Instance is null ? [] : new[] { invocation.Instance })
            .Concat(invocation.Arguments.Where(argument => argument.ArgumentKind != ArgumentKind.DefaultValue)
                .OrderBy(argument => argument.Parameter?.Ordinal).Select(argument => argument.Value))];
        if (OperationTable.Find(symbol) is not { } row)
            return (invocation.Type.IsNumber() || invocation.Type.Is(KnownNames.Scalar)) && operands.Any(operand => operand.Type.Is(KnownNames.Tensor))
                ? scope.Report(Diagnostics.DerivativeLost, invocation.Syntax)
                : Unknown(invocation, invocation.TargetMethod);
        Node?[] arguments = [.. operands.Select(Lower)];
        if (arguments.Contains(null))
            return null;
        if (row.Operation == Operation.Power && arguments[0]!.Kind == ValueKind.Tensor && scope.IsActive(arguments[1]!))
            return scope.Unsupported(operands[1], "A tensor to an exponent that is learned or depends on the state");
        // The root has a derivative at 0 by our convention, the power 1/2 has none.
        return row.Operation == Operation.Power && arguments[0]!.Kind == ValueKind.Tensor && arguments[1] is Constant { Value: 0.5 }
            ? scope.Compute(Operation.SquareRoot, arguments[0]!)
            : scope.Compute(row.Operation, arguments!);
    }

    private Node? Unknown(IOperation operation, ISymbol symbol) => scope.Report(Diagnostics.UnknownOperation, operation.Syntax,
        symbol.ToDisplayString(SymbolDisplayFormat.CSharpShortErrorMessageFormat));
}

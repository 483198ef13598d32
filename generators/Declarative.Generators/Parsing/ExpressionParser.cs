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
internal sealed class ExpressionParser
{
    private readonly Scope scope;
    private readonly OperationParser operations;

    public ExpressionParser(Scope scope)
    {
        this.scope = scope;
        operations = new(scope, Lower);
    }

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
            IArrayElementReferenceOperation element => operations.ShapeEntry(element) ?? scope.Unsupported(element, $"'{element.Syntax}'"),
            IConversionOperation conversion => Conversion(conversion),
            IUnaryOperation unary => operations.Unary(unary),
            IBinaryOperation binary => operations.Binary(binary),
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
        : operations.Binary(compound, compound.OperatorKind, compound.Target, compound.Value);

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
            : operations.TensorProperty(property) ?? Unknown(property, property.Property);

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

    // A call of the table; otherwise nothing is known of it.
    private Node? Invocation(IInvocationOperation invocation) => OperationParser.Find(invocation) is { } row
        ? operations.Invocation(invocation, row)
        : OperationParser.LosesDerivative(invocation) ? scope.Report(Diagnostics.DerivativeLost, invocation.Syntax)
        : Unknown(invocation, invocation.TargetMethod);

    private Node? Unknown(IOperation operation, ISymbol symbol) => scope.Report(Diagnostics.UnknownOperation, operation.Syntax,
        symbol.ToDisplayString(SymbolDisplayFormat.CSharpShortErrorMessageFormat));
}

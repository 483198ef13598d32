using System.Globalization;
using Declarative.Generators.Analyzers;
using Declarative.Generators.Models;
using Declarative.Generators.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Declarative.Generators.Parsing;

/// <summary>Lowers what names refer to: locals, parameters, states, hyperparameters and configuration.</summary>
internal sealed class MemberParser(Scope scope, ExpressionParser expressions, OperationParser operations, Inliner methods, Compilation compilation)
{
    public Node? Read(IOperation reference, ISymbol symbol)
    {
        scope.NoteRead(symbol);
        scope.RequireKept(symbol, reference.Syntax);
        if (scope.Find(symbol) is { } value)
            return value;
        if (scope.HasFailed(symbol))
            return null;
        // The constructor's parameters are configuration like any field: they are in scope in every part of the class.
        bool isMember = symbol is IFieldSymbol { ContainingType: { } owner } && (symbol.IsStatic || IsOwn(owner));
        bool isCaptured = symbol is IParameterSymbol { ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.Constructor } constructor }
            && SymbolEqualityComparer.Default.Equals(constructor.ContainingType, scope.Class);
        if (isMember || isCaptured)
            return Setting(reference, symbol);
        return scope.Unsupported(reference, $"'{symbol.Name}', which is neither a member of this class nor has a value here,");
    }

    public Node? Field(IFieldReferenceOperation field)
    {
        if (field.Instance is null or IInstanceReferenceOperation)
            return Read(field, field.Field);
        if (!field.Field.ContainingType.IsTupleType)
            return scope.Unsupported(field, $"'{field.Syntax}', a member of another object,");
        return expressions.Evaluate(field.Instance) switch
        {
            null => null,
            TupleValue tuple when Position(field.Field) is var position && position < tuple.Items.Count => tuple.Items[position],
            _ => scope.Unsupported(field, $"'{field.Syntax}', a member of another object,"),
        };
    }

    public Node? Property(IPropertyReferenceOperation property)
    {
        if (Effects.Of(property.Property) is { } effect)
            return scope.Report(Diagnostics.SideEffect, property.Syntax, property.Syntax.ToString(), effect);
        if (property.Instance is IInstanceReferenceOperation && scope.IsInput(property.Property))
            return Read(property, property.Property);
        if (operations.TensorProperty(property) is { } known)
            return known;
        if (property is { Property.Name: "Length" or "Count", Instance: ILocalReferenceOperation or IParameterReferenceOperation })
            switch (expressions.Evaluate(property.Instance))
            {
                case null:
                    return null;
                case TupleValue list:
                    return new Constant(list.Items.Count);
            }
        bool isOwn = property is { Instance: IInstanceReferenceOperation or null, Arguments.IsEmpty: true }
            && (IsOwn(property.Property.ContainingType) || property.Property is { IsStatic: true, DeclaringSyntaxReferences.IsEmpty: false });
        if (!isOwn || property.Property.GetMethod is not { } getter)
            return scope.Report(Diagnostics.UnknownOperation, property.Syntax,
                property.Property.ToDisplayString(SymbolDisplayFormat.CSharpShortErrorMessageFormat), SuppliedDerivatives.NoAdvice);
        // What is computed from what is learned has a derivative; all else is configuration.
        if (methods.Target(getter, property.Instance, isVirtualCall: !IsBase(property.Instance)) is { } target && methods.ReadsInputs(target))
            return methods.Get(property, target);
        if (methods.IsOpen(getter, property.Instance) && methods.ReadsInputs(getter))
            return scope.Unsupported(property, $"'{property.Property.Name}', which a derived class may override,");
        return Setting(property, property.Property);
    }

    private static bool IsBase(IOperation? instance) => instance?.Syntax is Microsoft.CodeAnalysis.CSharp.Syntax.BaseExpressionSyntax;

    private Node? Setting(IOperation reference, ISymbol symbol)
    {
        ValueKind? kind = reference.Type.IsNumber() || reference.Type.IsEnum() ? ValueKind.Number
            : reference.Type?.SpecialType == SpecialType.System_Boolean ? ValueKind.Flag : null;
        // The names of parameters are seen in the generated step too, but for these.
        if (symbol is IParameterSymbol && UniqueNames.OfStep.Contains(symbol.Name))
            return scope.Report(Diagnostics.Collision, reference.Syntax, symbol.Name, $"IUpdateRule.Step({symbol.Name})");
        if (kind is null)
            return scope.Unsupported(reference, $"'{symbol.Name}' of type "
                + $"'{reference.Type?.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat)}', no state and no number,");
        bool isForeign = symbol is not IParameterSymbol && !SymbolEqualityComparer.Default.Equals(symbol.ContainingType, scope.Class);
        if (isForeign && (!compilation.IsSymbolAccessibleWithin(symbol, scope.Class) || (!IsOwn(symbol.ContainingType) && symbol.ContainingType.IsGenericType)))
            return scope.Unsupported(reference, $"'{symbol.Name}', which '{scope.Class.Name}' cannot reach,");
        return new Setting(ConfigurationName.Of(symbol, scope.Class), kind.Value, reference.Type?.SpecialType == SpecialType.System_Double);
    }

    // A setting of a base class is a member too.
    private bool IsOwn(INamedTypeSymbol owner)
    {
        for (INamedTypeSymbol? type = scope.Class; type is not null; type = type.BaseType)
            if (SymbolEqualityComparer.Default.Equals(type.OriginalDefinition, owner.OriginalDefinition))
                return true;
        return false;
    }

    private static int Position(IFieldSymbol item)
    {
        string name = (item.CorrespondingTupleField ?? item).Name;
        return name.StartsWith("Item", System.StringComparison.Ordinal)
            && int.TryParse(name.Substring(4), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number - 1 : int.MaxValue;
    }
}

using System.Collections.Generic;
using System.Composition;
using System.Linq;
using Declarative.Generators.Analyzers;
using Declarative.Generators.Parsing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Operations;

namespace Declarative.CodeFixes;

/// <summary>Puts <c>Derivative.Stop</c> around the learned operands of a condition, which says that the branch is taken as it falls and
/// the condition is a constant (DECL0012).</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(StopInConditionFix)), Shared]
public sealed class StopInConditionFix() : DocumentFix("Say that the condition is taken as constant: Derivative.Stop", Diagnostics.ActiveControlFlow)
{
    private protected override IEnumerable<Edit> Find(Place place) =>
        place.Node.AncestorsAndSelf().OfType<ExpressionSyntax>().FirstOrDefault() is { } marked
        && place.Model.GetOperation(marked.Bare(), place.Cancellation) is { } condition
            ? StopMarker.Around(place, [.. Operands(condition).Select(operand => operand.Syntax).OfType<ExpressionSyntax>().Distinct()])
            : [];

    // The largest active numbers: those that are compared.
    private static IEnumerable<IOperation> Operands(IOperation operation)
    {
        while (operation is IConversionOperation { IsImplicit: true } conversion)
            operation = conversion.Operand;
        if (operation is ILocalReferenceOperation { Type.SpecialType: SpecialType.System_Boolean } flag)
            return Initializer(flag) is { } initializer ? Operands(initializer) : [];
        if (operation.Type?.SpecialType == SpecialType.System_Double || operation.Type.Is(KnownNames.Tensor))
            return ActiveNames.IsActive(operation) ? [operation] : [];
        return operation.ChildOperations.SelectMany(Operands);
    }

    // What a flag was declared to be.
    private static IOperation? Initializer(ILocalReferenceOperation flag)
    {
        IOperation method = flag;
        while (method.Parent is { } parent)
            method = parent;
        return method.Descendants().OfType<IVariableDeclaratorOperation>()
            .FirstOrDefault(declarator => SymbolEqualityComparer.Default.Equals(declarator.Symbol, flag.Local))?.GetVariableInitializer()?.Value;
    }
}

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

/// <summary>Puts <c>Derivative.Stop</c> around the operands of an operation whose derivative is zero (DECL0019):
/// <c>sign(x)</c> becomes <c>sign(Derivative.Stop(x))</c>.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(StopArgumentFix)), Shared]
public sealed class StopArgumentFix() : DocumentFix("Say that the derivative is stopped: Derivative.Stop around the argument", Diagnostics.ZeroDerivative)
{
    private protected override IEnumerable<Edit> Find(Place place) => StopMarker.Around(place, [.. Operation(place)?.ChildOperations
        .Select(operand => operand is IArgumentOperation argument ? argument.Value : operand)
        .Where(operand => !operand.IsImplicit || operand is IConversionOperation)
        .Where(operand => IsDifferentiable(operand) && ActiveNames.IsActive(operand))
        .Select(operand => operand.Syntax).OfType<ExpressionSyntax>() ?? []]);

    private static IOperation? Operation(Place place) => place.Node.AncestorsAndSelf().OfType<ExpressionSyntax>()
        .Select(expression => place.Model.GetOperation(expression, place.Cancellation))
        .FirstOrDefault(operation => operation is IInvocationOperation or IBinaryOperation or IUnaryOperation or IConversionOperation { IsImplicit: false });

    private static bool IsDifferentiable(IOperation operand)
    {
        while (operand is IConversionOperation { IsImplicit: true } conversion)
            operand = conversion.Operand;
        return operand.Type.Is(KnownNames.Tensor) || operand.Type?.SpecialType == SpecialType.System_Double;
    }
}

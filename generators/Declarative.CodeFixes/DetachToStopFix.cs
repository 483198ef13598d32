using System.Collections.Generic;
using System.Composition;
using System.Linq;
using Declarative.Generators.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Declarative.CodeFixes;

/// <summary><c>x.detach()</c> becomes <c>Derivative.Stop(x)</c>, which says that it is meant (DECL0015).</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(DetachToStopFix)), Shared]
public sealed class DetachToStopFix() : DocumentFix("Say that the derivative is stopped: Derivative.Stop", Diagnostics.GradientStopped)
{
    private protected override IEnumerable<Edit> Find(Place place)
    {
        if (place.Node.AncestorsAndSelf().OfType<InvocationExpressionSyntax>().FirstOrDefault() is { } call && Receiver(call) is not null)
            yield return new(call, editor => StopMarker.Put(place, editor, call, current => Receiver(current) ?? current));
    }

    private static ExpressionSyntax? Receiver(SyntaxNode call) => call is InvocationExpressionSyntax
    {
        Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "detach" } member,
        ArgumentList.Arguments.Count: 0,
    } ? member.Expression : null;
}

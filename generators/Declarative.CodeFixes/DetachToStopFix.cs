using System.Collections.Generic;
using System.Composition;
using System.Linq;
using Declarative.Generators.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Declarative.CodeFixes;

/// <summary><c>x.detach()</c> becomes <c>Derivative.Stop(x)</c>, which says that it is meant (DECL0015).</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(DetachToStopFix)), Shared]
public sealed class DetachToStopFix() : DocumentFix("Say that the derivative is stopped: Derivative.Stop", Diagnostics.GradientStopped)
{
    private protected override IEnumerable<Edit> Find(Place place)
    {
        if (place.Node.AncestorsAndSelf().OfType<InvocationExpressionSyntax>().FirstOrDefault() is { } call && Receiver(call) is not null
            && place.Model.Compilation.GetTypeByMetadataName(StopMarker.Type) is { } type)
            yield return editor => editor.ReplaceNode(call, (current, generator) =>
            Receiver(current) is { } receiver ? StopMarker.Call(generator, type, receiver).WithTriviaFrom(current) : current);
    }

    private static ExpressionSyntax? Receiver(SyntaxNode call) => call is InvocationExpressionSyntax
    {
        Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "detach" } member,
        ArgumentList.Arguments.Count: 0,
    } ? member.Expression : null;
}

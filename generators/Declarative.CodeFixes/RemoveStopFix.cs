using System.Collections.Generic;
using System.Composition;
using System.Linq;
using Declarative.Generators.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Operations;

namespace Declarative.CodeFixes;

/// <summary>A needless <c>Derivative.Stop(x)</c> becomes <c>x</c> (DECL0016).</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(RemoveStopFix)), Shared]
public sealed class RemoveStopFix() : DocumentFix("Remove the needless Derivative.Stop", Diagnostics.NeedlessStop)
{
    private protected override IEnumerable<Edit> Find(Place place)
    {
        InvocationExpressionSyntax? call = place.Node.AncestorsAndSelf().OfType<InvocationExpressionSyntax>().FirstOrDefault(candidate =>
            place.Model.GetOperation(candidate, place.Cancellation) is IInvocationOperation invocation && StopMarker.IsStop(invocation));
        if (call is not null)
            yield return new(call, editor => editor.ReplaceNode(call, (current, _) =>
                ((InvocationExpressionSyntax)current).ArgumentList.Arguments[0].Expression.AsOperand().WithTriviaFrom(current)));
    }
}

using System.Collections.Generic;
using System.Composition;
using System.Linq;
using Declarative.Generators.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Declarative.CodeFixes;

/// <summary>A choice by the entries of a tensor becomes a choice entry by entry:
/// <c>(x > y).item&lt;bool>() ? a : b</c> becomes <c>torch.where(x > y, a, b)</c>; so does an <c>if</c> that assigns one variable or returns.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(ChooseByWhereFix)), Shared]
public sealed class ChooseByWhereFix() : DocumentFix("Choose with torch.where",
    Diagnostics.DerivativeLost, Diagnostics.ActiveControlFlow, Diagnostics.UnknownOperation, Diagnostics.UnsupportedSyntax)
{
    private protected override IEnumerable<Edit> Find(Place place)
    {
        if (LostTensor.At(place.Node) is not { } lost)
            yield break;
        string where = place.Model.NameAt(lost.SpanStart, "torch", "TorchSharp.torch") + ".where";
        switch (Condition(lost).Parent)
        {
            case ConditionalExpressionSyntax choice:
                yield return new(choice, editor => editor.ReplaceNode(choice.WithParentheses(), (current, _) =>
                    ((ExpressionSyntax)current).Bare() is ConditionalExpressionSyntax now
                        ? Where(where, now.Condition, now.WhenTrue, now.WhenFalse).WithTriviaFrom(current) : current));
                break;
            case IfStatementSyntax branch when !HasComments(branch) && TwoArms.Of(branch) is { } arms:
                yield return new(branch, editor =>
                {
                    if (arms.Next is not null)
                        editor.RemoveNode(arms.Next, SyntaxRemoveOptions.KeepNoTrivia);
                    editor.ReplaceNode(branch, (current, _) => current is IfStatementSyntax now && TwoArms.Of(now, arms.Next) is { } armsNow
                        ? armsNow.Statement(Where(where, now.Condition, armsNow.WhenTrue, armsNow.WhenFalse)).WithTriviaFrom(now) : current);
                });
                break;
        }
    }

    // The whole condition that a number is compared in.
    private static ExpressionSyntax Condition(ExpressionSyntax lost)
    {
        ExpressionSyntax whole = LostTensor.Arithmetic(lost);
        while (whole.Parent is ParenthesizedExpressionSyntax || whole.Parent.IsKind(SyntaxKind.LogicalNotExpression) || IsComparison(whole.Parent))
            whole = (ExpressionSyntax)whole.Parent!;
        return whole;
    }

    private static bool IsComparison(SyntaxNode? node) => node.IsKind(SyntaxKind.LessThanExpression) || node.IsKind(SyntaxKind.LessThanOrEqualExpression)
        || node.IsKind(SyntaxKind.GreaterThanExpression) || node.IsKind(SyntaxKind.GreaterThanOrEqualExpression)
        || node.IsKind(SyntaxKind.EqualsExpression) || node.IsKind(SyntaxKind.NotEqualsExpression);

    private static bool HasComments(IfStatementSyntax branch) => branch.DescendantTrivia()
        .Any(trivia => branch.Span.Contains(trivia.Span) && !trivia.IsKind(SyntaxKind.WhitespaceTrivia) && !trivia.IsKind(SyntaxKind.EndOfLineTrivia));

    private static ExpressionSyntax Where(string where, ExpressionSyntax condition, ExpressionSyntax whenTrue, ExpressionSyntax whenFalse) =>
        SyntaxFactory.InvocationExpression(SyntaxFactory.ParseExpression(where), SyntaxFactory.ArgumentList(SyntaxFactory.SeparatedList(
            new[] { Mask(condition), whenTrue, whenFalse }.Select(value => SyntaxFactory.Argument(value.Bare().WithoutTrivia())),
            Enumerable.Repeat(SyntaxFactory.Token(SyntaxKind.CommaToken).WithTrailingTrivia(SyntaxFactory.Space), 2))));

    // The condition, with the tensors in place of the numbers that they become.
    private static ExpressionSyntax Mask(ExpressionSyntax condition) => condition.Bare() switch
    {
        PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalNotExpression } not => SyntaxFactory.InvocationExpression(SyntaxFactory.MemberAccessExpression(
            SyntaxKind.SimpleMemberAccessExpression, Mask(not.Operand).AsOperand(), SyntaxFactory.IdentifierName("logical_not"))),
        BinaryExpressionSyntax binary when IsComparison(binary) => binary.WithLeft(Keep(binary.Left)).WithRight(Keep(binary.Right)),
        var bare => LostTensor.Keep(bare),
    };

    // Also inside arithmetic.
    private static ExpressionSyntax Keep(ExpressionSyntax number) => number.ReplaceNodes(
        number.DescendantNodesAndSelf().OfType<ExpressionSyntax>().Where(part => LostTensor.In(part) is not null && LostTensor.Arithmetic(part) == number),
        (_, current) => LostTensor.Keep(current));
}

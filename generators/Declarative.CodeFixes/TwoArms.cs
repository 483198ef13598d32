using System;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Declarative.CodeFixes;

/// <summary>An <c>if</c> that only chooses between two values: of the one variable that it assigns, or of what is returned.</summary>
/// <param name="WhenTrue">The value of the first arm.</param>
/// <param name="WhenFalse">The value of the second.</param>
/// <param name="Next">The statement after the <c>if</c>, where that is the second arm.</param>
/// <param name="Statement">The statement that takes a value in place of the whole.</param>
internal sealed record TwoArms(ExpressionSyntax WhenTrue, ExpressionSyntax WhenFalse, StatementSyntax? Next, Func<ExpressionSyntax, StatementSyntax> Statement)
{
    /// <summary>The arms, if there are such two.</summary>
    /// <param name="branch">The statement.</param>
    /// <param name="next">The statement after it; by default the one that stands there.</param>
    public static TwoArms? Of(IfStatementSyntax branch, StatementSyntax? next = null)
    {
        StatementSyntax then = Only(branch.Statement);
        next ??= branch.Parent is BlockSyntax block && block.Statements.IndexOf(branch) + 1 is int index && index < block.Statements.Count
            ? block.Statements[index] : null;
        StatementSyntax? otherwise = branch.Else is null ? null : Only(branch.Else.Statement);
        if (then is ReturnStatementSyntax { Expression: { } returned } && (otherwise ?? next) is ReturnStatementSyntax { Expression: { } other })
            return new(returned, other, otherwise is null ? next : null,
                value => SyntaxFactory.ReturnStatement(value.WithLeadingTrivia(SyntaxFactory.Space)));
        if (Assignment(then) is not { } first)
            return null;
        if (otherwise is null)
            return new(Value(first), first.Left, null, value => Assign(first.Left, value));
        return Assignment(otherwise) is { } second && SyntaxFactory.AreEquivalent(first.Left, second.Left)
            ? new(Value(first), Value(second), null, value => Assign(first.Left, value))
            : null;
    }

    private static StatementSyntax Only(StatementSyntax statement) => statement is BlockSyntax { Statements: [var only] } ? Only(only) : statement;

    private static AssignmentExpressionSyntax? Assignment(StatementSyntax statement) =>
        statement is ExpressionStatementSyntax { Expression: AssignmentExpressionSyntax assignment } && (assignment.IsKind(SyntaxKind.SimpleAssignmentExpression) || Operator(assignment) is not null)
            ? assignment : null;

    private static SyntaxKind? Operator(AssignmentExpressionSyntax assignment) => assignment.Kind() switch
    {
        SyntaxKind.AddAssignmentExpression => SyntaxKind.AddExpression,
        SyntaxKind.SubtractAssignmentExpression => SyntaxKind.SubtractExpression,
        SyntaxKind.MultiplyAssignmentExpression => SyntaxKind.MultiplyExpression,
        SyntaxKind.DivideAssignmentExpression => SyntaxKind.DivideExpression,
        _ => null,
    };

    private static ExpressionSyntax Value(AssignmentExpressionSyntax assignment) =>
        Operator(assignment) is { } kind ? SyntaxParts.Binary(kind, assignment.Left, assignment.Right) : assignment.Right;

    private static StatementSyntax Assign(ExpressionSyntax target, ExpressionSyntax value) => SyntaxFactory.ExpressionStatement(SyntaxFactory.AssignmentExpression(
        SyntaxKind.SimpleAssignmentExpression, target.WithoutTrivia(),
        SyntaxFactory.Token(SyntaxKind.EqualsToken).WithLeadingTrivia(SyntaxFactory.Space).WithTrailingTrivia(SyntaxFactory.Space), value));
}

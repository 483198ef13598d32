using System.Linq;
using Declarative.Generators.Parsing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Declarative.CodeFixes;

/// <summary>A call of <c>add</c>, <c>sub</c>, <c>mul</c>, <c>div</c>, <c>addcmul</c> or <c>addcdiv</c>, as a method of a tensor or of
/// <c>torch</c>, in place or not, and the operators that say the same.</summary>
/// <param name="Syntax">The call.</param>
/// <param name="Name">Its name, without the underscore of a call in place.</param>
/// <param name="IsInPlace">Whether it changes its first operand.</param>
/// <param name="Operands">The positions of the operands after the first among the arguments, in the order of the parameters.</param>
/// <param name="First">The position of the first operand among the arguments; negative where it is what the method is called on.</param>
internal sealed record TensorCall(InvocationExpressionSyntax Syntax, string Name, bool IsInPlace, int[] Operands, int First)
{
    /// <summary>The call that an argument belongs to, where operators can say what it says.</summary>
    public static TensorCall? Around(ArgumentSyntax argument, SemanticModel model)
    {
        if (argument.Parent?.Parent is not InvocationExpressionSyntax call || model.GetOperation(call) is not IInvocationOperation invocation
            || call.Expression is not MemberAccessExpressionSyntax && invocation.Instance is not null)
            return null;
        string name = invocation.TargetMethod.Name.TrimEnd('_');
        int[] positions = [.. invocation.Arguments.Where(item => item.ArgumentKind == ArgumentKind.Explicit).OrderBy(item => item.Parameter?.Ordinal)
            .Select(item => call.ArgumentList.Arguments.IndexOf((ArgumentSyntax)item.Syntax))];
        bool isStatic = invocation.Instance is null;
        bool isTensor = isStatic ? invocation.TargetMethod.Parameters.Length > 0 && invocation.TargetMethod.Parameters[0].Type.Is(KnownNames.Tensor) : invocation.Instance!.Type.Is(KnownNames.Tensor);
        int[] operands = isStatic ? [.. positions.Skip(1)] : positions;
        bool isKnown = (name, operands.Length) is ("add" or "sub" or "mul" or "div", 1) or ("add", 2) or ("addcmul" or "addcdiv", 2 or 3);
        return isTensor && isKnown ? new(call, name, invocation.TargetMethod.Name.EndsWith("_"), operands, isStatic ? positions[0] : -1) : null;
    }

    /// <summary>Whether the call changes a variable in place and nobody takes its value.</summary>
    public bool IsStatement => IsInPlace && Syntax.Parent is ExpressionStatementSyntax && FirstOf(Syntax) is IdentifierNameSyntax or MemberAccessExpressionSyntax;

    /// <summary>What a call has become, in operators.</summary>
    public SyntaxNode AsArithmetic(SyntaxNode current) => current is InvocationExpressionSyntax call
        ? call.CopyAnnotationsTo(SyntaxParts.Binary(Kind, FirstOf(call), Change(call)).InPlaceOf(call).WithTriviaFrom(call))
        : current;

    /// <summary>What a call in place has become, as an assignment.</summary>
    public SyntaxNode AsAssignment(SyntaxNode current)
    {
        if (current is not InvocationExpressionSyntax call)
            return current;
        AssignmentExpressionSyntax assignment = SyntaxFactory.AssignmentExpression(Kind switch
        {
            SyntaxKind.SubtractExpression => SyntaxKind.SubtractAssignmentExpression,
            SyntaxKind.MultiplyExpression => SyntaxKind.MultiplyAssignmentExpression,
            SyntaxKind.DivideExpression => SyntaxKind.DivideAssignmentExpression,
            _ => SyntaxKind.AddAssignmentExpression,
        }, FirstOf(call).WithoutTrivia(), Change(call).WithoutTrivia());
        return call.CopyAnnotationsTo(assignment.WithTriviaFrom(call)
            .WithOperatorToken(assignment.OperatorToken.WithLeadingTrivia(SyntaxFactory.Space).WithTrailingTrivia(SyntaxFactory.Space)));
    }

    private SyntaxKind Kind => Name switch
    {
        "sub" => SyntaxKind.SubtractExpression,
        "mul" => SyntaxKind.MultiplyExpression,
        "div" => SyntaxKind.DivideExpression,
        _ => SyntaxKind.AddExpression,
    };

    private ExpressionSyntax FirstOf(InvocationExpressionSyntax call) =>
        First < 0 ? ((MemberAccessExpressionSyntax)call.Expression).Expression : call.ArgumentList.Arguments[First].Expression;

    // What is added to the first operand, or multiplies it.
    private ExpressionSyntax Change(InvocationExpressionSyntax call)
    {
        ExpressionSyntax[] operands = [.. Operands.Select(position => call.ArgumentList.Arguments[position].Expression)];
        bool isPlain = Name is not ("addcmul" or "addcdiv");
        ExpressionSyntax? scale = operands.Length == (isPlain ? 2 : 3) ? operands[operands.Length - 1] : null;
        ExpressionSyntax scaled = scale is null ? operands[0] : SyntaxParts.Binary(SyntaxKind.MultiplyExpression, scale, operands[0]);
        return isPlain ? scaled : SyntaxParts.Binary(Name == "addcdiv" ? SyntaxKind.DivideExpression : SyntaxKind.MultiplyExpression, scaled, operands[1]);
    }
}

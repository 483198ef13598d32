using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Declarative.Generators.Analyzers;
using Declarative.Generators.Models;
using Declarative.Generators.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Declarative.Generators.Parsing;

/// <summary>Lowers the body of an update rule to single assignment: statements here, expressions in <see cref="ExpressionParser"/>.
/// It reads bound operations, never text. What it does not know it reports, on the smallest piece of source; nothing is skipped.</summary>
internal sealed class RuleParser
{
    private readonly Scope scope;
    private readonly ExpressionParser expressions;
    private readonly CancellationToken cancellation;
    private Node? result;

    private RuleParser(Scope scope, CancellationToken cancellation)
    {
        this.scope = scope;
        this.cancellation = cancellation;
        expressions = new(scope);
    }

    /// <summary>Whether a method is an update rule as far as its head can tell.</summary>
    public static bool HasSignature(IMethodSymbol method) =>
        method is { IsStatic: false, IsAbstract: false, IsExtern: false, IsGenericMethod: false, IsAsync: false, Parameters.Length: 2 or 3 }
        && method.ReturnType.Is(KnownNames.Tensor)
        && method.Parameters.All(parameter => parameter.RefKind == RefKind.None)
        && method.Parameters[0].Type.Is(KnownNames.Tensor)
        && method.Parameters[1].Type.Is(KnownNames.Tensor)
        && (method.Parameters.Length == 2 || method.Parameters[2].Type.SpecialType == SpecialType.System_Int64);

    /// <summary>The rule, or nothing if anything in it was reported.</summary>
    public static RuleBody? Parse(IMethodSymbol method, IBlockOperation body, Report report, CancellationToken cancellation)
    {
        IEnumerable<string> captured = body.Descendants().OfType<IParameterReferenceOperation>()
            .Where(reference => reference.Parameter.ContainingSymbol is IMethodSymbol { MethodKind: MethodKind.Constructor })
            .Select(reference => reference.Parameter.Name);
        var scope = new Scope(method, captured, report);
        var parser = new RuleParser(scope, cancellation);
        parser.Block(body, isOutermost: true);
        if (scope.HasErrors || parser.result is null)
            return null;
        return new(method.Name, scope.Parameter, scope.Gradient, scope.Step, scope.Hyperparameters.ToEquatable(), scope.InitialStates.ToEquatable(),
            scope.Statements.ToEquatable(), parser.result, scope.FinalStates.ToEquatable());
    }

    private void Block(IBlockOperation block, bool isOutermost)
    {
        foreach (IOperation statement in block.Operations)
            Statement(statement, isOutermost);
    }

    private void Statement(IOperation statement, bool isOutermost)
    {
        cancellation.ThrowIfCancellationRequested();
        scope.Source = SourceText.Of(statement.Syntax);
        switch (statement)
        {
            case IBlockOperation inner:
                Block(inner, isOutermost: false);
                break;
            case IVariableDeclarationGroupOperation group:
                foreach (IVariableDeclarationOperation declaration in group.Declarations)
                    foreach (IVariableDeclaratorOperation declarator in declaration.Declarators)
                        Declare(declarator);
                break;
            case IExpressionStatementOperation { Operation: IAssignmentOperation assignment }:
                Assign(assignment);
                break;
            case IConditionalOperation branch:
                Conditional(branch);
                break;
            case IReturnOperation { ReturnedValue: { } value } when isOutermost:
                result = Tensor(value) is { } updated ? scope.Name(updated, scope.Parameter.Name.TrimStart('@')) : null;
                break;
            case IReturnOperation:
                scope.Unsupported(statement, "A return inside a branch");
                break;
            case IEmptyOperation:
                break;
            case IExpressionStatementOperation expression:
                // Known or not, a value that nobody takes is a call made for its effect.
                if (expressions.Lower(expression.Operation) is not null)
                    scope.Unsupported(statement, "A statement without effect");
                break;
            default:
                scope.Unsupported(statement, $"This statement ({statement.Kind})");
                break;
        }
    }

    private void Declare(IVariableDeclaratorOperation declarator)
    {
        if (declarator.GetVariableInitializer()?.Value is { } value)
            scope.Assign(declarator.Symbol, expressions.Lower(value));
    }

    private void Assign(IAssignmentOperation assignment)
    {
        Node? value = assignment switch
        {
            ISimpleAssignmentOperation { IsRef: false } simple => expressions.Lower(simple.Value),
            ICompoundAssignmentOperation compound => expressions.Compound(compound),
            _ => scope.Unsupported(assignment, "This assignment"),
        };
        if (assignment is not (ISimpleAssignmentOperation { IsRef: false } or ICompoundAssignmentOperation))
            return;
        ISymbol? target = assignment.Target switch
        {
            ILocalReferenceOperation local => local.Local,
            IParameterReferenceOperation parameter => parameter.Parameter,
            IFieldReferenceOperation { Instance: IInstanceReferenceOperation } field => field.Field,
            IPropertyReferenceOperation { Instance: IInstanceReferenceOperation } property => property.Property,
            _ => null,
        };
        if (assignment.Target is IDiscardOperation)
            scope.Unsupported(assignment, "A statement without effect");
        else if (target is null || !scope.CanAssign(target))
            scope.Report(Diagnostics.IllegalWrite, assignment.Target.Syntax, assignment.Target.Syntax.ToString());
        else if (value is { Kind: not ValueKind.Tensor } && target is IFieldSymbol or IPropertySymbol && DeclaredMember.TypeOf(target).Is(KnownNames.Tensor))
            scope.Unsupported(assignment, "A number in place of a tensor");
        else
            scope.Assign(target, value);
    }

    private void Conditional(IConditionalOperation branch)
    {
        scope.Source = $"if ({SourceText.Of(branch.Condition.Syntax)})";
        Node? condition = expressions.Condition(branch.Condition);
        string source = scope.Source;
        scope.Branch(condition, branch, source, () => Statement(branch.WhenTrue, isOutermost: false), () =>
        {
            if (branch.WhenFalse is not null)
                Statement(branch.WhenFalse, isOutermost: false);
        });
    }

    private Node? Tensor(IOperation value)
    {
        Node? node = expressions.Lower(value);
        return node is null or { Kind: ValueKind.Tensor } ? node : scope.Unsupported(value, "A number in place of a tensor");
    }
}

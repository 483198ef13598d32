using System;
using System.Collections.Immutable;
using System.Threading;
using Declarative.Generators.Analyzers;
using Declarative.Generators.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Declarative.Generators.Parsing;

/// <summary>Lowers statements. It keeps a list of what is still to be done, so that a jump is a matter of dropping some of it; after a
/// branch that is not decided, what a jump may skip is lowered in both arms, and the results are merged.</summary>
internal sealed class StatementParser
{
    private const int MaximumDepth = 40;
    private const int MaximumStatements = 10_000;

    private readonly Scope scope;
    private readonly ExpressionParser expressions;
    private readonly LoopParser loops;
    private readonly SwitchParser switches;
    private readonly CancellationToken cancellation;
    private IMethodSymbol? current;
    private bool isRule;
    private int depth;
    private int statements;

    public StatementParser(Scope scope, ExpressionParser expressions, CancellationToken cancellation)
    {
        this.scope = scope;
        this.expressions = expressions;
        this.cancellation = cancellation;
        loops = new(scope, expressions);
        switches = new(scope, expressions, this);
    }

    /// <summary>Lowers the body of a method.</summary>
    /// <returns>What it returns; <see cref="TupleValue.Nothing"/> if nothing, null where that has been reported.</returns>
    public Node? Run(IMethodSymbol method, IBlockOperation body)
    {
        (IMethodSymbol? caller, string source, bool wasRule) = (current, scope.Source, isRule);
        (current, isRule) = (method, caller is null);
        Run(StatementsRest.Of(body, next: null));
        (current, scope.Source, isRule) = (caller, source, wasRule);
        Node? result = scope.Leave(method);
        return result ?? (method.ReturnsVoid ? TupleValue.Nothing : null);
    }

    /// <summary>Does what is to be done.</summary>
    public void Run(Rest? rest)
    {
        while (rest is not null)
        {
            cancellation.ThrowIfCancellationRequested();
            switch (rest)
            {
                case StatementsRest list when list.Index < list.Statements.Length:
                    rest = Statement(list.Statements[list.Index], list with { Index = list.Index + 1 });
                    break;
                case LoopRest loop when loops.Continue(loop, this) is { } iteration:
                    rest = iteration;
                    break;
                default:
                    scope.Forget(rest.Locals);
                    rest = rest.Next;
                    break;
            }
        }
    }

    /// <summary>Lowers a statement that chooses what to do, on a condition that is not decided.</summary>
    /// <param name="statement">The statement.</param>
    /// <param name="next">What follows it.</param>
    /// <param name="choose">Does what it chooses, and then what is given.</param>
    /// <returns>What follows in any case.</returns>
    public Rest? Split(IOperation statement, Rest? next, Action<Rest?> choose)
    {
        (Rest? skipped, Rest? after) = Jumps.Cut(statement, next);
        if (skipped is null)
            choose(null);
        else if (depth >= MaximumDepth)
            scope.Unsupported(statement, $"A jump inside {MaximumDepth} conditions with jumps");
        else
        {
            depth++;
            choose(skipped);
            depth--;
        }
        return after;
    }

    private Rest? Statement(IOperation statement, Rest? next)
    {
        if (++statements > MaximumStatements)
        {
            if (statements == MaximumStatements + 1)
                scope.Unsupported(statement, $"A rule of more than {MaximumStatements:N0} statements, loops unrolled and calls inlined,");
            return null;
        }
        switch (statement)
        {
            case IBlockOperation block:
                return StatementsRest.Of(block, next);
            case IVariableDeclarationGroupOperation group:
                scope.Begin(SourceText.Of(group.Syntax));
                Declare(group);
                return next;
            case IExpressionStatementOperation expression:
                scope.Begin(SourceText.Of(expression.Syntax));
                Effect(expression);
                return next;
            case IReturnOperation { Kind: OperationKind.Return } leave:
                scope.Begin(SourceText.Of(leave.Syntax));
                Return(leave);
                return null;
            case IConditionalOperation branch:
                return Conditional(branch, next);
            case ISwitchOperation choice:
                return switches.Statement(choice, next);
            case ILoopOperation loop:
                return loops.Start(loop, next);
            case IBranchOperation { BranchKind: BranchKind.Break or BranchKind.Continue } jump:
                return Jump(jump, next);
            case IUsingDeclarationOperation declaration:
                scope.Begin(SourceText.Of(declaration.Syntax));
                Declare(declaration.DeclarationGroup);
                return next;
            case IUsingOperation { IsAsynchronous: false } block:
                scope.Begin(SourceText.Of(block.Resources.Syntax));
                if (block.Resources is IVariableDeclarationGroupOperation resources)
                    Declare(resources);
                else
                    expressions.Evaluate(block.Resources);
                return StatementsRest.Of(block.Body, next);
            // A function does something when it is called.
            case ILocalFunctionOperation or IEmptyOperation:
                return next;
            default:
                scope.Unsupported(statement, Constructs.Statement(statement));
                return next;
        }
    }

    private void Declare(IVariableDeclarationGroupOperation group)
    {
        foreach (IVariableDeclarationOperation declaration in group.Declarations)
            foreach (IVariableDeclaratorOperation declarator in declaration.Declarators)
            {
                if (declarator.Symbol.IsRef)
                    scope.Assign(declarator.Symbol, scope.Unsupported(declarator, "A local by reference"));
                else if (declarator.GetVariableInitializer()?.Value is { } value)
                    scope.Assign(declarator.Symbol, expressions.Evaluate(value));
            }
    }

    // Known or not, a value that nobody takes is a call made for its effect.
    private void Effect(IExpressionStatementOperation statement)
    {
        int before = scope.Writes;
        Node? value = expressions.Evaluate(statement.Operation);
        if (value is not (null or TupleValue { Items.Count: 0 }) && scope.Writes == before)
            scope.Unsupported(statement, "A statement without effect");
    }

    private void Return(IReturnOperation leave)
    {
        if (leave.ReturnedValue is null)
            scope.Return(current!, TupleValue.Nothing);
        else if (expressions.Evaluate(leave.ReturnedValue) is not { } value)
            return;
        else if (isRule && value.Kind != ValueKind.Tensor)
            scope.Unsupported(leave.ReturnedValue, "A number in place of a tensor");
        else if (isRule && scope.IsScalar(value))
            scope.Report(Diagnostics.WrongShape, leave.ReturnedValue.Syntax, SourceText.Of(leave.ReturnedValue.Syntax), "a single entry");
        else
            scope.Return(current!, current!.ReturnsVoid ? TupleValue.Nothing : value);
        scope.ForgetLocals(current!);
    }

    private Rest? Conditional(IConditionalOperation branch, Rest? next)
    {
        scope.Begin($"if ({SourceText.Of(branch.Condition.Syntax)})");
        string source = scope.Source;
        Node? condition = expressions.Condition(branch.Condition);
        if (condition is Flag { Value: var isAlways })
            return (isAlways ? branch.WhenTrue : branch.WhenFalse) is { } taken ? StatementsRest.Of(taken, next) : next;
        return Split(branch, next, skipped => scope.Branch(condition, branch, source,
            () => Run(StatementsRest.Of(branch.WhenTrue, skipped)),
            () => Run(branch.WhenFalse is null ? skipped : StatementsRest.Of(branch.WhenFalse, skipped))));
    }

    private Rest? Jump(IBranchOperation jump, Rest? next)
    {
        for (; next is not null; next = next.Next)
        {
            scope.Forget(next.Locals);
            if (next.IsTarget(jump.Target))
                return next.Next;
        }
        return null;
    }
}

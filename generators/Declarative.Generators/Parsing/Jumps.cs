using System.Collections.Generic;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Declarative.Generators.Parsing;

/// <summary>Where the statements of a rule may jump to.</summary>
internal sealed class Jumps
{
    private readonly HashSet<ILabelSymbol> labels = new(SymbolEqualityComparer.Default);
    private bool returns;

    /// <summary>Cuts what is still to be done in two: what a jump out of a statement may skip, and what follows in any case.</summary>
    public static (Rest? Skipped, Rest? After) Cut(IOperation statement, Rest? rest)
    {
        var jumps = new Jumps();
        jumps.Collect(statement);
        var skipped = new Stack<Rest>();
        Rest? after = rest;
        while (after is not null && jumps.Any)
        {
            // What may be skipped may jump further.
            switch (after)
            {
                case StatementsRest list:
                    for (int i = list.Index; i < list.Statements.Length; i++)
                        jumps.Collect(list.Statements[i]);
                    break;
                case LoopRest loop:
                    jumps.Collect(loop.Loop);
                    break;
            }
            Rest here = after;
            jumps.labels.RemoveWhere(here.IsTarget);
            skipped.Push(here);
            after = here.Next;
        }
        Rest? inner = null;
        foreach (Rest part in skipped)
            inner = part with { Next = inner };
        return (inner, after);
    }

    private bool Any => returns || labels.Count > 0;

    // Jumps that stay within the statement do not count.
    private void Collect(IOperation statement)
    {
        var inner = new Jumps();
        inner.Visit(statement);
        returns |= inner.returns;
        labels.UnionWith(inner.labels);
    }

    private void Visit(IOperation operation)
    {
        switch (operation)
        {
            case IReturnOperation:
                returns = true;
                return;
            case IBranchOperation branch:
                labels.Add(branch.Target);
                return;
            case IExpressionStatementOperation or IVariableDeclarationGroupOperation or ILocalFunctionOperation or IAnonymousFunctionOperation:
                return;
        }
        foreach (IOperation child in operation.ChildOperations)
            Visit(child);
        switch (operation)
        {
            case ILoopOperation loop:
                labels.Remove(loop.ExitLabel);
                labels.Remove(loop.ContinueLabel);
                break;
            case ISwitchOperation choice:
                labels.Remove(choice.ExitLabel);
                break;
        }
    }
}

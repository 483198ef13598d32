using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Declarative.Generators.Parsing;

/// <summary>What is still to be done after the statement at hand, from the innermost block outwards.</summary>
internal abstract record Rest
{
    /// <summary>What follows it; null at the end.</summary>
    public Rest? Next { get; init; }

    /// <summary>The locals that are out of scope after it.</summary>
    public virtual ImmutableArray<ILocalSymbol> Locals => ImmutableArray<ILocalSymbol>.Empty;

    /// <summary>Whether a jump to a label ends with this.</summary>
    public virtual bool IsTarget(ILabelSymbol label) => false;
}

/// <summary>The statements of a list from one on.</summary>
internal sealed record StatementsRest(ImmutableArray<IOperation> Statements, int Index, ImmutableArray<ILocalSymbol> BlockLocals) : Rest
{
    public override ImmutableArray<ILocalSymbol> Locals => BlockLocals;

    public static StatementsRest Of(IBlockOperation block, Rest? next) => new(block.Operations, 0, block.Locals) { Next = next };

    public static StatementsRest Of(IOperation statement, Rest? next) =>
        statement is IBlockOperation block ? Of(block, next) : new(ImmutableArray.Create(statement), 0, ImmutableArray<ILocalSymbol>.Empty) { Next = next };
}

/// <summary>The end of one iteration of a loop: where <c>continue</c> goes.</summary>
internal sealed record IterationEnd(ILoopOperation Loop) : Rest
{
    public override bool IsTarget(ILabelSymbol label) => SymbolEqualityComparer.Default.Equals(label, Loop.ContinueLabel);
}

/// <summary>The iterations of a loop that are left; after it is where <c>break</c> goes.</summary>
/// <param name="Loop">The loop.</param>
/// <param name="Iteration">Which iteration is next, from 0.</param>
/// <param name="Items">What a <c>foreach</c> goes through.</param>
internal sealed record LoopRest(ILoopOperation Loop, int Iteration, TupleValue? Items) : Rest
{
    public override ImmutableArray<ILocalSymbol> Locals => Loop.Locals;

    public override bool IsTarget(ILabelSymbol label) => SymbolEqualityComparer.Default.Equals(label, Loop.ExitLabel);
}

/// <summary>The end of a <c>switch</c>: where its <c>break</c> goes.</summary>
internal sealed record SwitchEnd(ISwitchOperation Switch) : Rest
{
    public override ImmutableArray<ILocalSymbol> Locals => Switch.Locals;

    public override bool IsTarget(ILabelSymbol label) => SymbolEqualityComparer.Default.Equals(label, Switch.ExitLabel);
}

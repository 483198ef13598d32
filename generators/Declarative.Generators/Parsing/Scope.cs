using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Declarative.Generators.Analyzers;
using Declarative.Generators.Models;
using Declarative.Generators.Rules;
using Microsoft.CodeAnalysis;

namespace Declarative.Generators.Parsing;

/// <summary>What a rule has computed so far: the present value of each name of the source, and the statements that gave it.</summary>
internal sealed class Scope : IComputation
{
    private readonly Report? report;
    private readonly HashSet<(string Id, Location Place)> reported = [];
    private readonly UniqueNames names;
    private readonly List<ISymbol> states = [];
    private readonly List<ISymbol> hyperparameters = [];
    private readonly HashSet<Variable> active = [];
    private readonly HashSet<ISymbol> failed = new(SymbolEqualityComparer.Default);
    private readonly HashSet<ISymbol> read = new(SymbolEqualityComparer.Default);
    private readonly HashSet<ISymbol> written = new(SymbolEqualityComparer.Default);
    private readonly List<Reference> viewsInStatement = [];
    private readonly Dictionary<ISymbol, Node> optional = new(SymbolEqualityComparer.Default);
    private readonly Stack<(Node? Condition, bool Holds)> conditions = [];
    private Dictionary<ISymbol, Node> values = new(SymbolEqualityComparer.Default);
    private Memory memory = new();

    /// <summary>The scope at a rule's start.</summary>
    /// <param name="method">The rule.</param>
    /// <param name="captured">The names of the constructor's parameters that it reads, which no variable may have.</param>
    /// <param name="report">Told what is wrong; null where nobody asks.</param>
    public Scope(IMethodSymbol method, IEnumerable<string> captured, Report? report)
    {
        names = new(captured);
        Class = method.ContainingType;
        this.report = report;
        Parameter = Input(method.Parameters[0], ValueKind.Tensor, isActive: true);
        Gradient = Input(method.Parameters[1], ValueKind.Tensor, isActive: true);
        if (method.Parameters.Length > 2)
            Step = Input(method.Parameters[2], ValueKind.Number, isActive: false);
        var inputs = new List<HyperparameterInput>();
        var initial = new List<Variable>();
        foreach ((ISymbol member, int index) in RuleInputs.Hyperparameters(Class))
        {
            hyperparameters.Add(member);
            inputs.Add(new(Input(member, ValueKind.Number, isActive: true), Identifier.Escape(member.Name), index));
        }
        foreach (ISymbol member in RuleInputs.States(Class))
        {
            states.Add(member);
            if (StateCondition.Read(member, Class) is { } condition)
                optional.Add(member, condition);
            initial.Add(Input(member, DeclaredMember.TypeOf(member).Is(KnownNames.Tensor) ? ValueKind.Tensor : ValueKind.Number, isActive: true));
        }
        Hyperparameters = inputs;
        InitialStates = initial;
    }

    /// <summary>The class that the rule belongs to.</summary>
    public INamedTypeSymbol Class { get; }

    public Variable Parameter { get; }

    public Variable Gradient { get; }

    public Variable? Step { get; }

    public IReadOnlyList<HyperparameterInput> Hyperparameters { get; }

    public IReadOnlyList<ISymbol> HyperparameterMembers => hyperparameters;

    public IReadOnlyList<Variable> InitialStates { get; }

    public IReadOnlyList<ISymbol> StateMembers => states;

    /// <summary>The initial states that are there under a condition only.</summary>
    public IEnumerable<Variable> OptionalStates => InitialStates.Where((_, i) => optional.ContainsKey(states[i]));

    public IEnumerable<Node> FinalStates => states.Select(state => Read(values[state]));

    public List<Statement> Statements { get; private set; } = [];

    /// <summary>The source statement being read.</summary>
    public string Source { get; set; } = "";

    public bool HasErrors { get; private set; }

    /// <summary>How often anything has been assigned or written so far.</summary>
    public int Writes { get; private set; }

    /// <summary>Does not count some of what has been assigned.</summary>
    public void ForgetWrites(int count) => Writes -= count;

    /// <summary>What a name refers to: a number, a condition, a tuple, or the cell of a tensor.</summary>
    public Node? Find(ISymbol symbol) => values.TryGetValue(symbol, out Node value) ? value : null;

    /// <summary>A value as it is now.</summary>
    public Node Read(Node value) => value is Reference reference ? memory.ValueOf(reference) : value;

    /// <summary>Whether a name has no value because of an error that has been reported.</summary>
    public bool HasFailed(ISymbol symbol) => failed.Contains(symbol);

    public bool IsActive(Node node) => node switch
    {
        Reference reference => IsActive(memory.ValueOf(reference)),
        TupleValue tuple => tuple.Items.Any(IsActive),
        _ => node.Variables().Any(active.Contains),
    };

    /// <summary>Whether a value is a tensor of one entry, which is not shaped like the parameter.</summary>
    public bool IsScalar(Node node) => Read(node) is { Kind: ValueKind.Tensor } tensor && Operations.ExtentOf(tensor) == Extent.Scalar;

    /// <summary>Notes that the source reads a name.</summary>
    public void NoteRead(ISymbol symbol) => read.Add(symbol);

    /// <summary>Reports a state that may not be there where the source reads or writes it.</summary>
    public void RequireKept(ISymbol symbol, SyntaxNode syntax)
    {
        // Of a condition that could not be read has been reported already.
        if (!optional.TryGetValue(symbol, out Node condition) || condition is Flag { Value: true }
            || conditions.Any(tested => tested.Condition is null || Conditions.Implies(tested.Condition, tested.Holds, condition)))
            return;
        Report(Diagnostics.IllegalState, syntax, symbol.Name, $"is there only if '{StateCondition.NameOf(symbol)}' is true; read and write it only where that has been tested");
    }

    public bool IsRead(ISymbol symbol) => read.Contains(symbol);

    public bool IsWritten(ISymbol symbol) => written.Contains(symbol);

    /// <summary>Whether a member of the class is a hyperparameter or a state.</summary>
    public bool IsInput(ISymbol member) =>
        states.Contains(member, SymbolEqualityComparer.Default) || hyperparameters.Contains(member, SymbolEqualityComparer.Default);

    /// <summary>Locals, the parameters of methods and the states can be assigned; hyperparameters and anything else cannot.</summary>
    public bool CanAssign(ISymbol symbol) => symbol switch
    {
        ILocalSymbol local => !local.IsRef,
        // The constructor's parameters have no value here.
        IParameterSymbol parameter => parameter.RefKind == RefKind.None && values.ContainsKey(parameter),
        _ => states.Contains(symbol, SymbolEqualityComparer.Default),
    };

    /// <summary>Gives a name of the source a new value; none, where that has been reported.</summary>
    public void Assign(ISymbol symbol, Node? value)
    {
        Writes++;
        written.Add(symbol);
        if (value is null)
        {
            failed.Add(symbol);
            return;
        }
        failed.Remove(symbol);
        values[symbol] = Hold(value, symbol.Name);
    }

    /// <summary>Gives a new tensor a cell, and any new value a name.</summary>
    public Node Hold(Node value, string name) => value switch
    {
        Reference reference => Named(reference, name),
        TupleValue tuple => new TupleValue(tuple.Items.Select(item => Hold(item, name)).ToEquatable()),
        { Kind: ValueKind.Tensor } => memory.Hold(Name(value, name)),
        _ => Name(value, name),
    };

    /// <summary>A value that shares memory with a tensor.</summary>
    public Node View(Node viewed, Node value)
    {
        if (viewed is not Reference reference)
            return value;
        Reference view = memory.HoldView(value, reference);
        viewsInStatement.Add(view);
        return view;
    }

    /// <summary>A tensor in a cell of its own.</summary>
    public Reference Copy(Node value) => memory.Hold(Read(value));

    /// <summary>Writes to the cell of a tensor, for all names that refer to it.</summary>
    /// <param name="target">The tensor; one without a name gets a cell.</param>
    /// <param name="value">What it becomes.</param>
    /// <param name="isIntermediate">Whether it is written again at once.</param>
    public Reference Write(Node target, Node value, bool isIntermediate)
    {
        Writes++;
        Reference cell = target as Reference ?? memory.Hold(target);
        string? name = null;
        foreach (KeyValuePair<ISymbol, Node> pair in values)
            if (cell.Equals(pair.Value))
            {
                written.Add(pair.Key);
                name ??= pair.Key is IMethodSymbol ? null : pair.Key.Name;
            }
        memory.Set(cell, name is null || isIntermediate ? value : Name(value, name));
        return cell;
    }

    /// <summary>What else a write in place might reach: the name of another tensor; null for nothing.</summary>
    public string? Overlap(Reference target, string text)
    {
        if (memory.IsView(target))
            return text;
        foreach (KeyValuePair<ISymbol, Node> pair in values)
            if (References(pair.Value).Any(other => memory.MayOverlap(target, other)))
                return pair.Key.Name;
        return viewsInStatement.Any(view => memory.MayOverlap(target, view)) ? text : null;
    }

    /// <summary>Starts a statement.</summary>
    /// <param name="source">Its source.</param>
    public void Begin(string source)
    {
        Source = source;
        viewsInStatement.Clear();
    }

    /// <summary>Notes what a method gives.</summary>
    public void Return(IMethodSymbol method, Node value) => values[method] = value;

    /// <summary>Takes what a method has given, and forgets its parameters and locals.</summary>
    public Node? Leave(IMethodSymbol method)
    {
        Node? result = Find(method);
        ForgetLocals(method);
        values.Remove(method);
        return result;
    }

    /// <summary>Forgets the parameters and locals of a method.</summary>
    public void ForgetLocals(IMethodSymbol method)
    {
        foreach (ISymbol symbol in values.Keys.Where(symbol => SymbolEqualityComparer.Default.Equals(symbol.ContainingSymbol, method)).ToArray())
            if (symbol is ILocalSymbol or IParameterSymbol)
                values.Remove(symbol);
    }

    /// <summary>Forgets locals at the end of their block.</summary>
    public void Forget(ImmutableArray<ILocalSymbol> locals)
    {
        foreach (ILocalSymbol local in locals)
            values.Remove(local);
    }

    /// <summary>Names what has just been computed, if it has no name yet.</summary>
    public Node Name(Node value, string name)
    {
        if (value is not Variable { IsTemporary: true } temporary || Statements.Count == 0)
            return value;
        Statement last = Statements[Statements.Count - 1];
        if (!(last is Let let && let.Target == temporary) && !(last is Branch branch && branch.Merges.Any(merge => merge.Target == temporary)))
            return value;
        Variable named = temporary with { Name = names.Take(Identifier.Escape(name)), IsTemporary = false };
        Statements[Statements.Count - 1] = last switch
        {
            Let only => only with { Target = named },
            Branch choice => choice with
            {
                Merges = choice.Merges.Select(merge => merge.Target == temporary ? merge with { Target = named } : merge).ToEquatable(),
            },
            _ => last,
        };
        if (active.Contains(temporary))
            active.Add(named);
        memory.Rename(temporary, named);
        return named;
    }

    /// <summary>Computes an operation into a temporary.</summary>
    public Node Compute(Operation operation, params Node[] arguments)
    {
        Node value = Algebra.Of(operation, operation.Definition().Shape == ShapeRule.EntryByEntry ? Meet(arguments) : arguments);
        return value is Apply { Kind: not (ValueKind.Flag or ValueKind.Shape) } ? Keep(value) : value;
    }

    /// <summary>Computes an expression into a temporary.</summary>
    public Variable Keep(Node value)
    {
        string name = value switch
        {
            Apply apply => UniqueNames.OfResult(apply.Operation),
            Call call => call.ResultName,
            _ => "value",
        };
        var temporary = new Variable(names.Take(name), value.Kind, IsTemporary: true, Operations.ExtentOf(value));
        Statements.Add(new Let(temporary, value, Source));
        if (value is Apply applied ? HasDerivative(applied, temporary) : IsActive(value))
            active.Add(temporary);
        return temporary;
    }

    /// <summary>Reads both arms of a branch; what they assign differently becomes a merge.</summary>
    public void Branch(Node? condition, IOperation operation, string source, Action then, Action otherwise) =>
        Branch(condition, operation, source, () => Nothing(then), () => Nothing(otherwise));

    /// <summary>Reads both arms of a branch, each with a value; of one that is decided already, the arm that is taken.</summary>
    public Node? Branch(Node? condition, IOperation operation, string source, Func<Node?> then, Func<Node?> otherwise)
    {
        if (condition is Flag { Value: var isAlways })
            return isAlways ? then() : otherwise();
        List<Statement> outer = Statements;
        Dictionary<ISymbol, Node> before = values;
        Memory memoryBefore = memory;
        Arm Arm(Func<Node?> read, bool holds)
        {
            conditions.Push((condition, holds));
            Statements = [];
            values = new(before, SymbolEqualityComparer.Default);
            memory = memoryBefore.Copy();
            Node? value = read();
            conditions.Pop();
            return new(Statements, values, memory, value);
        }
        Arm thenArm = Arm(then, holds: true);
        Arm elseArm = Arm(otherwise, holds: false);
        var join = new Joining(thenArm, elseArm, memoryBefore.Empty(), Merge);
        Statements = outer;
        values = join.Values();
        Node? result = join.Result();
        join.Keep(memoryBefore);
        memory = join.Memory;
        // Of the views that an arm made, the expression around the branch has at most the one that it gives.
        viewsInStatement.RemoveAll(view => !memory.Has(view));
        if (result is Reference given && memory.IsView(given))
            viewsInStatement.Add(given);
        if (condition is not null && join.Merges.Count > 0)
            Statements.Add(new Branch(condition, thenArm.Statements.ToEquatable(), elseArm.Statements.ToEquatable(), join.Merges.ToEquatable(), source));
        return result;

        Merge? Merge(string name, Node first, Node second, bool isTemporary)
        {
            if (first.Kind != second.Kind)
            {
                Unsupported(operation, $"'{name}', a tensor in one branch and a number in the other,");
                return null;
            }
            Extent extent = Operations.ExtentOf(first) == Operations.ExtentOf(second) ? Operations.ExtentOf(first) : Extent.Unknown;
            var target = new Variable(names.Take(name), first.Kind, isTemporary, extent);
            if (IsActive(first) || IsActive(second))
                active.Add(target);
            return new(target, first, second);
        }
    }

    /// <summary>Reports something, once for each place. After an error the rule is not generated.</summary>
    public Node? Report(DiagnosticDescriptor descriptor, SyntaxNode syntax, params object[] arguments) =>
        Report(descriptor, report is null ? null : syntax.GetLocation(), arguments);

    /// <summary>Reports something about a declaration.</summary>
    public Node? Report(DiagnosticDescriptor descriptor, ISymbol declared, params object[] arguments) =>
        Report(descriptor, declared.Locations.FirstOrDefault(), arguments);

    /// <summary>Reports what is no error: the rule is generated all the same.</summary>
    public void Warn(DiagnosticDescriptor descriptor, SyntaxNode syntax, params object[] arguments) => Report(descriptor, syntax, arguments);

    public Node? Unsupported(IOperation operation, string what) => Report(Diagnostics.UnsupportedSyntax, operation.Syntax, what);

    private static IEnumerable<Reference> References(Node value) => value switch
    {
        Reference reference => [reference],
        TupleValue tuple => tuple.Items.SelectMany(References),
        _ => [],
    };

    private Node? Report(DiagnosticDescriptor descriptor, Location? place, object[] arguments)
    {
        HasErrors |= descriptor.DefaultSeverity == DiagnosticSeverity.Error;
        // What is unrolled or inlined is read several times.
        if (report is not null && place is not null && reported.Add((descriptor.Id, place)))
            report(descriptor, place, arguments);
        return null;
    }

    // Tensors whose shapes may differ meet: each is taken in the shape that it has together with the others.
    private Node[] Meet(Node[] arguments)
    {
        Node[] met = [.. arguments];
        for (int i = 0; i < met.Length; i++)
            foreach (Node other in arguments)
                if (IsTensor(met[i]) && IsTensor(other) && !Operations.IsSameShape(arguments[i], other)
                    && (Operations.ExtentOf(met[i]), Operations.ExtentOf(other)) is not (Extent.Parameter, Extent.Scalar))
                    met[i] = Keep(Algebra.Of(Operation.Broadcast, met[i], other));
        return met;
    }

    private bool HasDerivative(Apply apply, Node value) => value.Kind is ValueKind.Tensor or ValueKind.Number && Enumerable.Range(0, apply.Arguments.Count)
        .Any(i => IsActive(apply.Arguments[i]) && apply.Operation.Definition().PartialOf(apply.Arguments, value, i) is not Constant { Value: 0 });

    private static bool IsTensor(Node node) => node.Kind is ValueKind.Tensor or ValueKind.Mask;

    private Reference Named(Reference reference, string name)
    {
        memory.Set(reference, Name(memory.ValueOf(reference), name));
        return reference;
    }

    private static Node? Nothing(Action action)
    {
        action();
        return null;
    }

    private Variable Input(ISymbol symbol, ValueKind kind, bool isActive)
    {
        var variable = new Variable(names.Take(Identifier.Escape(symbol.Name)), kind);
        values[symbol] = kind == ValueKind.Tensor ? memory.Hold(variable) : variable;
        if (isActive)
            active.Add(variable);
        return variable;
    }
}

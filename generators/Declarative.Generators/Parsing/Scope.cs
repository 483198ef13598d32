using System;
using System.Collections.Generic;
using System.Linq;
using Declarative.Generators.Analyzers;
using Declarative.Generators.Models;
using Declarative.Generators.Rules;
using Microsoft.CodeAnalysis;

namespace Declarative.Generators.Parsing;

/// <summary>What a rule has computed so far: the present value of each name of the source, and the statements that gave it.</summary>
internal sealed class Scope : IComputation
{
    private readonly Report report;
    private readonly UniqueNames names;
    private readonly List<ISymbol> states = [];
    private readonly HashSet<Variable> active = [];
    private readonly HashSet<ISymbol> failed = new(SymbolEqualityComparer.Default);
    private readonly IMethodSymbol method;
    private Dictionary<ISymbol, Node> values = new(SymbolEqualityComparer.Default);

    /// <summary>The scope at a rule's start.</summary>
    /// <param name="method">The rule.</param>
    /// <param name="captured">The names of the constructor's parameters that it reads, which no variable may have.</param>
    /// <param name="report">Told what is wrong.</param>
    public Scope(IMethodSymbol method, IEnumerable<string> captured, Report report)
    {
        names = new(captured);
        this.method = method;
        this.report = report;
        Parameter = Input(method.Parameters[0], ValueKind.Tensor, isActive: true);
        Gradient = Input(method.Parameters[1], ValueKind.Tensor, isActive: true);
        if (method.Parameters.Length > 2)
            Step = Input(method.Parameters[2], ValueKind.Number, isActive: false);
        var hyperparameters = new List<HyperparameterInput>();
        foreach (IFieldSymbol field in method.ContainingType.GetMembers().OfType<IFieldSymbol>())
        {
            if (field.Find(KnownNames.HyperparameterAttribute) is not null)
                hyperparameters.Add(new(Input(field, ValueKind.Number, isActive: true), Identifier.Escape(field.Name), hyperparameters.Count));
            else if (field.Find(KnownNames.StateAttribute) is not null)
            {
                states.Add(field);
                Input(field, field.Type.Is(KnownNames.Tensor) ? ValueKind.Tensor : ValueKind.Number, isActive: true);
            }
        }
        Hyperparameters = hyperparameters;
        InitialStates = [.. states.Select(state => (Variable)values[state])];
    }

    /// <summary>The class that the rule belongs to.</summary>
    public INamedTypeSymbol Class => method.ContainingType;

    public Variable Parameter { get; }

    public Variable Gradient { get; }

    public Variable? Step { get; }

    public IReadOnlyList<HyperparameterInput> Hyperparameters { get; }

    public IReadOnlyList<Variable> InitialStates { get; }

    public IEnumerable<Node> FinalStates => states.Select(state => values[state]);

    public List<Statement> Statements { get; private set; } = [];

    /// <summary>The source statement being read.</summary>
    public string Source { get; set; } = "";

    public bool HasErrors { get; private set; }

    public Node? Find(ISymbol symbol) => values.TryGetValue(symbol, out Node value) ? value : null;

    /// <summary>Whether a name has no value because of an error that has been reported.</summary>
    public bool HasFailed(ISymbol symbol) => failed.Contains(symbol);

    public bool IsActive(Node node) => node.Variables().Any(active.Contains);

    /// <summary>Locals, the parameters of the method and the states can be assigned; hyperparameters and anything else cannot.</summary>
    public bool CanAssign(ISymbol symbol) =>
        symbol is ILocalSymbol || states.Contains(symbol, SymbolEqualityComparer.Default)
        || (symbol is IParameterSymbol parameter && SymbolEqualityComparer.Default.Equals(parameter.ContainingSymbol, method));

    /// <summary>Gives a name of the source a new value; none, where that has been reported.</summary>
    public void Assign(ISymbol symbol, Node? value)
    {
        if (value is null)
            failed.Add(symbol);
        else
            values[symbol] = Name(value, symbol.Name);
    }

    /// <summary>Names what has just been computed, if it has no name yet.</summary>
    public Node Name(Node value, string name)
    {
        if (value is not Variable { IsTemporary: true } temporary || Statements.Count == 0)
            return value;
        Variable named = temporary with { Name = names.Take(Identifier.Escape(name)), IsTemporary = false };
        switch (Statements[Statements.Count - 1])
        {
            case Let let when let.Target == temporary:
                Statements[Statements.Count - 1] = let with { Target = named };
                break;
            case Branch branch when branch.Merges.Any(merge => merge.Target == temporary):
                Statements[Statements.Count - 1] = branch with
                {
                    Merges = branch.Merges.Select(merge => merge.Target == temporary ? merge with { Target = named } : merge).ToEquatable(),
                };
                break;
            default:
                return value;
        }
        if (active.Contains(temporary))
            active.Add(named);
        return named;
    }

    /// <summary>Computes an operation into a temporary.</summary>
    public Node Compute(Operation operation, params Node[] arguments)
    {
        Node value = Algebra.Of(operation, operation.Definition().Shape == ShapeRule.EntryByEntry ? Meet(arguments) : arguments);
        return value is Apply { Kind: not (ValueKind.Flag or ValueKind.Shape) } ? Keep(value) : value;
    }

    // Tensors whose shapes may differ meet: each is taken in the shape that it has together with the others.
    private Node[] Meet(Node[] arguments)
    {
        bool IsTensor(Node node) => node.Kind is ValueKind.Tensor or ValueKind.Mask;
        Node[] met = [.. arguments];
        for (int i = 0; i < met.Length; i++)
            foreach (Node other in arguments.Where(IsTensor))
                if (IsTensor(met[i]) && Operations.ExtentOf(met[i]) is var extent && !Operations.IsSameShape(arguments[i], other)
                    && !(extent == Extent.Parameter && Operations.ExtentOf(other) == Extent.Scalar))
                    met[i] = Keep(Algebra.Of(Operation.Broadcast, met[i], other));
        return met;
    }

    /// <summary>Reads both arms of a branch; what they assign differently becomes a merge.</summary>
    public void Branch(Node? condition, IOperation operation, string source, Action then, Action otherwise) =>
        Branch(condition, operation, source, () => Nothing(then), () => Nothing(otherwise));

    /// <summary>Reads both arms of a branch, each with a value.</summary>
    public Node? Branch(Node? condition, IOperation operation, string source, Func<Node?> then, Func<Node?> otherwise)
    {
        List<Statement> outerStatements = Statements;
        Dictionary<ISymbol, Node> before = values;
        (List<Statement> Statements, Dictionary<ISymbol, Node> Values, Node? Value) Arm(Func<Node?> read)
        {
            Statements = [];
            values = new(before, SymbolEqualityComparer.Default);
            Node? value = read();
            return (Statements, values, value);
        }
        var thenArm = Arm(then);
        var elseArm = Arm(otherwise);
        Statements = outerStatements;
        if (condition is Flag { Value: var isAlways })
        {
            (List<Statement> only, values, Node? value) = isAlways ? thenArm : elseArm;
            Statements.AddRange(only);
            return value;
        }
        values = new(before, SymbolEqualityComparer.Default);

        var merges = new List<Merge>();
        foreach (ISymbol symbol in thenArm.Values.Keys.Where(elseArm.Values.ContainsKey))
            values[symbol] = Join(Identifier.Escape(symbol.Name), thenArm.Values[symbol], elseArm.Values[symbol], isTemporary: false);
        Node? result = thenArm.Value is null || elseArm.Value is null ? null : Join("choice", thenArm.Value, elseArm.Value, isTemporary: true);
        if (condition is not null && merges.Count > 0)
            Statements.Add(new Branch(condition, thenArm.Statements.ToEquatable(), elseArm.Statements.ToEquatable(), merges.ToEquatable(), source));
        return result;

        Node Join(string name, Node first, Node second, bool isTemporary)
        {
            if (first == second)
                return first;
            if (first.Kind != second.Kind)
                Unsupported(operation, $"'{name}', a tensor in one branch and a number in the other,");
            Extent extent = Operations.ExtentOf(first) == Operations.ExtentOf(second) ? Operations.ExtentOf(first) : Extent.Unknown;
            var target = new Variable(names.Take(name), first.Kind, isTemporary, extent);
            if (IsActive(first) || IsActive(second))
                active.Add(target);
            merges.Add(new(target, first, second));
            return target;
        }
    }

    /// <summary>Reports an error; the rule is then not generated.</summary>
    public Node? Report(DiagnosticDescriptor descriptor, SyntaxNode syntax, params object[] arguments)
    {
        HasErrors = true;
        report(descriptor, syntax.GetLocation(), arguments);
        return null;
    }

    /// <summary>Reports what is no error: the rule is generated all the same.</summary>
    public void Warn(DiagnosticDescriptor descriptor, SyntaxNode syntax, params object[] arguments) => report(descriptor, syntax.GetLocation(), arguments);

    public Node? Unsupported(IOperation operation, string what) => Report(Diagnostics.UnsupportedSyntax, operation.Syntax, what);

    private static Node? Nothing(Action action)
    {
        action();
        return null;
    }

    private Variable Keep(Node value)
    {
        var temporary = new Variable(names.Take(value is Apply apply ? UniqueNames.OfResult(apply.Operation) : "value"), value.Kind, IsTemporary: true,
            Operations.ExtentOf(value));
        Statements.Add(new Let(temporary, value, Source));
        if (value is Apply applied ? HasDerivative(applied, temporary) : IsActive(value))
            active.Add(temporary);
        return temporary;
    }

    private bool HasDerivative(Apply apply, Node value) => value.Kind is ValueKind.Tensor or ValueKind.Number && Enumerable.Range(0, apply.Arguments.Count)
        .Any(i => IsActive(apply.Arguments[i]) && apply.Operation.Definition().PartialOf(apply.Arguments, value, i) is not Constant { Value: 0 });

    private Variable Input(ISymbol symbol, ValueKind kind, bool isActive)
    {
        var variable = new Variable(names.Take(Identifier.Escape(symbol.Name)), kind);
        values[symbol] = variable;
        if (isActive)
            active.Add(variable);
        return variable;
    }
}

using System.Collections.Generic;
using System.Linq;
using Declarative.Generators.Rules;

namespace Declarative.Generators.Differentiation;

/// <summary>Reverse differentiation: the rule's statements, then, from the last to the first, the adjoint of each value: the sum, over
/// what it was used for, of the partial derivative times the adjoint of that. The arms of a branch are read a second time, so that their
/// values are at hand.</summary>
internal sealed class ReverseDifferentiation
{
    private readonly HashSet<Variable> active;
    private readonly HashSet<Variable> optional;
    private readonly UniqueNames names;

    private ReverseDifferentiation(RuleBody rule)
    {
        active = Activity.Of(rule, ForwardDifferentiation.Differentiate(rule));
        optional = Optional(rule);
        names = new(rule, rule.Statements);
    }

    /// <summary>The adjoint step of a rule.</summary>
    public static AdjointBody Differentiate(RuleBody rule)
    {
        var differentiation = new ReverseDifferentiation(rule);
        var contributions = new Contributions();
        var seeds = new List<Variable>();
        foreach ((Node output, Variable input) in rule.FinalStates.Zip(rule.States, (output, input) => (output, input)).Prepend((rule.Result, rule.Parameter)))
        {
            var seed = new Variable(differentiation.names.Take(UniqueNames.Prefixed("updated", input.Name)), input.Kind);
            seeds.Add(seed);
            if (output is Variable variable && differentiation.active.Contains(variable))
                contributions.Add(variable, new(Constant.One, seed), rule: null);
        }
        var statements = new List<Statement>(rule.Statements);
        differentiation.Reverse(rule.Statements, contributions, statements);
        foreach (Variable input in rule.ActiveInputs)
            statements.Add(differentiation.Shaped(contributions.Take(input, "the adjoints of what the step reads"), input));
        return new(statements.ToEquatable(), seeds.ToEquatable());
    }

    private void Reverse(EquatableArray<Statement> block, Contributions contributions, List<Statement> result)
    {
        foreach (Statement statement in block.Reverse())
        {
            switch (statement)
            {
                case Let let when contributions.Has(let.Target):
                    Node? condition = contributions.ConditionOf(let.Target);
                    result.Add(contributions.Take(let.Target, let.Source));
                    Distribute(let, condition, contributions);
                    break;
                case Branch branch:
                    Merge[] merges = [.. branch.Merges.Where(merge => contributions.Has(merge.Target))];
                    if (merges.Length == 0)
                        break;
                    Dictionary<Merge, Node?> conditions = merges.ToDictionary(merge => merge, merge => contributions.ConditionOf(merge.Target));
                    foreach (Merge merge in merges)
                        result.Add(contributions.Take(merge.Target, branch.Source));
                    result.Add(Reverse(branch, conditions, contributions));
                    break;
            }
        }
    }

    // An adjoint that is 0 where a condition does not hold stays so whatever it is multiplied by there: what was not chosen may be no number.
    private void Distribute(Let let, Node? condition, Contributions contributions)
    {
        if (let.Value is Variable copied && active.Contains(copied))
            contributions.Add(copied, new(Constant.One, let.Target), rule: null, condition);
        if (let.Value is Call call)
            for (int i = 0; i < call.Arguments.Count; i++)
                if (call.Arguments[i] is Variable argument && active.Contains(argument) && call.HasPartial(i))
                    contributions.Add(argument, new(Kept(condition, call.PartialOf(i, let.Target)), let.Target), Call.Rule, condition);
        if (let.Value is not Apply apply)
            return;
        OperationDefinition definition = apply.Operation.Definition();
        for (int i = 0; i < apply.Arguments.Count; i++)
        {
            if (apply.Arguments[i] is not Variable argument || !active.Contains(argument)
                || definition.PartialOf(apply.Arguments, let.Target, i) is not { } factor || factor is Constant { Value: 0 })
                continue;
            if (definition.Reverse is { } passage)
                contributions.Add(argument, new(factor, let.Target, passage(apply.Arguments, let.Target, i)), definition.Rule);
            else
                contributions.Add(argument, new(Kept(condition, factor), let.Target), definition.Rule, Both(condition, ConditionOf(factor)));
        }
    }

    private static Node Kept(Node? condition, Node factor)
    {
        bool isFinite = factor.Kind == ValueKind.Number || (factor is Apply { Operation: Operation.KeepWhere, Arguments: var arguments } && arguments[1] is Constant);
        return condition is null || isFinite ? factor : Algebra.Of(Operation.KeepWhere, condition, factor);
    }

    // The condition where a factor is not 0, where it is written as a choice.
    private static Node? ConditionOf(Node factor) => factor switch
    {
        Apply { Operation: Operation.KeepWhere, Arguments: var arguments } when arguments[0].Kind == ValueKind.Mask => arguments[0],
        Apply { Operation: Operation.Negate, Arguments: var arguments } => ConditionOf(arguments[0]),
        _ => null,
    };

    private static Node? Both(Node? one, Node? other) => one is null || one.Equals(other) ? other : other is null ? one : Algebra.Of(Operation.And, one, other);

    private Branch Reverse(Branch branch, Dictionary<Merge, Node?> merges, Contributions outer)
    {
        (List<Statement> Statements, Contributions Left) Arm(EquatableArray<Statement> statements, System.Func<Merge, Node> value)
        {
            Dictionary<Variable, Node> copies = Copies(statements);
            EquatableArray<Statement> again = statements.Select(statement => Renamed(statement, copies)).ToEquatable();
            var contributions = new Contributions();
            foreach (Merge merge in merges.Keys)
                if (value(merge).Substitute(copies) is Variable variable && active.Contains(variable))
                    contributions.Add(variable, new(Constant.One, merge.Target), rule: null, merges[merge]);
            var result = new List<Statement>(again);
            Reverse(again, contributions, result);
            return (result, contributions);
        }

        var then = Arm(branch.Then, merge => merge.Then);
        var otherwise = Arm(branch.Else, merge => merge.Else);
        var exports = new List<Variable>();
        foreach (Variable variable in then.Left.Variables.Union(otherwise.Left.Variables).ToArray())
        {
            Variable part = variable with { Name = names.Take(variable.Name.TrimStart('@') + "InBranch"), IsTemporary = false };
            exports.Add(part);
            then.Statements.Add(Shaped(then.Left.Take(variable, branch.Source), variable) with { Target = part });
            otherwise.Statements.Add(Shaped(otherwise.Left.Take(variable, branch.Source), variable) with { Target = part });
            outer.Add(variable, new(Constant.One, part), rule: null);
        }
        return new(branch.Condition, then.Statements.ToEquatable(), otherwise.Statements.ToEquatable(), EquatableArray<Merge>.Empty, branch.Source)
        {
            Exports = exports.ToEquatable(),
        };
    }

    // A sum has a shape already; zero takes that of its variable, where nothing else tells it.
    private DerivativeLet Shaped(DerivativeLet adjoint, Variable variable) => adjoint.Terms.Count == 0
        && (variable is { Kind: ValueKind.Tensor, Extent: Extent.Unknown } || optional.Contains(variable)) ? adjoint with { Like = variable } : adjoint;

    // What may be a state that is not there, and then has no entries.
    private static HashSet<Variable> Optional(RuleBody rule)
    {
        HashSet<Variable> optional = [.. rule.OptionalStates];
        int count;
        do
        {
            count = optional.Count;
            foreach (Statement statement in rule.Statements.All())
                if (statement is Let { Value: Variable copied } copy && optional.Contains(copied))
                    optional.Add(copy.Target);
                else if (statement is Branch branch)
                    optional.UnionWith(branch.Merges.Where(merge => new[] { merge.Then, merge.Else }.OfType<Variable>().Any(optional.Contains)).Select(merge => merge.Target));
        }
        while (optional.Count > count);
        return optional;
    }

    private Dictionary<Variable, Node> Copies(EquatableArray<Statement> statements)
    {
        var copies = new Dictionary<Variable, Node>();
        foreach (Statement statement in statements.All())
            foreach (Variable target in statement switch
            {
                Let let => [let.Target],
                Branch branch => branch.Merges.Select(merge => merge.Target),
                _ => [],
            })
            {
                var copy = target with { Name = names.Take(target.Name) };
                if (active.Contains(target))
                    active.Add(copy);
                if (optional.Contains(target))
                    optional.Add(copy);
                copies.Add(target, copy);
            }
        return copies;
    }

    private static Statement Renamed(Statement statement, Dictionary<Variable, Node> copies) => statement.Rewrite(node => node.Substitute(copies)) switch
    {
        Let let => let with { Target = (Variable)copies[let.Target] },
        Branch branch => branch with
        {
            Then = branch.Then.Select(inner => Renamed(inner, copies)).ToEquatable(),
            Else = branch.Else.Select(inner => Renamed(inner, copies)).ToEquatable(),
            Merges = branch.Merges.Select(merge => merge with { Target = (Variable)copies[merge.Target] }).ToEquatable(),
        },
        { } other => other,
    };

    /// <summary>What has been found of each adjoint so far.</summary>
    private sealed class Contributions
    {
        private readonly Dictionary<Variable, (List<DerivativeTerm> Terms, List<string> Rules, List<Node?> Conditions)> found = [];

        public IEnumerable<Variable> Variables => found.Keys;

        public bool Has(Variable variable) => found.ContainsKey(variable);

        /// <summary>The condition where an adjoint is not 0, where all that contributes to it has the same; null where nothing is known.</summary>
        public Node? ConditionOf(Variable variable) => found[variable].Conditions.Distinct().ToArray() is [var only] ? only : null;

        public void Add(Variable variable, DerivativeTerm term, string? rule, Node? condition = null)
        {
            if (!found.TryGetValue(variable, out var entry))
                found.Add(variable, entry = ([], [], []));
            entry.Terms.Add(term);
            entry.Conditions.Add(variable.Kind == ValueKind.Tensor ? condition : null);
            if (rule is not null)
                entry.Rules.Add(rule);
        }

        public DerivativeLet Take(Variable variable, string source)
        {
            if (!found.TryGetValue(variable, out var entry))
                return new(variable, EquatableArray<DerivativeTerm>.Empty, EquatableArray<string>.Empty, source);
            found.Remove(variable);
            return new(variable, entry.Terms.ToEquatable(), entry.Rules.Distinct().ToEquatable(), source);
        }
    }
}

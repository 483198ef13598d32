using System.Collections.Generic;
using System.Linq;
using Declarative.Generators.Analyzers;
using Declarative.Generators.Differentiation;
using Declarative.Generators.Rules;
using Microsoft.CodeAnalysis;

namespace Declarative.Generators.Parsing;

/// <summary>What a rule that is legal may still have overlooked: hyperparameters and states that do nothing.</summary>
internal static class RuleWarnings
{
    public static void Report(Scope scope, RuleBody rule)
    {
        // What is inherited is there for other rules too, and its place may be in another compilation.
        bool IsOwn(ISymbol member) => SymbolEqualityComparer.Default.Equals(member.ContainingType, scope.Class);
        HashSet<Variable>? influential = null;
        for (int i = 0; i < scope.HyperparameterMembers.Count; i++)
        {
            ISymbol member = scope.HyperparameterMembers[i];
            if (!IsOwn(member))
                continue;
            if (!scope.IsRead(member))
                scope.Report(Diagnostics.UnusedHyperparameter, member, member.Name);
            else if (!(influential ??= Influential(rule)).Contains(scope.Hyperparameters[i].Variable))
                scope.Report(Diagnostics.NoInfluence, member, member.Name);
        }
        foreach (ISymbol member in scope.StateMembers.Where(IsOwn))
            if (!scope.IsRead(member))
                scope.Report(Diagnostics.StateNeverRead, member, member.Name);
            else if (!scope.IsWritten(member))
                scope.Report(Diagnostics.StateNeverSet, member, member.Name);
    }

    // The variables from which a derivative leads to the updated parameter, in this step or through a state in a later one.
    private static HashSet<Variable> Influential(RuleBody rule)
    {
        var sources = new Dictionary<Variable, List<Variable>>();
        foreach (Statement statement in ForwardDifferentiation.Differentiate(rule).All())
            switch (statement)
            {
                case DerivativeLet derivative:
                    Add(derivative.Target, derivative.Terms.Where(term => term.Partial is not Constant { Value: 0 }).Select(term => term.Of));
                    break;
                case Branch branch:
                    foreach (Merge merge in branch.Merges)
                        Add(merge.Target, new[] { merge.Then, merge.Else }.OfType<Variable>());
                    break;
            }
        for (int i = 0; i < rule.States.Count; i++)
            if (rule.FinalStates[i] is Variable final)
                Add(rule.States[i], [final]);
        var found = new HashSet<Variable>();
        var open = new Stack<Variable>();
        if (rule.Result is Variable result)
            open.Push(result);
        while (open.Count > 0)
            if (open.Pop() is var variable && found.Add(variable) && sources.TryGetValue(variable, out List<Variable> from))
                foreach (Variable source in from)
                    open.Push(source);
        return found;

        void Add(Variable target, IEnumerable<Variable> from)
        {
            if (!sources.TryGetValue(target, out List<Variable> list))
                sources.Add(target, list = []);
            list.AddRange(from);
        }
    }
}

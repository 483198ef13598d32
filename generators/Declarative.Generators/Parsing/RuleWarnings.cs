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
        HashSet<Variable>? influential = null;
        for (int i = 0; i < scope.HyperparameterFields.Count; i++)
        {
            IFieldSymbol field = scope.HyperparameterFields[i];
            if (!scope.IsRead(field))
                scope.Report(Diagnostics.UnusedHyperparameter, field, field.Name);
            else if (!(influential ??= Influential(rule)).Contains(scope.Hyperparameters[i].Variable))
                scope.Report(Diagnostics.NoInfluence, field, field.Name);
        }
        foreach (IFieldSymbol field in scope.StateFields)
            if (!scope.IsRead(field))
                scope.Report(Diagnostics.StateNeverRead, field, field.Name);
            else if (!scope.IsWritten(field))
                scope.Report(Diagnostics.StateNeverSet, field, field.Name);
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

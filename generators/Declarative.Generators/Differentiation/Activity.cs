using System.Collections.Generic;
using System.Linq;
using Declarative.Generators.Rules;

namespace Declarative.Generators.Differentiation;

/// <summary>Which variables have a tangent.</summary>
internal static class Activity
{
    /// <summary>The active variables of a differentiated rule: its inputs but the step, and what has been given a tangent.</summary>
    public static HashSet<Variable> Of(RuleBody rule, EquatableArray<Statement> statements)
    {
        var active = new HashSet<Variable>(rule.ActiveInputs);
        Collect(statements, active);
        return active;
    }

    private static void Collect(EquatableArray<Statement> statements, HashSet<Variable> active)
    {
        foreach (Statement statement in statements)
        {
            switch (statement)
            {
                case DerivativeLet tangent:
                    active.Add(tangent.Target);
                    break;
                case Branch branch:
                    Collect(branch.Then, active);
                    Collect(branch.Else, active);
                    active.UnionWith(branch.Merges.Where(merge => IsActive(merge.Then) || IsActive(merge.Else)).Select(merge => merge.Target));
                    break;
            }
        }

        bool IsActive(Node node) => node is Variable variable && active.Contains(variable);
    }
}

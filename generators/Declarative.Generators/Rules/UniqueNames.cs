using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;

namespace Declarative.Generators.Rules;

/// <summary>Gives out names that no variable of a rule has, nor its derivatives, nor what the generated method itself declares.</summary>
internal sealed class UniqueNames
{
    private readonly HashSet<string> taken = [.. OfStep];

    /// <summary>For the variables of a rule that refers to other names as well.</summary>
    public UniqueNames(IEnumerable<string> others) => taken.UnionWith(others);

    public UniqueNames(RuleBody rule, IEnumerable<Statement> statements)
    {
        IEnumerable<Variable> targets = statements.All().SelectMany(statement => statement switch
        {
            Let let => [let.Target],
            DerivativeLet tangent => [tangent.Target],
            Branch branch => branch.Merges.Select(merge => merge.Target),
            _ => [],
        });
        taken.UnionWith(statements.All().SelectMany(Statements.Expressions).SelectMany(Statements.Settings).Select(setting => setting.Text.TrimStart('@')));
        foreach (Variable variable in rule.ActiveInputs.Concat(targets).Concat(rule.Step is null ? [] : [rule.Step]))
            Reserve(variable.Name);
    }

    /// <summary>The parameters of the generated methods.</summary>
    public static ImmutableArray<string> OfStep { get; } = ["state", "tangents", "adjoints"];

    /// <summary>How the value of an operation is called where the source has no name for it.</summary>
    public static string OfResult(Operation operation) => operation switch
    {
        Operation.Add => "sum",
        Operation.Subtract => "difference",
        Operation.Multiply => "product",
        Operation.Divide => "quotient",
        Operation.Negate => "negative",
        _ => char.ToLowerInvariant(operation.ToString()[0]) + operation.ToString().Substring(1),
    };

    /// <summary>A name made of another: <c>updated</c> and <c>velocity</c> become <c>updatedVelocity</c>.</summary>
    public static string Prefixed(string prefix, string name)
    {
        string bare = name.TrimStart('@');
        return prefix + char.ToUpperInvariant(bare[0]) + bare.Substring(1);
    }

    /// <summary>How the tangent of a variable is called.</summary>
    public static string TangentOf(string name) => name.TrimStart('@') + "Tangent";

    /// <summary>How the adjoint of a variable is called.</summary>
    public static string AdjointOf(string name) => name.TrimStart('@') + "Adjoint";

    /// <summary>Takes a name, with a number appended where it is taken already.</summary>
    public string Take(string name)
    {
        string candidate = name;
        for (int i = 1; taken.Contains(candidate.TrimStart('@')) || taken.Contains(TangentOf(candidate)) || taken.Contains(AdjointOf(candidate)); i++)
            candidate = name + i;
        Reserve(candidate);
        return candidate;
    }

    private void Reserve(string name)
    {
        taken.Add(name.TrimStart('@'));
        taken.Add(TangentOf(name));
        taken.Add(AdjointOf(name));
    }
}

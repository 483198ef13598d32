using System.ComponentModel;

namespace Declarative.Rules;

/// <summary>A state of an update rule.</summary>
/// <param name="Name">Its field's name.</param>
/// <param name="IsNumber">Whether it is a <c>double</c>; otherwise it is a tensor like the parameter.</param>
/// <param name="Initial">Its value, of every entry, before the first step.</param>
/// <param name="IsUsed">Whether the rule uses it as it is configured; otherwise it is a tensor without entries, and costs nothing.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed record StateDeclaration(string Name, bool IsNumber, double Initial, bool IsUsed = true)
{
    /// <summary>Whether it takes as much memory as the parameter.</summary>
    internal bool TakesMemory => IsUsed && !IsNumber;
}

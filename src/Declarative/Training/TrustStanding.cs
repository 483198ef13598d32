namespace Declarative;

/// <summary>Which coordinates' estimates have lost their trust so far in a run: what gives <see cref="TrustPolicy"/> its hysteresis.</summary>
/// <param name="coordinates">q.</param>
internal sealed class TrustStanding(int coordinates)
{
    private readonly bool[] isLost = new bool[coordinates];

    /// <summary>Writes down what is remembered, or fills it.</summary>
    public void Exchange(StateExchange with) => with.Flags("trust lost", isLost);

    /// <summary>Whether a coordinate may be estimated, given the skill of its estimate, or nothing where it has none.</summary>
    public bool IsTrusted(TrustPolicy policy, int coordinate, double? skill)
    {
        // Negated, so that a NaN is not trusted.
        if (skill is { } found)
            isLost[coordinate] = !(found >= (isLost[coordinate] ? Math.Max(policy.RegainingSkill, policy.LeastSkill) : policy.LeastSkill));
        return !isLost[coordinate];
    }
}

namespace Declarative;

/// <summary>Keeps tangents that are carried from saying more than the settings of now can do: what stops windup.</summary>
/// <remarks>
/// The influence of coordinate k is |B_k|, the norm of the tangent that one step makes out of none: how far the step's θ' moves with u_k. A
/// carried tangent is the sum of what past influences became. Where the influence has fallen since (a learning rate went to a hundredth of
/// what it was, and with it the weight decay that acts through it), the carried part still tells of the former settings, outweighs what the
/// present ones do, and pushes a setting on that hardly acts any more: weight decay to 10⁵ at a learning rate of 10⁻¹⁰ was seen. So at each
/// window's start the tangents of coordinate k are multiplied by min(1, influence now / influence before). What has grown is not scaled up.
/// </remarks>
internal sealed class SettingInfluence
{
    /// <summary>|B_k| at the start of the window before, [q]; null where there was none.</summary>
    public double[]? Before { get; set; }

    /// <summary>The factor on each coordinate's carried tangents, [q], given the influence of now; null where there is nothing to compare with.</summary>
    public double[]? Factors(double[] now)
    {
        double[]? factors = Before is null ? null : [.. Before.Zip(now, Factor)];
        Before = now;
        return factors;
    }

    // A setting that did not act before (momentum, at the first step) has carried nothing through itself.
    private static double Factor(double before, double now) => before > 0 && now < before ? now / before : 1;
}

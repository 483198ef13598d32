using Declarative.Interop;
using TorchSharp;
using static TorchSharp.torch;

namespace Declarative;

/// <summary>Keeps tangents that are carried from saying more than the settings of now can do: what stops windup.</summary>
/// <remarks>
/// The influence of coordinate k is |B_k|, the norm of the tangent that one step makes out of none: how far the step's θ' moves with u_k. A
/// carried tangent is the sum of what past influences became. Where the influence has fallen since (a learning rate went to a hundredth of
/// what it was, and with it the weight decay that acts through it), the carried part still tells of the former settings, outweighs what the
/// present ones do, and pushes a setting on that hardly acts any more: weight decay to 10⁵ at a learning rate of 10⁻¹⁰ was seen. So at each
/// window's start the tangents of coordinate k are multiplied by min(1, influence now / level), where the level is the mean of the
/// influences that the tangents are made of, discounted like they are: one batch with a smaller gradient hardly matters. What has grown is
/// not scaled up, and an influence of 0 (no example of a class in the batch) says nothing.
/// </remarks>
/// <param name="discount">γ.</param>
internal sealed class SettingInfluence(double discount)
{
    /// <summary>What the carried tangents are made of; null where nothing is carried.</summary>
    public Levels? Before { get; set; }

    /// <summary>What there is to compare with, [q] in float64 on a device; null where there is nothing.</summary>
    public Tensor? FormerOn(Device device) => Before is { } before ? HostNumbers.Send(before.Level, ScalarType.Float64, device) : null;

    /// <summary>The factor on each coordinate's carried tangents, [q] on the device. No number is brought to the host.</summary>
    /// <param name="former">What <see cref="FormerOn"/> gave.</param>
    /// <param name="now">The influence of now, [q], float64.</param>
    public static Tensor Factors(Tensor former, Tensor now)
    {
        using var scope = NewDisposeScope();
        Tensor none = former.zeros_like();
        Tensor hasFallen = former.gt(none).logical_and(now.gt(none)).logical_and(now.lt(former));
        return where(hasFallen, now.div(former), now.ones_like()).MoveToOuterDisposeScope();
    }

    /// <summary>Remembers the influence of now, once it is known on the host.</summary>
    /// <param name="now">[q].</param>
    /// <param name="factors">What carried tangents were multiplied by [q]; empty where there was nothing to compare with.</param>
    public void Note(double[] now, double[] factors)
    {
        if (Before is not { } before)
        {
            Before = new(now, [.. now.Select(influence => influence > 0 ? 1.0 : 0)]);
            return;
        }
        double[] level = new double[now.Length], weight = new double[now.Length];
        for (int k = 0; k < now.Length; k++)
        {
            (double former, double carried) = (before.Level[k], discount * before.Weight[k]);
            (level[k], weight[k]) = now[k] > 0 ? ((carried > 0 ? (carried * factors[k] * former + now[k]) / (carried + 1) : now[k]), carried + 1) : (former, carried);
        }
        Before = new(level, weight);
    }

    /// <summary>The discounted mean of the influences so far, and how many windows it stands for.</summary>
    /// <param name="Level">[q].</param>
    /// <param name="Weight">[q].</param>
    internal sealed record Levels(double[] Level, double[] Weight);
}

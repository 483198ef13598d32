using static TorchSharp.torch;

namespace Declarative;

/// <summary>Rectified Adam (Liu et al. 2020), as PyTorch's <c>RAdam</c>: with m, v as in Adam, ρ∞ = 2 / (1 - β₂) - 1 and
/// ρ_t = ρ∞ - 2 t β₂ᵗ / (1 - β₂ᵗ), θ ← θ - η r m̂ √(1 - β₂ᵗ) / (√v + ε) where ρ_t > 5, the variance of v being tractable, and θ - η m̂ where not;
/// r² = (ρ_t - 4)(ρ_t - 2) ρ∞ / ((ρ∞ - 4)(ρ∞ - 2) ρ_t).</summary>
/// <remarks>Which of the two it is depends on β₂, but where it changes there is a jump and no derivative: the condition counts as
/// constant.</remarks>
/// <param name="decoupled">Whether weight decay shrinks the parameters by η λ, as in AdamW, instead of adding λ θ to g.</param>
public sealed partial class RAdam(bool decoupled = false)
{
    [Hyperparameter(1e-3, Domain.Positive)] private double learningRate;
    [Hyperparameter(0.9, Domain.UnitInterval)] private double beta1;
    [Hyperparameter(0.999, Domain.UnitInterval)] private double beta2;
    [Hyperparameter(1e-8, Domain.Positive)] private double epsilon;
    [Hyperparameter(0.0, Domain.Positive)] private double weightDecay;
    [State] private Tensor firstMoment;
    [State] private Tensor secondMoment;

    [UpdateRule]
    private Tensor Update(Tensor parameter, Tensor gradient, long step)
    {
        var decayed = decoupled ? gradient : gradient + weightDecay * parameter;
        var shrunk = decoupled ? (1 - learningRate * weightDecay) * parameter : parameter;
        firstMoment = beta1 * firstMoment + (1 - beta1) * decayed;
        secondMoment = beta2 * secondMoment + (1 - beta2) * decayed.square();
        var direction = firstMoment / (1 - Math.Pow(beta1, step));
        var correction = 1 - Math.Pow(beta2, step);
        var longest = 2 / (1 - beta2) - 1;
        var length = longest - 2 * step * Math.Pow(beta2, step) / correction;
        if (Derivative.Stop(length) > 5)
        {
            var rectification = Math.Sqrt((length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length));
            direction = rectification * Math.Sqrt(correction) * direction / (secondMoment.sqrt() + epsilon);
        }
        return shrunk - learningRate * direction;
    }
}

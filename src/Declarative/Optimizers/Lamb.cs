using static TorchSharp.torch;

namespace Declarative;

/// <summary>Adam whose step on each parameter tensor is scaled to the tensor's norm (You et al. 2020): with m̂, v̂ as in Adam,
/// d = m̂ / (√v̂ + ε) + λ θ and r = ‖θ‖ / ‖d‖, or 1 where one of the two is 0, θ ← θ - η r d.</summary>
public sealed partial class Lamb
{
    [Hyperparameter(1e-3, Domain.Positive)] private double learningRate;
    [Hyperparameter(0.9, Domain.UnitInterval)] private double beta1;
    [Hyperparameter(0.999, Domain.UnitInterval)] private double beta2;
    [Hyperparameter(1e-6, Domain.Positive)] private double epsilon;
    [Hyperparameter(1e-2, Domain.Positive)] private double weightDecay;
    [State] private Tensor firstMoment;
    [State] private Tensor secondMoment;

    [UpdateRule]
    private Tensor Update(Tensor parameter, Tensor gradient, long step)
    {
        firstMoment = beta1 * firstMoment + (1 - beta1) * gradient;
        secondMoment = beta2 * secondMoment + (1 - beta2) * gradient.square();
        var unbiased = firstMoment / (1 - Math.Pow(beta1, step));
        var denominator = (secondMoment / (1 - Math.Pow(beta2, step))).sqrt() + epsilon;
        var direction = unbiased / denominator + weightDecay * parameter;

        var parameterNorm = parameter.norm();
        var directionNorm = direction.norm();
        var one = ones_like(parameterNorm);
        // Chosen before the division: 0 / 0 would spoil the derivative even where the quotient is not taken.
        var isScaled = minimum(parameterNorm, directionNorm) > 0;
        var ratio = where(isScaled, parameterNorm, one) / where(isScaled, directionNorm, one);
        return parameter - learningRate * ratio * direction;
    }
}

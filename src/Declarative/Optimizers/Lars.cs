using static TorchSharp.torch;

namespace Declarative;

/// <summary>Layer-wise adaptive rate scaling: momentum descent whose step on each parameter tensor is scaled to the tensor's norm
/// (You, Gitman and Ginsburg 2017). With r = τ ‖θ‖ / (‖g‖ + λ ‖θ‖), or 1 where ‖θ‖ or ‖g‖ is 0: v ← μ v + η r (g + λ θ), θ ← θ - v.</summary>
public sealed partial class Lars
{
    [Hyperparameter(0.1, Domain.Positive)] private double learningRate;
    [Hyperparameter(0.9, Domain.UnitInterval)] private double momentum;
    [Hyperparameter(1e-4, Domain.Positive)] private double weightDecay;
    [Hyperparameter(1e-3, Domain.Positive)] private double trustCoefficient;
    [State] private Tensor velocity;

    [UpdateRule]
    private Tensor Update(Tensor parameter, Tensor gradient)
    {
        var parameterNorm = parameter.norm();
        var gradientNorm = gradient.norm();
        var one = ones_like(parameterNorm);
        // Chosen before the division: 0 / 0 would spoil the derivative even where the quotient is not taken.
        var isScaled = minimum(parameterNorm, gradientNorm) > 0;
        var ratio = where(isScaled, trustCoefficient * parameterNorm, one) / where(isScaled, gradientNorm + weightDecay * parameterNorm, one);
        velocity = momentum * velocity + learningRate * ratio * (gradient + weightDecay * parameter);
        return parameter - velocity;
    }
}

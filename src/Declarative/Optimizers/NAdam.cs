using static TorchSharp.torch;

namespace Declarative;

/// <summary>Adam with Nesterov momentum (Dozat 2016), as PyTorch's <c>NAdam</c>: with the momentum schedule
/// μ_t = β₁ (1 - ½ · 0.96^(t ψ)) and m, v as in Adam, θ ← θ - η ((1 - μ_t) g / (1 - Π μ) + μ_{t+1} m / (1 - μ_{t+1} Π μ)) / (√v̂ + ε), where
/// Π μ = μ_1 ⋯ μ_t.</summary>
/// <param name="decoupled">Whether weight decay shrinks the parameters by η λ, as in AdamW, instead of adding λ θ to g.</param>
public sealed partial class NAdam(bool decoupled = false)
{
    [Hyperparameter(2e-3, Domain.Positive)] private double learningRate;
    [Hyperparameter(0.9, Domain.UnitInterval)] private double beta1;
    [Hyperparameter(0.999, Domain.UnitInterval)] private double beta2;
    [Hyperparameter(1e-8, Domain.Positive)] private double epsilon;
    [Hyperparameter(0.0, Domain.Positive)] private double weightDecay;
    [Hyperparameter(4e-3, Domain.Positive)] private double momentumDecay;
    [State] private Tensor firstMoment;
    [State] private Tensor secondMoment;
    [State(Initial = 1)] private double momentumProduct;

    [UpdateRule]
    private Tensor Update(Tensor parameter, Tensor gradient, long step)
    {
        var decayed = decoupled ? gradient : gradient + weightDecay * parameter;
        var shrunk = decoupled ? (1 - learningRate * weightDecay) * parameter : parameter;
        var momentum = beta1 * (1 - 0.5 * Math.Pow(0.96, step * momentumDecay));
        var nextMomentum = beta1 * (1 - 0.5 * Math.Pow(0.96, (step + 1) * momentumDecay));
        momentumProduct *= momentum;
        firstMoment = beta1 * firstMoment + (1 - beta1) * decayed;
        secondMoment = beta2 * secondMoment + (1 - beta2) * decayed.square();
        var direction = (1 - momentum) / (1 - momentumProduct) * decayed
            + nextMomentum / (1 - momentumProduct * nextMomentum) * firstMoment;
        var denominator = (secondMoment / (1 - Math.Pow(beta2, step))).sqrt() + epsilon;
        return shrunk - learningRate * direction / denominator;
    }
}

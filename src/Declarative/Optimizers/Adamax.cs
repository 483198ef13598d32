using static TorchSharp.torch;

namespace Declarative;

/// <summary>Adamax, Adam under the infinity norm, with coupled weight decay (Kingma and Ba 2015), as PyTorch's <c>Adamax</c>:
/// m ← β₁ m + (1 - β₁) g, u ← max(β₂ u, |g| + ε), θ ← θ - η / (1 - β₁ᵗ) · m / u, with g + λ θ for g.</summary>
public sealed partial class Adamax
{
    [Hyperparameter(2e-3, Domain.Positive)] private double learningRate;
    [Hyperparameter(0.9, Domain.UnitInterval)] private double beta1;
    [Hyperparameter(0.999, Domain.UnitInterval)] private double beta2;
    [Hyperparameter(1e-8, Domain.Positive)] private double epsilon;
    [Hyperparameter(0.0, Domain.Positive)] private double weightDecay;
    [State] private Tensor firstMoment;
    [State] private Tensor infinityNorm;

    [UpdateRule]
    private Tensor Update(Tensor parameter, Tensor gradient, long step)
    {
        var decayed = gradient + weightDecay * parameter;
        firstMoment = beta1 * firstMoment + (1 - beta1) * decayed;
        infinityNorm = maximum(beta2 * infinityNorm, decayed.abs() + epsilon);
        var stepSize = learningRate / (1 - Math.Pow(beta1, step));
        return parameter - stepSize * firstMoment / infinityNorm;
    }
}

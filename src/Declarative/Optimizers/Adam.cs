using static TorchSharp.torch;

namespace Declarative;

/// <summary>Adam with bias correction and coupled weight decay (Kingma and Ba 2015), as PyTorch's <c>Adam</c>:
/// m ← β₁ m + (1 - β₁) g, v ← β₂ v + (1 - β₂) g², θ ← θ - η m̂ / (√v̂ + ε), with g + λ θ for g.</summary>
/// <param name="amsgrad">Whether the largest v so far takes the place of v in the step (Reddi, Kale and Kumar 2018).</param>
public sealed partial class Adam(bool amsgrad = false)
{
    [Hyperparameter(1e-3, Domain.Positive)] private double learningRate;
    [Hyperparameter(0.9, Domain.UnitInterval)] private double beta1;
    [Hyperparameter(0.999, Domain.UnitInterval)] private double beta2;
    [Hyperparameter(1e-8, Domain.Positive)] private double epsilon;
    [Hyperparameter(0.0, Domain.Positive)] private double weightDecay;
    [State] private Tensor firstMoment;
    [State] private Tensor secondMoment;
    [State(If = nameof(amsgrad))] private Tensor largestSecondMoment;

    [UpdateRule]
    private Tensor Update(Tensor parameter, Tensor gradient, long step)
    {
        var decayed = gradient + weightDecay * parameter;
        firstMoment = beta1 * firstMoment + (1 - beta1) * decayed;
        secondMoment = beta2 * secondMoment + (1 - beta2) * decayed.square();
        var scale = secondMoment;
        if (amsgrad)
        {
            largestSecondMoment = maximum(largestSecondMoment, secondMoment);
            scale = largestSecondMoment;
        }
        var stepSize = learningRate / (1 - Math.Pow(beta1, step));
        var denominator = scale.sqrt() / Math.Sqrt(1 - Math.Pow(beta2, step)) + epsilon;
        return parameter - stepSize * firstMoment / denominator;
    }
}

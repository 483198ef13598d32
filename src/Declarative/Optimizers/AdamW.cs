using static TorchSharp.torch;

namespace Declarative;

/// <summary>Adam with bias correction and decoupled weight decay (Loshchilov and Hutter 2019), as PyTorch's <c>AdamW</c>: the
/// parameters shrink by η λ before Adam's step.</summary>
/// <param name="amsgrad">Whether the largest v so far takes the place of v in the step (Reddi, Kale and Kumar 2018).</param>
public sealed partial class AdamW(bool amsgrad = false)
{
    [Hyperparameter(1e-3, Domain.Positive)] private double learningRate;
    [Hyperparameter(0.9, Domain.UnitInterval)] private double beta1;
    [Hyperparameter(0.999, Domain.UnitInterval)] private double beta2;
    [Hyperparameter(1e-8, Domain.Positive)] private double epsilon;
    [Hyperparameter(1e-2, Domain.Positive)] private double weightDecay;
    [State] private Tensor firstMoment;
    [State] private Tensor secondMoment;
    [State(If = nameof(amsgrad))] private Tensor largestSecondMoment;

    [UpdateRule]
    private Tensor Update(Tensor parameter, Tensor gradient, long step)
    {
        firstMoment = beta1 * firstMoment + (1 - beta1) * gradient;
        secondMoment = beta2 * secondMoment + (1 - beta2) * gradient.square();
        var scale = secondMoment;
        if (amsgrad)
        {
            largestSecondMoment = maximum(largestSecondMoment, secondMoment);
            scale = largestSecondMoment;
        }
        var stepSize = learningRate / (1 - Math.Pow(beta1, step));
        var denominator = scale.sqrt() / Math.Sqrt(1 - Math.Pow(beta2, step)) + epsilon;
        return (1 - learningRate * weightDecay) * parameter - stepSize * firstMoment / denominator;
    }
}

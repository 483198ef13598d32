using static TorchSharp.torch;

namespace Declarative;

/// <summary>Lion with decoupled weight decay (Chen et al. 2023): θ ← (1 - η λ) θ - η sign(β₁ m + (1 - β₁) g), then
/// m ← β₂ m + (1 - β₂) g.</summary>
/// <remarks>The gradient and both β act through a sign alone, whose derivative is zero, so neither β can be learned.</remarks>
/// <param name="beta1">β₁, the weight of the average in the step.</param>
/// <param name="beta2">β₂, how slowly the average moves.</param>
public sealed partial class Lion(double beta1 = 0.9, double beta2 = 0.99)
{
    [Hyperparameter(1e-4, Domain.Positive)] private double learningRate;
    [Hyperparameter(0.0, Domain.Positive)] private double weightDecay;
    [State] private Tensor average;

    [UpdateRule]
    private Tensor Update(Tensor parameter, Tensor gradient)
    {
        var direction = Derivative.Stop(beta1 * average + (1 - beta1) * gradient).sign();
        average = beta2 * average + (1 - beta2) * gradient;
        return (1 - learningRate * weightDecay) * parameter - learningRate * direction;
    }
}

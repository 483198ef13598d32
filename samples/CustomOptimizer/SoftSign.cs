using Declarative;
using static TorchSharp.torch;

namespace Samples.CustomOptimizer;

/// <summary>An update rule of one's own. Lion steps along the sign of an average of gradients, so the settings inside the sign have no
/// derivative and must be guessed. This rule steps along tanh(κ d) instead, momentum descent where κ d is small and Lion where it is large,
/// and learns all five, how sharp the sign is among them.</summary>
internal sealed partial class SoftSign
{
    [Hyperparameter(1e-4, Domain.Positive)]     private double learningRate;
    [Hyperparameter(0.5, Domain.UnitInterval)]  private double momentum;
    [Hyperparameter(0.5, Domain.UnitInterval)]  private double blend;
    [Hyperparameter(10.0, Domain.Positive)]     private double sharpness;
    [Hyperparameter(1e-2, Domain.Positive)]     private double weightDecay;
    [State] private Tensor average;

    [UpdateRule]
    private Tensor Update(Tensor parameter, Tensor gradient)
    {
        var direction = blend * average + (1 - blend) * gradient;
        average = momentum * average + (1 - momentum) * gradient;
        return (1 - learningRate * weightDecay) * parameter - learningRate * (sharpness * direction).tanh();
    }
}

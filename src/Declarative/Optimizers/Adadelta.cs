using static TorchSharp.torch;

namespace Declarative;

/// <summary>Adadelta with coupled weight decay (Zeiler 2012), as PyTorch's <c>Adadelta</c>: s ← ρ s + (1 - ρ) g²,
/// d = g √(a + ε) / √(s + ε), a ← ρ a + (1 - ρ) d², θ ← θ - η d, with g + λ θ for g.</summary>
public sealed partial class Adadelta
{
    [Hyperparameter(1.0, Domain.Positive)] private double learningRate;
    [Hyperparameter(0.9, Domain.UnitInterval)] private double smoothing;
    [Hyperparameter(1e-6, Domain.Positive)] private double epsilon;
    [Hyperparameter(0.0, Domain.Positive)] private double weightDecay;
    [State] private Tensor squareAverage;
    [State] private Tensor changeAverage;

    [UpdateRule]
    private Tensor Update(Tensor parameter, Tensor gradient)
    {
        var decayed = gradient + weightDecay * parameter;
        squareAverage = smoothing * squareAverage + (1 - smoothing) * decayed.square();
        var change = decayed * (changeAverage + epsilon).sqrt() / (squareAverage + epsilon).sqrt();
        changeAverage = smoothing * changeAverage + (1 - smoothing) * change.square();
        return parameter - learningRate * change;
    }
}

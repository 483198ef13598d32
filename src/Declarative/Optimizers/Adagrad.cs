using static TorchSharp.torch;

namespace Declarative;

/// <summary>Adagrad with learning rate decay and coupled weight decay (Duchi, Hazan and Singer 2011), as PyTorch's <c>Adagrad</c>:
/// s ← s + g², starting from an initial value of every entry; θ ← θ - η / (1 + (t - 1) δ) · g / (√s + ε), with g + λ θ for g.</summary>
public sealed partial class Adagrad
{
    [Hyperparameter(0.01, Domain.Positive)] private double learningRate;
    [Hyperparameter(0.0, Domain.Positive)] private double learningRateDecay;
    [Hyperparameter(0.0, Domain.Positive)] private double initialAccumulator;
    [Hyperparameter(1e-10, Domain.Positive)] private double epsilon;
    [Hyperparameter(0.0, Domain.Positive)] private double weightDecay;
    [State] private Tensor squareSum;

    [UpdateRule]
    private Tensor Update(Tensor parameter, Tensor gradient, long step)
    {
        var decayed = gradient + weightDecay * parameter;
        squareSum = step == 1 ? initialAccumulator + decayed.square() : squareSum + decayed.square();
        var stepSize = learningRate / (1 + (step - 1) * learningRateDecay);
        return parameter - stepSize * decayed / (squareSum.sqrt() + epsilon);
    }
}

using static TorchSharp.torch;

namespace Declarative;

/// <summary>RMSprop with momentum and coupled weight decay (Tieleman and Hinton 2012), as PyTorch's <c>RMSprop</c>:
/// s ← α s + (1 - α) g², v ← μ v + g / (√s + ε), θ ← θ - η v.</summary>
public sealed partial class RmsProp
{
    [Hyperparameter(0.01, Domain.Positive)] private double learningRate;
    [Hyperparameter(0.99, Domain.UnitInterval)] private double smoothing;
    [Hyperparameter(1e-8, Domain.Positive)] private double epsilon;
    [Hyperparameter(0.0, Domain.UnitInterval)] private double momentum;
    [Hyperparameter(0.0, Domain.Positive)] private double weightDecay;
    [State] private Tensor squareAverage;
    [State] private Tensor velocity;

    [UpdateRule]
    private Tensor Update(Tensor parameter, Tensor gradient)
    {
        var decayed = gradient + weightDecay * parameter;
        squareAverage = smoothing * squareAverage + (1 - smoothing) * decayed.square();
        velocity = momentum * velocity + decayed / (squareAverage.sqrt() + epsilon);
        return parameter - learningRate * velocity;
    }
}

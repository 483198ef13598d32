using static TorchSharp.torch;

namespace Declarative;

/// <summary>RMSprop with momentum and coupled weight decay (Tieleman and Hinton 2012), as PyTorch's <c>RMSprop</c>:
/// s ← α s + (1 - α) g², v ← μ v + g / (√s + ε), θ ← θ - η v, with g + λ θ for g. Centred (Graves 2013), the variance s - m² takes the
/// place of s, where m ← α m + (1 - α) g.</summary>
/// <param name="centered">Whether to divide by the standard deviation of the gradient instead of its root mean square.</param>
public sealed partial class RmsProp(bool centered = false)
{
    [Hyperparameter(0.01, Domain.Positive)] private double learningRate;
    [Hyperparameter(0.99, Domain.UnitInterval)] private double smoothing;
    [Hyperparameter(1e-8, Domain.Positive)] private double epsilon;
    [Hyperparameter(0.0, Domain.UnitInterval)] private double momentum;
    [Hyperparameter(0.0, Domain.Positive)] private double weightDecay;
    [State] private Tensor squareAverage;
    [State(If = nameof(centered))] private Tensor gradientAverage;
    [State] private Tensor velocity;

    [UpdateRule]
    private Tensor Update(Tensor parameter, Tensor gradient)
    {
        var decayed = gradient + weightDecay * parameter;
        squareAverage = smoothing * squareAverage + (1 - smoothing) * decayed.square();
        var variance = squareAverage;
        if (centered)
        {
            gradientAverage = smoothing * gradientAverage + (1 - smoothing) * decayed;
            variance = squareAverage - gradientAverage.square();
        }
        velocity = momentum * velocity + decayed / (variance.sqrt() + epsilon);
        return parameter - learningRate * velocity;
    }
}

using static TorchSharp.torch;

namespace Declarative;

/// <summary>Stochastic gradient descent with momentum, dampening, Nesterov's variant and coupled weight decay, as PyTorch's
/// <c>SGD</c> (which ignores dampening where momentum is 0): v ← μ v + (1 - d)(g + λ θ), the first v being g + λ θ itself;
/// θ ← θ - η v, or θ - η (g + λ θ + μ v) with Nesterov.</summary>
/// <param name="nesterov">Whether to look ahead along the velocity (Nesterov 1983).</param>
/// <param name="maximize">Whether to climb the training loss: -g takes the place of g.</param>
public sealed partial class Sgd(bool nesterov = false, bool maximize = false)
{
    [Hyperparameter(0.01, Domain.Positive)] private double learningRate;
    [Hyperparameter(0.9, Domain.UnitInterval)] private double momentum;
    [Hyperparameter(0.0, Domain.UnitInterval)] private double dampening;
    [Hyperparameter(1e-4, Domain.Positive)] private double weightDecay;
    [State] private Tensor velocity;

    [UpdateRule]
    private Tensor Update(Tensor parameter, Tensor gradient, long step)
    {
        var decayed = (maximize ? -gradient : gradient) + weightDecay * parameter;
        velocity = step == 1 ? decayed : momentum * velocity + (1 - dampening) * decayed;
        return nesterov
            ? parameter - learningRate * (decayed + momentum * velocity)
            : parameter - learningRate * velocity;
    }
}

using static TorchSharp.torch;

namespace Declarative;

/// <summary>Averaged stochastic gradient descent with coupled weight decay (Polyak and Juditsky 1992), as PyTorch's <c>ASGD</c>: with
/// η_t = η / (1 + δ η (t - 1))^α, θ ← (1 - δ η_t) θ - η_t g, with g + λ θ for g; and ā ← ā + (θ - ā) / max(1, t - 1 - t₀), the average of the
/// parameters since step t₀.</summary>
/// <param name="averageFrom">t₀, the step from which on parameters are averaged; until then the average is the parameter itself.</param>
public sealed partial class Asgd(long averageFrom = 1_000_000)
{
    [Hyperparameter(0.01, Domain.Positive)] private double learningRate;
    [Hyperparameter(1e-4, Domain.Positive)] private double decay;
    [Hyperparameter(0.75, Domain.Positive)] private double decayPower;
    [Hyperparameter(0.0, Domain.Positive)] private double weightDecay;
    [State] private Tensor average;

    [UpdateRule]
    private Tensor Update(Tensor parameter, Tensor gradient, long step)
    {
        var stepSize = learningRate / Math.Pow(1 + decay * learningRate * (step - 1), decayPower);
        var decayed = gradient + weightDecay * parameter;
        var updated = (1 - decay * stepSize) * parameter - stepSize * decayed;
        var averaged = step - 1 - averageFrom;
        average = averaged <= 1 ? updated : average + (updated - average) / averaged;
        return updated;
    }
}

using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Declarative.DeviceTests;

/// <summary>A model without layers: one or two parameters.</summary>
public sealed class TwoParameters : nn.Module
{
    private readonly Parameter first;
    private readonly Parameter? second;

    public TwoParameters(Tensor first, Tensor? second) : base(nameof(TwoParameters))
    {
        this.first = new Parameter(first);
        register_parameter(nameof(first), this.first);
        if (second is not null)
        {
            this.second = new Parameter(second);
            register_parameter(nameof(second), this.second);
        }
    }

    public Parameter First => first;

    public Parameter Second => second!;
}

/// <summary>mean(v₁²) + Σ λᵢ v₂ᵢ².</summary>
public sealed partial class QuadraticLoss(TwoParameters model, int count)
{
    private int Count => count;

    [Hyperparameter(1.0, Domain.Real, Size = nameof(Count))] private Tensor coefficients;

    public Tensor Training(Batch batch) => model.First.square().mean() + (coefficients * model.Second.square()).sum();
}

/// <summary>m ← μ m + g, v ← v - η m.</summary>
public sealed partial class MomentumDescent
{
    [Hyperparameter(.1, Domain.Real)] private double stepSize;
    [Hyperparameter(.5, Domain.Real)] private double momentum;
    [State] private Tensor velocity;

    [UpdateRule]
    private Tensor Update(Tensor parameter, Tensor gradient)
    {
        velocity = momentum * velocity + gradient;
        return parameter - stepSize * velocity;
    }
}

/// <summary>PyTorch's SGD, learned with respect to the values themselves.</summary>
public sealed partial class RealSgd
{
    [Hyperparameter(.1, Domain.Real)] private double learningRate;
    [Hyperparameter(.9, Domain.Real)] private double momentum;
    [Hyperparameter(.01, Domain.Real)] private double weightDecay;
    [State] private Tensor buffer;

    [UpdateRule]
    private Tensor Update(Tensor parameter, Tensor gradient, long step)
    {
        gradient += weightDecay * parameter;
        if (step == 1)
            buffer = gradient;
        else
            buffer = momentum * buffer + gradient;
        return parameter - learningRate * buffer;
    }
}

using Declarative.Interop;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Declarative.DeviceTests;

/// <summary>Forward mode for SGD with momentum as one would write it by hand for this one case: autograd's own calls, and the optimizer with its
/// tangents on flat vectors. What the library adds to it is overhead.</summary>
/// <remarks>v' = μ v + g + λ θ and θ' = θ - η v'; the tangents of v and θ with respect to η, μ and λ are matrices [3, p].</remarks>
internal sealed class HandWrittenForwardMode : IDisposable
{
    private const double LearningRate = .01, Momentum = .9, WeightDecay = 1e-4;

    private readonly SpeedTask task;
    private readonly Tensor[] parameters;
    private readonly Tensor theta, velocity, thetaTangent, velocityTangent;
    private readonly Scalar rate = LearningRate, momentum = Momentum, decay = WeightDecay, minusRate = -LearningRate;
    private long step;

    /// <summary>Takes the model's parameters over. Its tensors belong to the present dispose scope.</summary>
    public HandWrittenForwardMode(SpeedTask task)
    {
        this.task = task;
        parameters = [.. task.Model.parameters()];
        using var noGradient = no_grad();
        theta = cat([.. parameters.Select(parameter => parameter.reshape(-1))]);
        // Views of one vector, as the library has them: otherwise each step would copy.
        long offset = 0;
        foreach (Tensor parameter in parameters)
        {
            parameter.set_(theta.narrow(0, offset, parameter.numel()).view(parameter.shape));
            offset += parameter.numel();
        }
        velocity = zeros_like(theta);
        thetaTangent = zeros([3, theta.numel()], dtype: theta.dtype, device: theta.device);
        velocityTangent = zeros_like(thetaTangent);
    }

    /// <summary>The autograd calls of a step with a sample, and nothing else: both losses, the gradient with its graph, a product for each setting, and
    /// the validation gradient.</summary>
    public void AutogradCalls(Batch training, Batch validation, Tensor[][] directions)
    {
        using var inner = NewDisposeScope();
        Tensor[] gradient = BareAutograd.GradientWithGraph(task.Loss(training), parameters);
        foreach (Tensor[] direction in directions)
            BareAutograd.Product(gradient, parameters, direction);
        BareAutograd.Gradient(task.Loss(validation), parameters);
    }

    /// <summary>As many directions as settings, in the shapes of the parameters.</summary>
    public Tensor[][] DrawDirections() => [.. Enumerable.Range(0, 3).Select(_ => parameters.Select(parameter => randn_like(parameter, requires_grad: false)).ToArray())];

    /// <summary>A window of steps, tangents reset first, and the hypergradient at its end.</summary>
    public double[] RunWindow(int steps)
    {
        using var inner = NewDisposeScope();
        // What the library puts in place for each run of its own.
        using var kernels = new RunKernels(task.Model, differentiatesTwice: true);
        thetaTangent.zero_();
        velocityTangent.zero_();
        Tensor sample = thetaTangent.select(1, 0);
        for (int i = 0; i < steps; i++)
        {
            Step(task.Training.At(step++));
            sample = Sample();
        }
        return HostNumbers.Read(sample);
    }

    public void Dispose()
    {
        foreach (Scalar scalar in new[] { rate, momentum, decay, minusRate })
            scalar.Dispose();
    }

    private void Step(Batch batch)
    {
        using var inner = NewDisposeScope();
        Tensor[] gradient = BareAutograd.GradientWithGraph(task.Loss(batch), parameters);
        Tensor[] products = new Tensor[3];
        for (int row = 0; row < 3; row++)
            products[row] = Flat(BareAutograd.Product(gradient, parameters, Directions(row)));
        using var noGradient = no_grad();
        Tensor flat = Flat(gradient);
        velocityTangent.mul_(momentum).add_(stack(products)).add_(thetaTangent, decay);
        velocityTangent[1].add_(velocity);
        velocityTangent[2].add_(theta);
        velocity.mul_(momentum).add_(flat).add_(theta, decay);
        thetaTangent.add_(velocityTangent, minusRate);
        thetaTangent[0].sub_(velocity);
        theta.add_(velocity, minusRate);
    }

    private Tensor Sample()
    {
        task.Model.eval();
        using var inner = NewDisposeScope();
        Tensor slope = Flat(BareAutograd.Gradient(task.Loss(task.Validation.At(0)), parameters));
        task.Model.train();
        return thetaTangent.mv(slope).MoveToOuterDisposeScope();
    }

    // A row of the tangent matrix in the shapes of the parameters.
    private Tensor[] Directions(int row)
    {
        Tensor flat = thetaTangent[row];
        Tensor[] parts = flat.split([.. parameters.Select(parameter => parameter.numel())]);
        return [.. parts.Zip(parameters, (part, parameter) => part.view(parameter.shape))];
    }

    private static Tensor Flat(IEnumerable<Tensor> parts) => cat([.. parts.Select(part => part.detach().reshape(-1))]);
}

using Declarative.Rules;
using TorchSharp;
using static TorchSharp.torch;

namespace Declarative.Tests.Rules;

/// <summary>A rule that needs the norm of each tensor, differentiated by hand: n = ‖g‖, d = g / (n + ε), v ← μ v + d, w ← β w,
/// θ ← θ - η (1 - w) v. The number w starts at 1.</summary>
/// <remarks>It does to its inputs what generated code may do: changes states and tangents in place before it replaces them.</remarks>
internal sealed class NormalizedMomentum : IUpdateRule
{
    private double learningRate;
    private double momentum;
    private double epsilon;
    private double decay;

    public NormalizedMomentum() => Hyperparameters = new HyperparameterSet(
    [
        new NumberHyperparameter("learningRate", HyperparameterDomain.Of(Domain.Positive), .2, value => learningRate = value),
        new NumberHyperparameter("momentum", HyperparameterDomain.Of(Domain.UnitInterval), .7, value => momentum = value),
        new NumberHyperparameter("epsilon", HyperparameterDomain.Of(Domain.Positive), .1, value => epsilon = value),
        new NumberHyperparameter("decay", HyperparameterDomain.Of(Domain.UnitInterval), .6, value => decay = value),
    ]);

    public HyperparameterSet Hyperparameters { get; }

    public IReadOnlyList<StateDeclaration> States { get; } = [new("velocity", false, 0), new("power", true, 1)];

    public bool RunsPerTensor => true;

    /// <summary>The shapes of θ seen so far.</summary>
    public List<long[]> Seen { get; } = [];

    /// <summary>The same formula, on one tensor: θ', v' and w'.</summary>
    public (Tensor Parameter, Tensor Velocity, double Power) Formula(Tensor parameter, Tensor gradient, Tensor velocity, double power)
    {
        velocity = momentum * velocity + gradient / (Math.Sqrt((gradient * gradient).sum().item<double>()) + epsilon);
        power *= decay;
        return (parameter - learningRate * (1 - power) * velocity, velocity, power);
    }

    public void Step(UpdateState state)
    {
        Seen.Add(state.Parameter.shape);
        Tensor direction = state.Gradient.div(state.Gradient.norm().Shift(epsilon));
        Tensor velocity = state.TensorAt(0).ScaleInPlace(momentum).AddInPlace(direction);
        double power = state.NumberAt(1) * decay;
        state.Replace(0, velocity);
        state.Replace(1, power);
        state.Parameter = state.Parameter.Add(velocity, -learningRate * (1 - power));
    }

    public void TangentStep(UpdateState state, UpdateTangents tangents)
    {
        Tensor gradient = state.Gradient;
        Tensor norm = gradient.norm();
        Tensor sum = norm.Shift(epsilon);
        double power = state.NumberAt(1) * decay;
        NumberTangent powerTangent = decay * tangents.NumberAt(1) + state.NumberAt(1) * tangents.HyperparameterAt(3);

        // [q], as [q, 1, ..., 1].
        Tensor normTangent = tangents.Gradient.mul(gradient).reshape(tangents.Gradient.shape[0], -1).sum(1)
            .view([-1, .. gradient.shape.Select(_ => 1L)]).mul(norm.ReciprocalOrZero());
        Tensor squared = gradient.div(sum.square());
        Tensor directionTangent = tangents.Gradient.div_(sum).AddProductInPlace(normTangent, squared, -1)
            .AddOuterInPlace(tangents.HyperparameterAt(2), squared, -1);
        Tensor velocityTangent = tangents.TensorAt(0).ScaleInPlace(momentum).AddInPlace(directionTangent)
            .AddOuterInPlace(tangents.HyperparameterAt(1), state.TensorAt(0));
        Tensor velocity = state.TensorAt(0).Scale(momentum).AddInPlace(gradient.div(sum));
        Tensor parameterTangent = tangents.Parameter.Add(velocityTangent, -learningRate * (1 - power))
            .AddOuterInPlace(tangents.HyperparameterAt(0), velocity, -(1 - power))
            .AddOuterInPlace(powerTangent, velocity, learningRate);

        state.Replace(0, velocity);
        tangents.Replace(0, velocityTangent);
        state.Replace(1, power);
        tangents.Replace(1, powerTangent);
        state.Parameter = state.Parameter.Add(velocity, -learningRate * (1 - power));
        tangents.Parameter = parameterTangent;
    }

    public void AdjointStep(UpdateState state, UpdateAdjoints adjoints)
    {
        Tensor gradient = state.Gradient;
        Tensor norm = gradient.norm();
        Tensor sum = norm.Shift(epsilon);
        Tensor velocity = state.TensorAt(0).Scale(momentum).AddInPlace(gradient.div(sum));
        double power = state.NumberAt(1) * decay;

        Tensor velocityAdjoint = adjoints.StateAt(0).Add(adjoints.Parameter, -learningRate * (1 - power));
        Tensor throughVelocity = Dot(adjoints.Parameter, velocity);
        Tensor powerAdjoint = adjoints.StateAt(1).Add(throughVelocity, learningRate);
        Tensor sumAdjoint = Dot(velocityAdjoint, gradient).div(sum.square()).ScaleInPlace(-1);
        adjoints.AddHyperparameter(0, throughVelocity.Scale(-(1 - power)));
        adjoints.AddHyperparameter(1, Dot(velocityAdjoint, state.TensorAt(0)));
        adjoints.AddHyperparameter(2, sumAdjoint);
        adjoints.AddHyperparameter(3, powerAdjoint.Scale(state.NumberAt(1)));
        adjoints.Replace(velocityAdjoint.div(sum).AddProduct(gradient, sumAdjoint.mul(norm.ReciprocalOrZero())), adjoints.Parameter.clone(),
            velocityAdjoint.Scale(momentum), powerAdjoint.Scale(decay));
    }

    private static Tensor Dot(Tensor left, Tensor right) => left.mul(right).sum();
}

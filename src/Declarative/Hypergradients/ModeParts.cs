using TorchSharp;
using static TorchSharp.torch;

namespace Declarative;

/// <summary>A problem in the parts that modes work with.</summary>
/// <param name="Model">The model.</param>
/// <param name="Optimizer">The update rules.</param>
/// <param name="Parameters">θ.</param>
/// <param name="Coordinates">u.</param>
/// <param name="Losses">The losses.</param>
internal sealed record ModeParts(nn.Module Model, InnerOptimizer Optimizer, ParameterVector Parameters, LearnedCoordinates Coordinates, LossEvaluation Losses)
{
    /// <summary>The learned hyperparameters that autograd sees.</summary>
    public TensorLeaves Leaves { get; init; } = new(Coordinates, Parameters);

    /// <summary>The memory of (θ, o), in bytes.</summary>
    public double StateBytes => (Parameters.Count + Optimizer.StateEntries) * (double)Parameters.Vector.element_size();

    /// <summary>What the steps of a window work with: the buffers and the leaves as they are now.</summary>
    public TapeContext OpenWindow() => new(Optimizer, Parameters, Losses, new(Model), Coordinates.Leaves);
}

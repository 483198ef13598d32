using static TorchSharp.torch;

namespace Declarative;

/// <summary>A batch of examples. It belongs to the dispose scope in which it was asked for.</summary>
/// <param name="Inputs">What the model is called with, the examples along the first dimension.</param>
/// <param name="Targets">What it should answer.</param>
/// <param name="Indices">The positions of the examples in the data set, int64 [batch]: for weights per example.</param>
public sealed record Batch(Tensor Inputs, Tensor Targets, Tensor Indices);

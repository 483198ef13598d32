using Declarative.Interop;
using TorchSharp;
using static TorchSharp.torch;

namespace Declarative;

/// <summary>The learned hyperparameters that autograd sees: r entries of tensors, and whether any loss depends on them.</summary>
internal sealed class TensorLeaves(LearnedCoordinates coordinates, ParameterVector parameters)
{
    private readonly TensorHyperparameter[] owners = [.. coordinates.Tensors];

    /// <summary>Whether a loss of the run has depended on each leaf so far.</summary>
    public bool[] IsUsed { get; set; } = new bool[coordinates.Tensors.Count()];

    /// <summary>r.</summary>
    public int EntryCount => owners.Sum(owner => owner.Count);

    /// <summary>The row of each entry among the coordinates u, and dφ/du at it, [r].</summary>
    public IEnumerable<(int Row, double Derivative)> Seeds
    {
        get
        {
            foreach (TensorHyperparameter owner in owners)
            {
                int first = coordinates.RowOf(owner)!.Value;
                for (int i = 0; i < owner.Count; i++)
                    yield return (first + i, LearnedCoordinates.Derivative(owner, i));
            }
        }
    }

    /// <summary>The leaves.</summary>
    public Tensor[] Values => coordinates.Leaves;

    /// <summary>The gradient with respect to the leaves as one vector [r], zero where a loss does not depend on one.</summary>
    public Tensor Flatten(Tensor[] parts) => owners.Length == 0 ? zeros([0], parameters.Vector.dtype, parameters.Vector.device)
        : cat([.. parts.Zip(owners, (part, owner) => (part.numel() == owner.Count ? part.detach() : owner.Leaf.zeros_like()).reshape(-1))]);

    /// <summary>Notes which leaves a loss depends on.</summary>
    public void Note(LossGradient gradient)
    {
        for (int i = 0; i < IsUsed.Length; i++)
            IsUsed[i] |= gradient.DependsOn(i);
    }

    /// <summary>Refuses a leaf on which no loss has depended.</summary>
    /// <exception cref="InvalidOperationException">There is one; the message names it.</exception>
    public void CheckUsed()
    {
        int unused = Array.IndexOf(IsUsed, false);
        if (unused >= 0)
            throw new InvalidOperationException($"Hyperparameter '{owners[unused].Name}' is learned, but neither the training nor the validation loss "
                + "depends on it. Is it detached, or read before it was created? Fix() it, or leave it out of the problem.");
    }
}

namespace Declarative;

/// <summary>What the next window keeps of the tangents.</summary>
/// <param name="memory">What was asked for, settled.</param>
internal sealed class WindowMemory(TangentMemory memory)
{
    /// <summary>Why a coordinate made the run forget.</summary>
    public const string Reason = "larger than the loss: tangents forgotten";

    /// <summary>How much of the size of former losses is left a window later.</summary>
    private const double Fading = .95;

    private bool forgets = true;
    private double size;

    /// <summary>The factor on the tangents as the next window begins.</summary>
    public double Discount => forgets ? 0 : memory.Discount;

    /// <summary>Writes down what is remembered, or fills it.</summary>
    public void Exchange(StateExchange with)
    {
        forgets = with.Flag("memory forgets", forgets);
        size = with.Number("memory size", size);
    }

    /// <summary>Looks at a window's hypergradients.</summary>
    /// <param name="local">h at the window's end [q].</param>
    /// <param name="validationLoss">Its validation loss.</param>
    /// <returns>The coordinates that cannot be believed, and for which all is forgotten.</returns>
    public int[] Note(ReadOnlySpan<double> local, double validationLoss)
    {
        // A loss that falls to nothing, or through zero, is no measure by itself.
        size = Math.Max(Fading * size, Math.Abs(validationLoss));
        var unbelievable = new List<int>();
        for (int i = 0; memory.IsGuarded && i < local.Length; i++)
            if (Math.Abs(local[i]) > size)
                unbelievable.Add(i);
        forgets = unbelievable.Count > 0;
        return [.. unbelievable];
    }
}

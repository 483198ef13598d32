using static TorchSharp.torch;

namespace Declarative.Rules;

/// <summary>Where one parameter tensor lies in the flat vector θ [p], and so in g, in every tensor state, and in their tangents
/// [q, p] and adjoints.</summary>
/// <param name="Name">The parameter's name in its module.</param>
/// <param name="Offset">Its first entry.</param>
/// <param name="Count">Its number of entries.</param>
/// <param name="Shape">Its shape.</param>
internal sealed record ParameterSlice(string Name, long Offset, long Count, long[] Shape)
{
    /// <summary>This tensor's part of a flat one, as a view of it: of [p] it is shaped like the parameter, of [q, p] it is
    /// [q, *shape]. Of a state that is not used, and its tangent, it is all of them: nothing.</summary>
    public Tensor Of(Tensor flat)
    {
        if (flat.numel() == 0 && Count > 0)
            return flat.alias();
        bool isTangent = flat.Dimensions == 2;
        using Tensor part = flat.narrow(isTangent ? 1 : 0, Offset, Count);
        return part.view(isTangent ? [flat.size(0), .. Shape] : Shape);
    }

    /// <summary>Writes this tensor's part of a flat one.</summary>
    /// <param name="part">What <see cref="Of"/> gave.</param>
    /// <param name="value">The new value; of the same shape, as a rule that makes another one would be broadcast without a word.</param>
    /// <param name="name">What it is, for the message.</param>
    /// <exception cref="InvalidOperationException">The shapes differ.</exception>
    public void Write(Tensor part, Tensor value, string name)
    {
        if (ReferenceEquals(part, value))
            return;
        if (!part.shape.AsSpan().SequenceEqual(value.shape))
            throw new InvalidOperationException($"The update rule gave {name} the shape {Written(value.shape)} where it was {Written(part.shape)}, "
                + $"for parameter '{Name}' of shape {Written(Shape)}. A step must keep the shape of everything that it changes.");
        part.copy_(value);
    }

    private static string Written(long[] shape) => $"[{string.Join(", ", shape)}]";
}

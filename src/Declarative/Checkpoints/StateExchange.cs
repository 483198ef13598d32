using System.Runtime.InteropServices;
using Declarative.Interop;
using TorchSharp;
using static TorchSharp.torch;

namespace Declarative;

/// <summary>One description of a state for both directions: who has a state names each part of it once, and the exchange either writes the
/// part down or fills it with what was written. So what is saved and what is restored cannot differ.</summary>
/// <remarks>Parts are filled in place: a reader believes no length but that of the part that it fills.</remarks>
internal abstract class StateExchange
{
    /// <summary>What must be the same in the run that wrote and in the one that reads.</summary>
    /// <param name="name">What it is, for messages.</param>
    /// <param name="lines">It, line by line.</param>
    public abstract void Same(string name, IReadOnlyList<string> lines);

    /// <summary>A short text.</summary>
    /// <returns>The text that was written.</returns>
    public abstract string Text(string name, string value);

    /// <summary>Numbers, filled in place.</summary>
    public void Numbers(string name, Span<double> values) => Block(name, ScalarType.Float64, [values.Length], MemoryMarshal.AsBytes(values));

    /// <summary>Whole numbers, filled in place.</summary>
    public void Counts(string name, Span<long> values) => Block(name, ScalarType.Int64, [values.Length], MemoryMarshal.AsBytes(values));

    /// <summary>Yes or no, filled in place.</summary>
    public void Flags(string name, Span<bool> values)
    {
        // A bool that is neither is no bool.
        byte[] bytes = new byte[values.Length];
        for (int i = 0; i < bytes.Length; i++)
            bytes[i] = values[i] ? (byte)1 : (byte)0;
        Block(name, ScalarType.Bool, [values.Length], bytes);
        for (int i = 0; i < bytes.Length; i++)
            values[i] = bytes[i] != 0;
    }

    /// <summary>A number.</summary>
    /// <returns>The number that was written.</returns>
    public double Number(string name, double value)
    {
        Numbers(name, new Span<double>(ref value));
        return value;
    }

    /// <summary>A whole number within limits.</summary>
    /// <returns>The number that was written.</returns>
    public long Count(string name, long value, long most = long.MaxValue)
    {
        Counts(name, new Span<long>(ref value));
        return value >= 0 && value <= most ? value : throw Unfit($"'{name}' is {value}, and lies between 0 and {most}");
    }

    /// <summary>Yes or no.</summary>
    /// <returns>What was written.</returns>
    public bool Flag(string name, bool value)
    {
        Flags(name, new Span<bool>(ref value));
        return value;
    }

    /// <summary>A tensor of any shape, type and device, filled in place.</summary>
    public void Tensor(string name, Tensor values)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        Begin(name, values.dtype, values.shape, values.numel() * values.element_size());
        // Piece by piece: a copy of all tangents on the host may not fit there. What is not contiguous is no flat vector, and small.
        Tensor flat = values.is_contiguous() ? values.detach().view(-1) : values.detach().contiguous().view(-1);
        const long Piece = 1 << 22;
        for (long start = 0; start < flat.numel(); start += Piece)
        {
            using var pieceScope = NewDisposeScope();
            Tensor part = flat.narrow(0, start, Math.Min(Piece, flat.numel() - start));
            Tensor onHost = HostNumbers.OnHost(part);
            if (Pass(onHost.bytes) && !ReferenceEquals(onHost, part))
                part.copy_(onHost);
        }
        if (IsReading && !values.is_contiguous())
            values.copy_(flat.view(values.shape));
    }

    /// <summary>What to throw where the parts do not fit what was written.</summary>
    /// <param name="what">How they do not.</param>
    public abstract Exception Unfit(string what);

    /// <summary>Whether parts are filled.</summary>
    public abstract bool IsReading { get; }

    /// <summary>Names a part and what it is, before its bytes.</summary>
    protected abstract void Begin(string name, ScalarType type, ReadOnlySpan<long> shape, long bytes);

    /// <summary>Writes bytes, or fills them.</summary>
    /// <returns>Whether they were filled.</returns>
    protected abstract bool Pass(Span<byte> content);

    private void Block(string name, ScalarType type, ReadOnlySpan<long> shape, Span<byte> content)
    {
        Begin(name, type, shape, content.Length);
        Pass(content);
    }
}

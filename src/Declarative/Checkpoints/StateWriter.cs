using System.Text;
using static TorchSharp.torch;

namespace Declarative;

/// <summary>Writes a state down, part by part: the name, the type, the shape, the bytes, as little-endian numbers.</summary>
/// <param name="stream">Where to.</param>
internal sealed class StateWriter(Stream stream) : StateExchange
{
    private readonly BinaryWriter writer = new(stream, Encoding.UTF8, leaveOpen: true);

    /// <inheritdoc/>
    public override bool IsReading => false;

    /// <inheritdoc/>
    public override void Same(string name, IReadOnlyList<string> lines)
    {
        Put(name);
        writer.Write(lines.Count);
        foreach (string line in lines)
            Put(line);
    }

    /// <inheritdoc/>
    public override string Text(string name, string value)
    {
        Same(name, [value]);
        return value;
    }

    /// <inheritdoc/>
    public override Exception Unfit(string what) => new InvalidOperationException($"The run cannot be written down: {what}.");

    /// <inheritdoc/>
    protected override void Begin(string name, ScalarType type, ReadOnlySpan<long> shape, long bytes)
    {
        Put(name);
        writer.Write((int)type);
        writer.Write(shape.Length);
        foreach (long size in shape)
            writer.Write(size);
        writer.Write(bytes);
    }

    /// <inheritdoc/>
    protected override bool Pass(Span<byte> content)
    {
        writer.Write(content);
        return false;
    }

    // Not BinaryWriter's own: its lengths have a varying number of bytes.
    private void Put(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        writer.Write(bytes.Length);
        writer.Write(bytes);
    }
}

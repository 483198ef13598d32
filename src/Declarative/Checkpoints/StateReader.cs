using System.Text;
using static TorchSharp.torch;

namespace Declarative;

/// <summary>Fills a state with what <see cref="StateWriter"/> wrote. It takes nothing from the file but numbers and short texts, and allocates by
/// no length that stands in it.</summary>
/// <param name="stream">Where from: all that is left of it is the state.</param>
/// <param name="path">The file, for messages.</param>
internal sealed class StateReader(Stream stream, string path) : StateExchange
{
    private const int LongestText = 4096;

    private readonly BinaryReader reader = new(stream, Encoding.UTF8, leaveOpen: true);

    /// <inheritdoc/>
    public override bool IsReading => true;

    /// <inheritdoc/>
    public override void Same(string name, IReadOnlyList<string> lines)
    {
        Expect(name);
        int count = ReadInt();
        for (int i = 0; i < Math.Min(count, lines.Count); i++)
            if (!Take(lines[i], out string found))
                throw Other($"its {name}: '{Shorten(found)}', where this run has '{Shorten(lines[i])}'");
        if (count != lines.Count)
            throw Other($"its {name}: {count} of them, where this run has {lines.Count}");
    }

    /// <inheritdoc/>
    public override string Text(string name, string value)
    {
        Expect(name);
        ReadInt();
        Take("", out string found);
        return found;
    }

    /// <inheritdoc/>
    public override Exception Unfit(string what) => Other(what);

    /// <summary>Refuses what is left over.</summary>
    public void End()
    {
        if (Left > 0)
            throw Other($"{Left} bytes more than this run has a place for");
    }

    /// <inheritdoc/>
    protected override void Begin(string name, ScalarType type, ReadOnlySpan<long> shape, long bytes)
    {
        Expect(name);
        var found = (ScalarType)ReadInt();
        int dimensions = ReadInt();
        bool fits = found == type && dimensions == shape.Length;
        for (int i = 0; fits && i < dimensions; i++)
            fits = ReadLong() == shape[i];
        if (!fits || ReadLong() != bytes)
            throw Other($"'{name}' is of another type or shape than {type} [{string.Join(", ", shape.ToArray())}]");
        Need(bytes);
    }

    /// <inheritdoc/>
    protected override bool Pass(Span<byte> content)
    {
        reader.BaseStream.ReadExactly(content);
        return true;
    }

    private long Left => stream.Length - stream.Position;

    private void Expect(string name)
    {
        if (!Take(name, out string found))
            throw Other($"'{Shorten(found)}' stands where this run has '{name}'");
    }

    // Whether the next text is this one; what it is, where it is not.
    private bool Take(string expected, out string found)
    {
        int length = ReadInt();
        if (length < 0)
            throw Other("a text of a negative length");
        Need(length);
        byte[] wanted = Encoding.UTF8.GetBytes(expected);
        byte[] bytes = new byte[Math.Min(length, Math.Max(wanted.Length, LongestText))];
        Pass(bytes);
        stream.Seek(length - bytes.Length, SeekOrigin.Current);
        bool isSame = length == wanted.Length && bytes.AsSpan().SequenceEqual(wanted);
        found = isSame ? expected : Encoding.UTF8.GetString(bytes);
        return isSame;
    }

    private int ReadInt()
    {
        Need(sizeof(int));
        return reader.ReadInt32();
    }

    private long ReadLong()
    {
        Need(sizeof(long));
        return reader.ReadInt64();
    }

    private void Need(long bytes)
    {
        if (bytes < 0 || bytes > Left)
            throw Other("it ends before all is there that this run has");
    }

    private CheckpointException Other(string what) => new(CheckpointFault.OtherRun, path, $"it is of another run, or of one with other options: {what}");

    private static string Shorten(string text) => text.Length <= 200 ? text : text[..200] + "...";
}

using System.Buffers.Binary;
using System.Text;

namespace Declarative.Reporting;

/// <summary>Writes a message in the encoding of protocol buffers: fields by number, each with what says how long it is.</summary>
/// <remarks>The six kinds of event that are written need no more than this; the message classes that TorchSharp brings along describe
/// themselves by reflection, which ahead-of-time compilation does without.</remarks>
internal sealed class MessageWriter
{
    private const int Varint = 0, EightBytes = 1, Delimited = 2, FourBytes = 5;

    private readonly MemoryStream bytes = new();

    public ReadOnlySpan<byte> Written => bytes.GetBuffer().AsSpan(0, (int)bytes.Length);

    public MessageWriter Integer(int field, long value)
    {
        Tag(field, Varint);
        WriteVarint((ulong)value);
        return this;
    }

    public MessageWriter Double(int field, double value)
    {
        Tag(field, EightBytes);
        Span<byte> buffer = stackalloc byte[sizeof(double)];
        BinaryPrimitives.WriteDoubleLittleEndian(buffer, value);
        bytes.Write(buffer);
        return this;
    }

    public MessageWriter Single(int field, float value)
    {
        Tag(field, FourBytes);
        Span<byte> buffer = stackalloc byte[sizeof(float)];
        BinaryPrimitives.WriteSingleLittleEndian(buffer, value);
        bytes.Write(buffer);
        return this;
    }

    public MessageWriter Text(int field, string text) => Bytes(field, Encoding.UTF8.GetBytes(text));

    public MessageWriter Message(int field, MessageWriter message) => Bytes(field, message.Written);

    private MessageWriter Bytes(int field, ReadOnlySpan<byte> contents)
    {
        Tag(field, Delimited);
        WriteVarint((ulong)contents.Length);
        bytes.Write(contents);
        return this;
    }

    private void Tag(int field, int kind) => WriteVarint((ulong)(field << 3 | kind));

    private void WriteVarint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            bytes.WriteByte((byte)(value | 0x80));
        bytes.WriteByte((byte)value);
    }
}

namespace Declarative;

/// <summary>The content of a file between its header and its checksum; seeks forward, and owns the file.</summary>
internal sealed class ContentStream : Stream
{
    private readonly FileStream file;
    private readonly long start;
    private readonly long length;

    /// <summary>Stands at its start.</summary>
    public ContentStream(FileStream file, long start, long length)
    {
        (this.file, this.start, this.length) = (file, start, length);
        file.Position = start;
    }

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position
    {
        get => file.Position - start;
        set => file.Position = start + value;
    }

    public override int Read(Span<byte> buffer) => file.Read(buffer[..(int)Math.Min(buffer.Length, length - Position)]);

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin) => Position = offset + origin switch
    {
        SeekOrigin.Begin => 0,
        SeekOrigin.Current => Position,
        _ => length,
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        file.Dispose();
        base.Dispose(disposing);
    }
}

using System.Buffers.Binary;
using System.Globalization;

namespace Declarative.Reporting;

/// <summary>A file of events as TensorBoard reads it: records of length, checksum of the length, message and checksum of the message
/// (the TFRecord format), each message an <c>Event</c> of TensorFlow's event.proto.</summary>
internal sealed class EventFile
{
    // Field numbers of Event, Summary.Value, SessionLog, TensorProto and SummaryMetadata in TensorFlow's .proto files.
    private const int WallTime = 1, Step = 2, FileVersion = 3, EventSummary = 5, EventSessionLog = 7;
    private const int SummaryValue = 1, ValueTag = 1, ValueScalar = 2, ValueTensor = 8, ValueMetadata = 9;
    private const int SessionStatus = 1, SessionStart = 1;
    private const int TensorType = 1, TensorTypeString = 7, TensorShape = 2, TensorStrings = 8, ShapeDimension = 2, DimensionSize = 1;
    private const int MetadataPlugin = 1, PluginName = 1;

    private readonly AppendedFile file;
    private readonly TimeProvider time;

    /// <summary>Begins a new file; its name tells the time, and that it is one of events.</summary>
    /// <param name="directory">The run's directory, which TensorBoard shows under its name; created where needed.</param>
    /// <param name="time">The clock.</param>
    public EventFile(string directory, TimeProvider time)
    {
        this.time = time;
        Directory.CreateDirectory(directory);
        file = new AppendedFile(Create(directory, time.GetUtcNow().ToUnixTimeSeconds()));
        Write(Event(0).Text(FileVersion, "brain.Event:2"));
    }

    /// <summary>Says that all earlier events from a step on no longer count: the run goes on before them.</summary>
    public void StartFrom(long step) => Write(Event(step).Message(EventSessionLog, new MessageWriter().Integer(SessionStatus, SessionStart)));

    /// <summary>Writes numbers of one step; a point each in the charts named by their tags.</summary>
    public void Scalars(long step, IEnumerable<(string Tag, double Value)> values)
    {
        MessageWriter summary = new();
        foreach ((string tag, double value) in values)
            summary.Message(SummaryValue, new MessageWriter().Text(ValueTag, tag).Single(ValueScalar, (float)value));
        Write(Event(step).Message(EventSummary, summary));
    }

    /// <summary>Writes a text in Markdown, for the tab of texts.</summary>
    public void Text(long step, string tag, string markdown)
    {
        MessageWriter shape = new MessageWriter().Message(ShapeDimension, new MessageWriter().Integer(DimensionSize, 1));
        MessageWriter tensor = new MessageWriter().Integer(TensorType, TensorTypeString).Message(TensorShape, shape).Text(TensorStrings, markdown);
        MessageWriter metadata = new MessageWriter().Message(MetadataPlugin, new MessageWriter().Text(PluginName, "text"));
        MessageWriter value = new MessageWriter().Text(ValueTag, tag).Message(ValueTensor, tensor).Message(ValueMetadata, metadata);
        Write(Event(step).Message(EventSummary, new MessageWriter().Message(SummaryValue, value)));
    }

    /// <summary>Hands what was written to the operating system, where a running TensorBoard sees it.</summary>
    /// <exception cref="IOException">It cannot be written; it is kept for the next time.</exception>
    public void Flush() => file.Write();

    /// <summary>The same, but tells once where it cannot be done, and throws nothing.</summary>
    public void TryFlush() => file.TryWrite();

    // TensorBoard reads the files of a directory in the order of their names: those of one second get a number behind it.
    private static string Create(string directory, long seconds)
    {
        for (int number = 0; ; number++)
        {
            string path = Path.Combine(directory, string.Create(CultureInfo.InvariantCulture, $"events.out.tfevents.{seconds:D10}.{number:D4}.declarative"));
            if (File.Exists(path))
                continue;
            using FileStream created = new(path, FileMode.CreateNew, FileAccess.Write);
            return path;
        }
    }

    private MessageWriter Event(long step) => new MessageWriter()
        .Double(WallTime, (time.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds)
        .Integer(Step, step);

    private void Write(MessageWriter message)
    {
        Span<byte> head = stackalloc byte[sizeof(ulong) + sizeof(uint)], foot = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt64LittleEndian(head, (ulong)message.Written.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(head[sizeof(ulong)..], Crc32C.Masked(head[..sizeof(ulong)]));
        BinaryPrimitives.WriteUInt32LittleEndian(foot, Crc32C.Masked(message.Written));
        file.Add([.. head, .. message.Written, .. foot]);
    }
}

using System.Buffers.Binary;
using Tensorboard;

namespace Declarative.Tests.Reporting;

/// <summary>Reads event files another way than they are written: a checksum by the bitwise definition, and the message classes that
/// TorchSharp made of TensorFlow's own descriptions.</summary>
internal static class EventReader
{
    public static IReadOnlyList<Event> Read(string path)
    {
        byte[] file = ReadShared(path);
        List<Event> events = [];
        for (int place = 0; place < file.Length;)
        {
            int length = checked((int)BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(place)));
            Assert.Equal(Masked(file.AsSpan(place, 8)), BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(place + 8)));
            ReadOnlySpan<byte> message = file.AsSpan(place + 12, length);
            Assert.Equal(Masked(message), BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(place + 12 + length)));
            events.Add(Event.Parser.ParseFrom(message.ToArray()));
            place += length + 16;
        }
        return events;
    }

    /// <summary>The points of a chart as TensorBoard has them: what a restart at a step leaves of the files before it.</summary>
    public static (long Step, float Value)[] Chart(IEnumerable<Event> events, string tag)
    {
        List<(long, float)> points = [];
        foreach (Event item in events)
            if (item.SessionLog is { Status: SessionLog.Types.SessionStatus.Start })
                points.RemoveAll(point => point.Item1 >= item.Step);
            else
                points.AddRange((item.Summary?.Value ?? []).Where(value => value.Tag == tag).Select(value => (item.Step, value.SimpleValue)));
        return [.. points];
    }

    /// <summary>CRC-32C, bit by bit, with the reflected polynomial 0x82F63B78.</summary>
    public static uint Checksum(ReadOnlySpan<byte> data)
    {
        uint remainder = 0xFFFFFFFF;
        foreach (byte item in data)
        {
            remainder ^= item;
            for (int bit = 0; bit < 8; bit++)
                remainder = (remainder & 1) == 0 ? remainder >> 1 : remainder >> 1 ^ 0x82F63B78;
        }
        return remainder ^ 0xFFFFFFFF;
    }

    private static uint Masked(ReadOnlySpan<byte> data)
    {
        uint checksum = Checksum(data);
        return unchecked((checksum >> 15 | checksum << 17) + 0xA282EAD8);
    }

    private static byte[] ReadShared(string path)
    {
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}

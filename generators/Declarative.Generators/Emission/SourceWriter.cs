using System.Text;

namespace Declarative.Generators.Emission;

/// <summary>Writes indented lines, with <c>\n</c> on every system.</summary>
internal sealed class SourceWriter
{
    private readonly StringBuilder text = new();
    private int depth;
    private bool isAtStart = true;

    public void Line(string line = "")
    {
        if (line.Length > 0)
            text.Append(' ', depth * 4).Append(line);
        text.Append('\n');
        isAtStart = false;
    }

    /// <summary>What another writer wrote, at the present depth.</summary>
    public void Lines(string lines)
    {
        foreach (string line in lines.TrimEnd('\n').Split('\n'))
            Line(line);
    }

    /// <summary>An empty line, but not at the start of a block.</summary>
    public void Separate()
    {
        if (!isAtStart)
            Line();
    }

    public void Open(string? header = null)
    {
        if (header is not null)
            Line(header);
        Line("{");
        depth++;
        isAtStart = true;
    }

    public void Close(string suffix = "")
    {
        depth--;
        Line("}" + suffix);
    }

    /// <summary>Writes the following lines one level deeper, until <see cref="Outdent"/>.</summary>
    public void Indent() => depth++;

    public void Outdent() => depth--;

    public override string ToString() => text.ToString();
}

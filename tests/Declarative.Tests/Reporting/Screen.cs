using System.Text;

namespace Declarative.Tests.Reporting;

/// <summary>What stands on a terminal's screen after some output: a terminal that knows colours, going up and erasing downwards, and
/// refuses all other control sequences.</summary>
internal sealed class Screen
{
    private readonly List<StringBuilder> lines = [new()];
    private int row;

    public Screen(string output)
    {
        for (int i = 0; i < output.Length; i++)
            if (output[i] == '\e')
                i = Control(output, i);
            else if (output[i] == '\n')
                Down();
            else if (output[i] != '\r')
                lines[row].Append(output[i]);
    }

    public string[] Lines => [.. lines.Select(line => line.ToString().TrimEnd())];

    private void Down()
    {
        if (++row == lines.Count)
            lines.Add(new());
    }

    private int Control(string output, int start)
    {
        int end = start + 2;
        Assert.Equal('[', output[start + 1]);
        while (!char.IsLetter(output[end]))
            end++;
        string argument = output[(start + 2)..end];
        switch (output[end])
        {
            case 'm':
                break;
            case 'F':
                row -= int.Parse(argument);
                Assert.True(row >= 0, "above the first line");
                break;
            case 'J':
                Assert.Equal("0", argument);
                lines[row].Clear();
                lines.RemoveRange(row + 1, lines.Count - row - 1);
                break;
            default:
                Assert.Fail($"control sequence {output[start..(end + 1)].Replace("\e", "ESC")}");
                break;
        }
        return end;
    }
}

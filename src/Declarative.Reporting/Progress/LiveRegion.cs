using Spectre.Console;
using Spectre.Console.Rendering;

namespace Declarative.Reporting;

/// <summary>The lowest lines of a terminal, drawn anew over what they were.</summary>
/// <remarks>Spectre.Console's own live displays run a caller's function to its end on a thread of their own; an observer is called, and has
/// no such function. Between two calls the cursor stands below the lines, shown, so that a program may be killed at any time.</remarks>
internal sealed class LiveRegion(IAnsiConsole console)
{
    private int height;

    /// <summary>Draws over what was drawn before.</summary>
    public void Draw(IRenderable content)
    {
        // Control sequences: to the first column so many lines up, then erase all below. Written with the new lines in one piece: no flicker.
        List<Segment> segments = height == 0 ? [] : [Segment.Control($"\e[{height}F\e[0J")];
        List<SegmentLine> lines = Segment.SplitLines(content.GetSegments(console));
        // What has left the screen upwards cannot be drawn again.
        height = Math.Min(lines.Count, Math.Max(1, console.Profile.Height - 1));
        foreach (SegmentLine line in lines.Take(height))
        {
            segments.AddRange(line);
            segments.Add(Segment.LineBreak);
        }
        console.Write(new Drawn(segments));
    }

    /// <summary>Lets what was drawn last stand; what comes next is drawn below it.</summary>
    public void Leave() => height = 0;

    private sealed class Drawn(IReadOnlyList<Segment> segments) : Renderable
    {
        protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth) => segments;
    }
}

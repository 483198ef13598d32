using ScottPlot;
using SkiaSharp;

namespace Declarative.Reporting;

/// <summary>The strip above the panels: an optional title and what colours and line patterns mean, in as many rows as it takes.</summary>
internal sealed class PictureLegend(string? title, IReadOnlyList<(string Text, Color Color, LinePattern Pattern)> entries, float width)
{
    private const float TextSize = 17, TitleSize = 21, RowHeight = 28, TitleHeight = 36, Edge = 12, Swatch = 38, Space = 10, Gap = 30;

    private float Left => PicturePanel.LeftMargin;

    /// <summary>The height of the strip in pixels.</summary>
    public float Height => Edge + (title is null ? 0 : TitleHeight) + RowHeight * (1 + Places().Max(place => place.Row)) + Edge / 2;

    public void Draw(SKCanvas canvas)
    {
        using SKFont font = new(PictureFont.Typeface, TextSize), titleFont = new(PictureFont.Typeface, TitleSize);
        using SKPaint ink = new() { Color = SKColor.Parse("#202020"), IsAntialias = true };
        float top = Edge;
        if (title is not null)
        {
            canvas.DrawText(title, Left, top + TitleSize, titleFont, ink);
            top += TitleHeight;
        }
        foreach (var ((text, color, pattern), (row, x)) in entries.Zip(Places()))
        {
            float middle = top + RowHeight * (row + 0.5f);
            using SKPathEffect? dashes = pattern.GetPathEffect();
            using SKPaint line = new() { Color = color.ToSKColor(), StrokeWidth = 3.5f, IsStroke = true, PathEffect = dashes };
            line.IsAntialias = true;
            canvas.DrawLine(x, middle, x + Swatch, middle, line);
            canvas.DrawText(text, x + Swatch + Space, middle + 0.36f * TextSize, font, ink);
        }
    }

    private List<(int Row, float X)> Places()
    {
        using SKFont font = new(PictureFont.Typeface, TextSize);
        List<(int, float)> places = [];
        int row = 0;
        float x = Left;
        foreach (var (text, _, _) in entries)
        {
            float wide = Swatch + Space + font.MeasureText(text);
            if (x > Left && x + wide > width - PicturePanel.RightMargin)
                (row, x) = (row + 1, Left);
            places.Add((row, x));
            x += wide + Gap;
        }
        return places;
    }
}

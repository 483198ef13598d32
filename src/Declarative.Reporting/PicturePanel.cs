using ScottPlot;
using SkiaSharp;

namespace Declarative.Reporting;

/// <summary>One line of a panel, and the band around it where it stands for many coordinates.</summary>
internal sealed record PictureCurve(Color Color, float Width, LinePattern Pattern, IReadOnlyList<double> Steps, double[] Values)
{
    public double[]? Low { get; init; }

    public double[]? High { get; init; }
}

/// <summary>One panel of a picture: curves over the steps, with labelled axes.</summary>
internal sealed class PicturePanel(string label, IReadOnlyList<PictureCurve> curves)
{
    public const float LeftMargin = 118, RightMargin = 44, TopMargin = 10, BottomMargin = 12, StepAxisHeight = 62;

    private const float TickFontSize = 15, LabelFontSize = 17, LabelBaseline = 36;
    private const string LabelColor = "#202020";

    /// <summary>Draws the panel into a rectangle of the canvas. All panels share the axis of steps; the last one has its labels.</summary>
    public void Draw(SKCanvas canvas, PixelRect area, PictureScale steps, bool isLast)
    {
        PictureScale scale = PictureScale.Of(curves.SelectMany(curve => curve.Values.Concat(curve.Low ?? []).Concat(curve.High ?? [])));
        using Plot plot = new();
        foreach (PictureCurve curve in curves)
        {
            AddBand(plot, curve, scale);
            AddLine(plot, curve, scale);
        }
        plot.Axes.SetLimits(steps.Low, steps.High, scale.Low, scale.High);
        plot.Layout.Fixed(new PixelPadding(LeftMargin, RightMargin, isLast ? StepAxisHeight : BottomMargin, TopMargin));
        Style(plot);

        SetAxis(plot.Axes.Left, "", scale, showLabels: true);
        plot.Axes.Left.TickLabelStyle.OffsetY = 3;      // the font's digits stand above the middle of its line
        SetAxis(plot.Axes.Bottom, isLast ? "step" : "", steps, showLabels: isLast);

        canvas.Save();
        canvas.ClipRect(area.ToSKRect());       // a plot clears the canvas that it draws on
        plot.Render(canvas, area);
        canvas.Restore();
        DrawLabel(canvas, area.Top + TopMargin, area.Bottom - (isLast ? StepAxisHeight : BottomMargin));
    }

    /// <summary>Writes the vertical label at the same distance from every panel's edge, smaller where it would not fit.</summary>
    private void DrawLabel(SKCanvas canvas, float top, float bottom)
    {
        using SKFont font = new(PictureFont.Typeface, LabelFontSize);
        font.Size *= Math.Min(1, (bottom - top) / Math.Max(font.MeasureText(label), 1));
        using SKPaint ink = new() { Color = SKColor.Parse(LabelColor), IsAntialias = true };
        canvas.Save();
        canvas.Translate(LabelBaseline, (top + bottom) / 2);
        canvas.RotateDegrees(-90);
        canvas.DrawText(label, 0, 0, SKTextAlign.Center, font, ink);
        canvas.Restore();
    }

    private static void AddLine(Plot plot, PictureCurve curve, PictureScale scale)
    {
        (double X, double Y)[] points = curve.Steps.Zip(curve.Values, (x, y) => (x, scale.Position(y)))
            .Where(p => !double.IsNaN(p.Item2)).ToArray();
        if (points.Length == 0)
            return;
        var line = plot.Add.Scatter(points.Select(p => p.X).ToArray(), points.Select(p => p.Y).ToArray(), curve.Color);
        line.LineWidth = curve.Width;
        line.LinePattern = curve.Pattern;
        line.MarkerSize = points.Length == 1 ? 10 : 0;
    }

    private static void AddBand(Plot plot, PictureCurve curve, PictureScale scale)
    {
        if (curve.Low is null || curve.High is null)
            return;
        (double X, double Low, double High)[] points = curve.Steps
            .Select((x, i) => (x, scale.Position(curve.Low[i]), scale.Position(curve.High[i])))
            .Where(p => !double.IsNaN(p.Item2) && !double.IsNaN(p.Item3)).ToArray();
        if (points.Length < 2)
            return;
        double[] lows = [.. points.Select(p => p.Low)], highs = [.. points.Select(p => p.High)];
        var band = plot.Add.FillY(points.Select(p => p.X).ToArray(), lows, highs);
        band.FillColor = curve.Color.WithAlpha(0.15);
        band.LineWidth = 0;
    }

    private static void Style(Plot plot)
    {
        Color frame = Color.FromHex("#9A9A9A");
        plot.Grid.MajorLineColor = Color.FromHex("#E6E6E6");
        plot.Axes.Right.FrameLineStyle.Width = 0;
        plot.Axes.Top.FrameLineStyle.Width = 0;
        foreach (IAxis axis in (ReadOnlySpan<IAxis>)[plot.Axes.Left, plot.Axes.Bottom])
        {
            axis.FrameLineStyle.Color = frame;
            axis.MajorTickStyle.Color = frame;
        }
    }

    private static void SetAxis(IAxis axis, string text, PictureScale scale, bool showLabels)
    {
        axis.TickGenerator = new ScottPlot.TickGenerators.NumericManual(
            [.. scale.Ticks.Select(tick => tick.Position)], [.. scale.Ticks.Select(tick => showLabels ? tick.Label : "")]);
        SetFont(axis.TickLabelStyle, TickFontSize, "#404040");
        SetFont(axis.Label, LabelFontSize, LabelColor);
        axis.Label.Text = text;
    }

    private static void SetFont(LabelStyle style, float size, string color)
    {
        style.Font = PictureFont.Typeface;
        style.FontSize = size;
        style.Bold = false;
        style.ForeColor = Color.FromHex(color);
    }
}

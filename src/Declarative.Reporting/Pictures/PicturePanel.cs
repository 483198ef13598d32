using ScottPlot;
using SkiaSharp;

namespace Declarative.Reporting;

/// <summary>One line of a panel, and the band around it where it stands for many coordinates.</summary>
internal sealed record PictureCurve(Color Color, float Width, LinePattern Pattern, IReadOnlyList<double> Steps, double[] Values)
{
    public double[]? Low { get; init; }

    public double[]? High { get; init; }

    public double BandOpacity { get; init; } = 0.15;
}

/// <summary>One panel of a picture: curves over the steps or whatever the horizontal axis stands for, with labelled axes.</summary>
/// <param name="label">What is drawn upwards.</param>
/// <param name="curves">The curves; later ones lie on top.</param>
/// <param name="vertical">The vertical axis; by default one that shows all curves and bands.</param>
internal sealed class PicturePanel(string label, IReadOnlyList<PictureCurve> curves, PictureScale? vertical = null)
{
    public const float LeftMargin = 118, RightMargin = 44, TopMargin = 10, BottomMargin = 12, AxisHeight = 62;

    private const float TickFontSize = 15, LabelFontSize = 17, LabelBaseline = 36;
    private const string LabelColor = "#202020";

    /// <summary>Adds what is no curve over the horizontal axis, if anything.</summary>
    public Action<Plot>? Decorate { get; init; }

    /// <summary>Draws the panel into a rectangle of the canvas.</summary>
    /// <param name="canvas">Where to draw.</param>
    /// <param name="area">The rectangle, the labels of the axes included.</param>
    /// <param name="horizontal">The horizontal axis.</param>
    /// <param name="axis">What it stands for; null where a panel below has the same axis and its labels.</param>
    public void Draw(SKCanvas canvas, PixelRect area, PictureScale horizontal, string? axis)
    {
        PictureScale scale = vertical ?? PictureScale.Of(curves.SelectMany(curve => curve.Values.Concat(curve.Low ?? []).Concat(curve.High ?? [])));
        using Plot plot = new();
        foreach (PictureCurve curve in curves)
        {
            AddBand(plot, curve, scale);
            AddLine(plot, curve, scale);
        }
        Decorate?.Invoke(plot);
        plot.Axes.SetLimits(horizontal.Low, horizontal.High, scale.Low, scale.High);
        plot.Layout.Fixed(new PixelPadding(LeftMargin, RightMargin, axis is null ? BottomMargin : AxisHeight, TopMargin));
        Style(plot);

        SetAxis(plot.Axes.Left, "", scale, showLabels: true);
        plot.Axes.Left.TickLabelStyle.OffsetY = 3;      // the font's digits stand above the middle of its line
        SetAxis(plot.Axes.Bottom, axis ?? "", horizontal, showLabels: axis is not null);

        canvas.Save();
        canvas.ClipRect(area.ToSKRect());       // a plot clears the canvas that it draws on
        plot.Render(canvas, area);
        canvas.Restore();
        DrawLabel(canvas, area.Top + TopMargin, area.Bottom - (axis is null ? BottomMargin : AxisHeight));
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
        band.FillColor = curve.Color.WithAlpha(curve.BandOpacity);
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

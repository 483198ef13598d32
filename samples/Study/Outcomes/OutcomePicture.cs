using Declarative.Reporting;
using Samples.Study.Tables;
using ScottPlot;
using SkiaSharp;

namespace Samples.Study.Outcomes;

/// <summary>A panel for each task, a line for each method: dots where its seeds ended, validation loss relative to the default's.</summary>
internal static class OutcomePicture
{
    private const int Columns = 3;
    private const float Width = 1500, LabelWidth = 250, RowHeight = 24, HeadHeight = 68, TitleHeight = 40, AxisHeight = 48, Gap = 44, SmallDot = 3.5f, LargeDot = 6;

    /// <summary>What lies further off is drawn at the edge, hollow: a method that ran away would squeeze all others together.</summary>
    private const double Low = 0.8, High = 1.6;

    public static void Save(OutcomeComparison comparison, string path)
    {
        IReadOnlyList<string> tasks = comparison.Tasks, methods = comparison.Methods;
        float panelWidth = (Width - LabelWidth - Gap) / Columns - Gap;
        float panelHeight = TitleHeight + methods.Count * RowHeight + AxisHeight;
        int rows = (tasks.Count + Columns - 1) / Columns;
        using SKSurface surface = SKSurface.Create(new SKImageInfo((int)Width, (int)(HeadHeight + rows * panelHeight) + 10, SKColorType.Rgba8888, SKAlphaType.Premul));
        SKCanvas canvas = surface.Canvas;
        canvas.Clear(SKColors.White);
        using SKFont font = new(PictureFont.Typeface, 18);
        using SKPaint ink = new() { Color = SKColor.Parse("#202020"), IsAntialias = true };
        canvas.DrawText($"Validation loss over that of the default ({TuningMethods.Default}), same seed. Right of 1 is worse.", 20, 28, font, ink);
        canvas.DrawText("Small dots are seeds, large ones geometric means; hollow ones lie beyond the edge.", 20, 54, font, ink);
        for (int i = 0; i < tasks.Count; i++)
        {
            float left = LabelWidth + i % Columns * (panelWidth + Gap), top = HeadHeight + i / Columns * panelHeight;
            SKRect area = new(left, top + TitleHeight, left + panelWidth, top + TitleHeight + methods.Count * RowHeight);
            Panel(canvas, comparison, tasks[i], area, hasLabels: i % Columns == 0);
        }
        PictureFile.Save(surface, path);
    }

    private static void Panel(SKCanvas canvas, OutcomeComparison comparison, string task, SKRect area, bool hasLabels)
    {
        using SKFont font = new(PictureFont.Typeface, 15), titleFont = new(PictureFont.Typeface, 18);
        using SKPaint ink = new() { Color = SKColor.Parse("#202020"), IsAntialias = true };
        using SKPaint faint = new() { Color = SKColor.Parse("#E0E0E0"), StrokeWidth = 1 };
        using SKPaint reference = new() { Color = SKColor.Parse("#909090"), StrokeWidth = 1.5f };
        using SKPaint seed = new() { Color = Colour(0).WithAlpha(110), IsAntialias = true };
        using SKPaint mean = new() { Color = Colour(0), IsAntialias = true };
        using SKPaint ofDefault = new() { Color = Colour(1), IsAntialias = true };

        canvas.DrawText(task, area.Left, area.Top - 12, titleFont, ink);
        foreach (double tick in (ReadOnlySpan<double>)[0.8, 0.9, 1, 1.1, 1.2, 1.4, 1.6])
        {
            float x = Place(tick, area);
            canvas.DrawLine(x, area.Top, x, area.Bottom, tick == 1 ? reference : faint);
            canvas.DrawText(FormattableString.Invariant($"{tick:0.0}"), x, area.Bottom + 20, SKTextAlign.Center, font, ink);
        }
        IReadOnlyList<string> methods = comparison.Methods;
        for (int i = 0; i < methods.Count; i++)
        {
            float y = area.Top + (i + 0.5f) * RowHeight;
            if (hasLabels)
                canvas.DrawText(methods[i], area.Left - 14, y + 5, SKTextAlign.Right, font, ink);
            canvas.DrawLine(area.Left, y, area.Right, y, faint);
            double[] ratios = [.. comparison.Pairs(task, methods[i], TuningMethods.Default).Select(pair => pair.Own.ValidationLoss / pair.Best.ValidationLoss)];
            foreach (double ratio in ratios)
                Dot(canvas, ratio, area, y, SmallDot, seed);
            if (ratios.Length > 0)
                Dot(canvas, Statistics.GeometricMean(ratios), area, y, LargeDot, methods[i] == TuningMethods.Default ? ofDefault : mean);
        }
    }

    private static void Dot(SKCanvas canvas, double ratio, SKRect area, float y, float radius, SKPaint paint)
    {
        paint.StrokeWidth = 2;
        paint.IsStroke = !(ratio is >= Low and <= High);
        canvas.DrawCircle(Place(ratio, area), y, radius, paint);
    }

    private static float Place(double ratio, SKRect area) =>
        area.Left + area.Width * (float)(Math.Log(Math.Clamp(double.IsNaN(ratio) ? High : ratio, Low, High) / Low) / Math.Log(High / Low));

    private static SKColor Colour(int index) => PictureColors.Of(index).ToSKColor();
}

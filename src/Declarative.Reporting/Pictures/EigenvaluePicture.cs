using System.Globalization;
using System.Numerics;
using Declarative.Koopman;
using ScottPlot;
using SkiaSharp;

namespace Declarative.Reporting;

/// <summary>Draws the Koopman eigenvalues of a run in the complex plane with the unit circle: those of the last window that had a model in full
/// colour, those of earlier windows faint.</summary>
/// <remarks>The axes reach as far as the eigenvalues, but not beyond twice the circle; what lies further out is counted below. An eigenvalue near 0 is forgotten at the next sample, one near the circle lasts, one off the positive axis turns or
/// alternates. The eigenvalue 1, the limit, is in every model and is marked by a ring.</remarks>
public sealed class EigenvaluePicture : ITrainingObserver
{
    private const int MostWindows = 200;
    private const double LeastReach = 1.12, LargestReach = 2, Margin = 1.06;

    private readonly Queue<(long Step, Complex[] Eigenvalues)> windows = new();
    private double stride = 1;

    /// <summary>A line above the picture, if any.</summary>
    public string? Title { get; init; }

    /// <summary>Whether no window has had a model.</summary>
    internal bool IsEmpty => windows.Count == 0;

    /// <inheritdoc/>
    public void OnStarted(TrainingPlan plan) => windows.Clear();

    /// <inheritdoc/>
    public void OnWindow(WindowReport window)
    {
        ArgumentNullException.ThrowIfNull(window);
        if (window.Koopman is not { } koopman)
            return;
        stride = koopman.Stride;
        windows.Enqueue((window.Step, [.. koopman.Modes.Select(mode => mode.Eigenvalue)]));
        if (windows.Count > MostWindows)
            windows.Dequeue();
    }

    /// <summary>Writes the picture.</summary>
    /// <param name="path">The PNG file; its directory is created where needed.</param>
    /// <param name="width">The width in pixels, at least 400; the height is about the same.</param>
    /// <exception cref="InvalidOperationException">No window with a Koopman model has been recorded yet.</exception>
    /// <exception cref="IOException">The file cannot be written there.</exception>
    public void Save(string path, int width = 800) => PictureFile.Save(Encode(width), path);

    internal byte[] Encode(int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 400);
        if (windows.Count == 0)
            throw new InvalidOperationException("There is nothing to draw: no window with a Koopman model has been recorded.");

        (long Step, Complex[] Eigenvalues) last = windows.Last();
        string lastText = string.Create(CultureInfo.InvariantCulture, $"after step {last.Step:N0}");
        Color strong = PictureColors.Of(0), faint = strong.WithAlpha(0.16), limit = PictureColors.Of(1);
        PictureLegend legend = new(Title,
            [(lastText, strong, LinePattern.Solid), .. windows.Count > 1 ? [("earlier windows", strong.WithAlpha(0.35), LinePattern.Solid)] : ((string, Color, LinePattern)[])[],
             ("1, the limit", limit, LinePattern.Solid)], width);
        // The panel's inner part is to be a square, so that the circle is one.
        float side = width - PicturePanel.LeftMargin - PicturePanel.RightMargin;
        int height = (int)Math.Ceiling(legend.Height + side + PicturePanel.TopMargin + PicturePanel.AxisHeight);

        using SKSurface surface = SKSurface.Create(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Premul));
        surface.Canvas.Clear(SKColors.White);
        double[] distances = [.. windows.SelectMany(window => window.Eigenvalues).Select(Distance)];
        double reach = Math.Clamp(Margin * distances.Where(double.IsFinite).DefaultIfEmpty(0).Max(), LeastReach, LargestReach);
        int outside = distances.Count(distance => !(distance <= reach));
        string axis = $"real part of an eigenvalue, for {Steps(stride)}" + (outside == 0 ? "" : $" ({NumberText.Count(outside)} outside)");
        PictureScale scale = PictureScale.Linear(-reach, reach);
        new PicturePanel("imaginary part", [], scale)
        {
            Decorate = plot =>
            {
                AddCircle(plot);
                AddPoints(plot, windows.SkipLast(1).SelectMany(window => window.Eigenvalues).Where(value => Distance(value) <= reach), faint, 7);
                AddPoints(plot, last.Eigenvalues.Where(value => Distance(value) <= reach), strong, 11);
                AddLimit(plot, limit);
            },
        }.Draw(surface.Canvas, new PixelRect(0, width, height, legend.Height), scale, axis);
        legend.Draw(surface.Canvas);
        return PictureFile.Encode(surface);
    }

    private static string Steps(double stride) => stride == 1 ? "one step" : string.Create(CultureInfo.InvariantCulture, $"{stride:0.###} steps");

    // How far the axes must reach to show it; NaN where nothing shows it.
    private static double Distance(Complex value) => Math.Max(Math.Abs(value.Real), Math.Abs(value.Imaginary));

    private static void AddCircle(Plot plot)
    {
        var circle = plot.Add.Circle(0, 0, 1);
        circle.FillColor = Colors.Transparent;
        circle.LineColor = Color.FromHex("#9A9A9A");
        circle.LineWidth = 1.5f;
    }

    private static void AddPoints(Plot plot, IEnumerable<Complex> eigenvalues, Color color, float size)
    {
        // Only the upper half plane is told: the conjugates belong to it.
        Complex[] all = [.. eigenvalues.SelectMany(value => value.Imaginary == 0 ? (Complex[])[value] : [value, Complex.Conjugate(value)])];
        if (all.Length == 0)
            return;
        var points = plot.Add.ScatterPoints(all.Select(value => value.Real).ToArray(), all.Select(value => value.Imaginary).ToArray(), color);
        points.MarkerSize = size;
        points.MarkerShape = MarkerShape.FilledCircle;
    }

    private static void AddLimit(Plot plot, Color color)
    {
        var ring = plot.Add.Marker(1, 0, MarkerShape.OpenCircle, 18, color);
        ring.MarkerLineWidth = 2.5f;
    }
}

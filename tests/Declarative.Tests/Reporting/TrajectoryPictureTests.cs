using Declarative.Reporting;
using SkiaSharp;

namespace Declarative.Tests.Reporting;

public sealed class TrajectoryPictureTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Draws_every_method_with_a_labelled_panel_per_hyperparameter_and_one_for_the_losses()
    {
        TrajectoryPicture picture = new("A title");
        Record(picture.Observe("fixed"), window => [1e-3, 0.5], "learningRate", "momentum");
        Record(picture.Observe("glocal"), window => [1e-3 * Math.Pow(1.1, window), 0.5 + 0.01 * window], "learningRate", "momentum");

        using SKBitmap image = Draw(picture);

        Assert.Equal(1200, image.Width);
        Assert.InRange(image.Height, 3 * 200, 3 * 260);
        Assert.True(DarkPixels(image, new SKRectI(118, 10, 300, 40)) > 50, "the title");
        Assert.True(DarkPixels(image, new SKRectI(160, 45, 300, 80)) > 50, "the legend");
        Assert.True(DarkPixels(image, new SKRectI(118, image.Height - 55, 1200, image.Height)) > 100, "the axis of steps");
        for (int panel = 0; panel < 3; panel++)
        {
            int top = 85 + 210 * panel, bottom = top + 200;
            Assert.True(DarkPixels(image, new SKRectI(10, top, 45, bottom)) > 50, $"the name of panel {panel}");
            Assert.True(DarkPixels(image, new SKRectI(50, top, 112, bottom)) > 50, $"the numbers of panel {panel}");
            // In the panel itself: the legend has the same colours.
            SKRectI inner = new(120, top + 15, 1150, bottom - 5);
            Assert.True(PanelPixels.Blue(image, inner) > 500, $"the first method in panel {panel}");
            Assert.True(PanelPixels.Orange(image, inner) > 500, $"the second method in panel {panel}");
        }
    }

    [Fact]
    public void A_vector_is_one_panel_and_what_is_not_finite_is_left_out()
    {
        TrajectoryPicture picture = new();
        string[] names = [.. Enumerable.Range(0, 500).Select(i => $"weights[{i}]"), "offset"];
        Record(picture.Observe("glocal"), window => [.. Enumerable.Range(0, 500).Select(i => window * i / 500.0), double.NaN], names);
        ITrainingObserver shorter = picture.Observe("diverged");
        shorter.OnStarted(Reports.Plan(100, 1, "offset"));
        shorter.OnWindow(Reports.Window(0, 1, double.PositiveInfinity, -3));

        using SKBitmap image = Draw(picture);
        Assert.InRange(image.Height, 3 * 200, 3 * 260);
    }

    [Fact]
    public void Of_many_hyperparameters_the_first_have_a_panel()
    {
        TrajectoryPicture picture = new();
        string[] names = [.. Enumerable.Range(0, 300).Select(i => $"setting{i}")];
        Record(picture.Observe("glocal"), window => [.. names.Select((_, i) => (double)(window + i))], names);
        using SKBitmap image = Draw(picture);
        Assert.InRange(image.Height, 17 * 210, 17 * 210 + 150);
    }

    [Fact]
    public void Nothing_recorded_is_an_error()
    {
        TrajectoryPicture picture = new();
        picture.Observe("glocal").OnStarted(Reports.Plan(100, 50, "learningRate"));
        Assert.Throws<InvalidOperationException>(() => picture.Save(folder["picture.png"]));
    }

    [Theory]
    [InlineData(1e-4, 1e-1, "1e-4 0.001 0.01 0.1")]
    [InlineData(1e-3, 0.05, "0.001 0.003 0.01 0.03")]
    [InlineData(1e-3, 0.08, "0.001 0.01 0.1")]
    [InlineData(0.5, 0.95, "0.5 0.6 0.7 0.8 0.9")]
    [InlineData(0.93, 0.93, "0.8 0.9 1")]
    [InlineData(1e-12, 1e12, "1e-13 1e-8 0.001 100 1e7 1e12")]
    [InlineData(-1, 3, "-1 0 1 2 3")]
    [InlineData(0, 0, "-0.4 -0.2 0 0.2 0.4")]
    [InlineData(double.NaN, double.PositiveInfinity, "0 0.2 0.4 0.6 0.8 1")]
    public void Ticks_stand_at_a_few_round_numbers(double low, double high, string labels)
    {
        PictureScale scale = PictureScale.Of([low, high]);
        Assert.Equal(labels, string.Join(' ', scale.Ticks.Select(tick => tick.Label)));
        Assert.All(scale.Ticks, tick => Assert.InRange(tick.Position, scale.Low, scale.High));
    }

    private static void Record(ITrainingObserver observer, Func<int, double[]> values, params string[] names)
    {
        observer.OnStarted(Reports.Plan(2000, 50, names));
        for (int window = 0; window < 40; window++)
            observer.OnWindow(Reports.Window(window, 50 * (window + 1), 2 * Math.Exp(-0.05 * window), values(window)));
    }

    private SKBitmap Draw(TrajectoryPicture picture)
    {
        string path = folder["new/picture.png"];
        picture.Save(path);
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], File.ReadAllBytes(path)[..4]);
        return SKBitmap.Decode(path);
    }

    private static int DarkPixels(SKBitmap image, SKRectI area) =>
        PanelPixels.Count(image, area, color => color is { Red: < 128, Green: < 128, Blue: < 128 });
}

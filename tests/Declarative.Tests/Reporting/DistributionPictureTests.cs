using Declarative.Reporting;
using SkiaSharp;

namespace Declarative.Tests.Reporting;

public sealed class DistributionPictureTests : IDisposable
{
    private static readonly SKColor first = new(0x00, 0x72, 0xB2), second = new(0xD5, 0x5E, 0x00);
    private static readonly string[] names = ["learningRate", .. Enumerable.Range(0, 100).Select(i => $"weights[{i}]"), "offset"];
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Groups_stand_where_their_values_are()
    {
        DistributionPicture picture = new("weights", ("low ones", [.. Enumerable.Range(0, 50)]), ("high ones", [.. Enumerable.Range(50, 50)]));
        picture.OnStarted(Reports.Plan(200, 50, names));
        for (int window = 0; window < 4; window++)
            picture.OnWindow(Reports.Window(window, 50 * (window + 1), 1,
                [7, .. Enumerable.Range(0, 100).Select(i => i < 50 ? 0.5 - 0.1 * window : 0.5 + 0.1 * window), double.NaN]));

        using SKBitmap image = Draw(picture);

        // The last values are 0.2 and 0.8; the axis from 0 to 1 is 1,038 pixels wide.
        (double low, double high) = (MiddleOf(image, first), MiddleOf(image, second));
        Assert.InRange(low, 118 + 1038 * 0.15, 118 + 1038 * 0.25);
        Assert.InRange(high, 118 + 1038 * 0.75, 118 + 1038 * 0.85);
    }

    [Fact]
    public void Equal_values_and_those_that_are_not_finite_can_be_drawn()
    {
        DistributionPicture picture = new("weights", ("all", [.. Enumerable.Range(0, 100)]), ("one", [3])) { Title = "A title" };
        picture.OnStarted(Reports.Plan(50, 50, names));
        picture.OnWindow(Reports.Window(0, 50, 1, [7, .. Enumerable.Range(0, 100).Select(i => i == 3 ? double.NaN : -2.0), 0]));
        using SKBitmap image = Draw(picture);
        Assert.Equal(1200, image.Width);
    }

    [Fact]
    public void A_long_run_is_thinned_out()
    {
        DistributionPicture picture = new("weights", ("all", [.. Enumerable.Range(0, 100)]));
        picture.OnStarted(Reports.Plan(50_000, 1, names));
        double[] values = [.. Enumerable.Repeat(0.5, 102)];
        long before = GC.GetTotalMemory(forceFullCollection: true);
        for (int window = 0; window < 50_000; window++)
            picture.OnWindow(Reports.Window(window, window + 1, 1, values));
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 2 << 20);
        using SKBitmap image = Draw(picture);
        Assert.Equal(1200, image.Width);
    }

    [Fact]
    public void What_makes_no_sense_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new DistributionPicture("weights"));
        Assert.Throws<ArgumentException>(() => new DistributionPicture("weights", ("empty", [])));
        DistributionPicture picture = new("weights", ("all", [0, 100]));
        Assert.Throws<InvalidOperationException>(() => picture.Save(folder["picture.png"]));
        Assert.Contains("all", Assert.Throws<ArgumentException>(() => picture.OnStarted(Reports.Plan(50, 50, names))).Message);
        Assert.Contains("weights", Assert.Throws<ArgumentException>(() => picture.OnStarted(Reports.Plan(50, 50, "learningRate"))).Message);
    }

    // The middle of a colour's pixels in the histogram, which lies below the legend.
    private static double MiddleOf(SKBitmap image, SKColor color) =>
        (from y in Enumerable.Range(60, 240) from x in Enumerable.Range(0, image.Width) where image.GetPixel(x, y) == color select (double)x).Average();

    private SKBitmap Draw(DistributionPicture picture)
    {
        string path = folder["new/picture.png"];
        picture.Save(path);
        return SKBitmap.Decode(path);
    }
}

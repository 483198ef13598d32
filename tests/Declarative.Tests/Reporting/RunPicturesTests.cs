using System.Numerics;
using Declarative.Reporting;
using SkiaSharp;

namespace Declarative.Tests.Reporting;

/// <summary>Pictures of hypergradients and of Koopman eigenvalues.</summary>
public sealed class RunPicturesTests : IDisposable
{
    private static readonly SKColor Blue = new(0x00, 0x72, 0xB2), Orange = new(0xD5, 0x5E, 0x00);

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Hypergradients_have_a_panel_for_each_that_was_learned_in_the_colours_of_the_legend()
    {
        HypergradientPicture picture = new() { Title = "A title" };
        picture.OnStarted(Reports.Plan(2000, 50, "learningRate", "momentum", "fixed"));
        for (int window = 0; window < 40; window++)
            picture.OnWindow(Reports.Window(window, 50 * (window + 1), 1, 1, 1, 1) with
            {
                Local = [Math.Pow(-0.8, window), 1e-3 * window, double.NaN],
                Estimate = [-1, 5, double.NaN],
            });
        picture.Save(folder["new/hypergradients.png"]);
        using SKBitmap image = SKBitmap.Decode(folder["new/hypergradients.png"]);
        Assert.Equal(1200, image.Width);
        Assert.InRange(image.Height, 2 * 190, 2 * 190 + 150);
        Assert.Contains(Blue, image.Pixels);
        Assert.Contains(Orange, image.Pixels);
    }

    [Fact]
    public void Eigenvalues_stand_where_they_belong_with_their_conjugates()
    {
        EigenvaluePicture picture = new();
        picture.OnStarted(Reports.Plan(2000, 50, "learningRate", "momentum"));
        picture.OnWindow(Reports.Window(0, 50, 1, 1, 1) with { Koopman = Reports.Koopman(1, new Complex(-0.5, 0)) });
        picture.OnWindow(Reports.Window(1, 100, 1, 1, 1));
        picture.OnWindow(Reports.Window(2, 150, 1, 1, 1) with { Koopman = Reports.Koopman(1, new Complex(0.6, 0), new Complex(0, 0.8)) });
        picture.Save(folder["eigenvalues.png"]);
        using SKBitmap image = SKBitmap.Decode(folder["eigenvalues.png"]);

        // The disc's middle and radius in pixels, from the margins of the panel.
        float side = 800 - 118 - 44, left = 118, top = image.Height - 62 - side;
        Assert.Equal(Blue, At(0.6, 0));
        Assert.Equal(Blue, At(0, 0.8));
        Assert.Equal(Blue, At(0, -0.8));
        SKColor faint = At(-0.5, 0);
        Assert.InRange(faint.Red, 180, 250);
        Assert.True(faint.Blue > faint.Red);
        Assert.Equal(SKColors.White, At(0.3, 0.33));
        Assert.NotEqual(SKColors.White, At(Math.Sqrt(0.5), Math.Sqrt(0.5)));        // the circle

        SKColor At(double real, double imaginary) => image.GetPixel(
            (int)Math.Round(left + side * (real + 1.12) / 2.24), (int)Math.Round(top + side * (1.12 - imaginary) / 2.24));
    }

    [Fact]
    public void Nothing_recorded_is_an_error()
    {
        HypergradientPicture hypergradients = new();
        hypergradients.OnStarted(Reports.Plan(100, 50, "learningRate"));
        hypergradients.OnWindow(Reports.Window(0, 50, 1, 1) with { Local = [double.NaN] });
        Assert.Throws<InvalidOperationException>(() => hypergradients.Save(folder["picture.png"]));
        EigenvaluePicture eigenvalues = new();
        eigenvalues.OnStarted(Reports.Plan(100, 50, "learningRate"));
        eigenvalues.OnWindow(Reports.Window(0, 50, 1, 1));
        Assert.Throws<InvalidOperationException>(() => eigenvalues.Save(folder["picture.png"]));
    }
}

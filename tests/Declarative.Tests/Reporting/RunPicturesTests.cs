using System.Numerics;
using Declarative.Reporting;
using SkiaSharp;

namespace Declarative.Tests.Reporting;

/// <summary>Pictures of hypergradients and of Koopman eigenvalues.</summary>
public sealed class RunPicturesTests : IDisposable
{
    private static readonly SKColor Blue = new(0x00, 0x72, 0xB2);

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
        // Inside the panels, which are 190 pixels high: in the first both, in the second an estimate that stays at 5 and a local one that grows.
        int top = image.Height - 2 * 190 - 62;
        for (int panel = 0; panel < 2; panel++)
        {
            SKRectI inner = new(120, top + 190 * panel, 1150, top + 190 * panel + 170);
            Assert.True(PanelPixels.Blue(image, inner) > 500, $"the estimate in panel {panel}");
            Assert.True(PanelPixels.Orange(image, inner) > 500, $"the local one in panel {panel}");
        }
    }

    [Theory]
    [InlineData(1.5, 0.5)]
    [InlineData(0.3, 0.3)]
    [InlineData(30, 0.5)]
    public void Eigenvalues_outside_the_circle_are_drawn_or_counted(double far, double near)
    {
        EigenvaluePicture picture = new();
        picture.OnStarted(Reports.Plan(2000, 50, "learningRate", "momentum"));
        picture.OnWindow(Reports.Window(0, 50, 1, 1, 1) with { Koopman = Reports.Koopman(1, new Complex(far, 0), new Complex(0, near)) });
        picture.Save(folder["eigenvalues.png"]);
        using SKBitmap image = SKBitmap.Decode(folder["eigenvalues.png"]);
        double reach = Math.Clamp(1.06 * far, 1.12, 2);
        float side = 800 - 118 - 44;
        int x = (int)Math.Round(118 + side * (near + reach) / (2 * reach)), y = (int)Math.Round(image.Height - 62 - side / 2);
        Assert.Equal(Blue, image.GetPixel((int)Math.Round(118 + side / 2), (int)Math.Round(y - side * near / (2 * reach))));
        if (far < 2)
            Assert.Equal(Blue, image.GetPixel((int)Math.Round(118 + side * (far + reach) / (2 * reach)), y));
        // The axis's label is longer where it counts.
        int letters = PanelPixels.Count(image, new SKRectI(118, image.Height - 30, 756, image.Height), color => color.Red < 128);
        Assert.Equal(far > 2, letters > 1.1 * LettersWithoutCount());
    }

    private int LettersWithoutCount()
    {
        EigenvaluePicture picture = new();
        picture.OnStarted(Reports.Plan(2000, 50, "learningRate"));
        picture.OnWindow(Reports.Window(0, 50, 1, 1) with { Koopman = Reports.Koopman(1, new Complex(0.1, 0)) });
        picture.Save(folder["plain.png"]);
        using SKBitmap image = SKBitmap.Decode(folder["plain.png"]);
        return PanelPixels.Count(image, new SKRectI(118, image.Height - 30, 756, image.Height), color => color.Red < 128);
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

using SkiaSharp;

namespace Declarative.Reporting;

/// <summary>The font of every picture, DejaVu Sans, from this assembly: a bare machine may have no font and no fontconfig.</summary>
internal static class PictureFont
{
    private static readonly Lazy<SKTypeface> Loaded = new(Load);

    public static SKTypeface Typeface => Loaded.Value;

    private static SKTypeface Load()
    {
        using Stream stream = typeof(PictureFont).Assembly.GetManifestResourceStream("DejaVuSans.ttf")
            ?? throw new InvalidOperationException("The font is missing from Declarative.Reporting.");
        using SKData data = SKData.Create(stream);
        return SKTypeface.FromData(data) ?? throw new InvalidOperationException("The font in Declarative.Reporting cannot be read.");
    }
}

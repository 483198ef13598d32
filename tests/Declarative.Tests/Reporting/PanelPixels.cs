using SkiaSharp;

namespace Declarative.Tests.Reporting;

/// <summary>Looks at a part of a picture.</summary>
internal static class PanelPixels
{
    /// <summary>How many pixels of an area have exactly a colour.</summary>
    public static int Count(SKBitmap image, SKRectI area, SKColor color) => Count(image, area, found => found == color);

    /// <summary>How many pixels of an area have such a colour.</summary>
    public static int Count(SKBitmap image, SKRectI area, Func<SKColor, bool> isWanted)
    {
        int count = 0;
        for (int y = area.Top; y < area.Bottom; y++)
            for (int x = area.Left; x < area.Right; x++)
                if (isWanted(image.GetPixel(x, y)))
                    count++;
        return count;
    }
}

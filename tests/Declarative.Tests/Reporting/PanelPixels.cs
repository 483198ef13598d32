using SkiaSharp;

namespace Declarative.Tests.Reporting;

/// <summary>Looks at a part of a picture.</summary>
internal static class PanelPixels
{
    /// <summary>How many pixels of an area have the first colour of a legend, a blue, or lie at the edge of what has it.</summary>
    public static int Blue(SKBitmap image, SKRectI area) => Count(image, area, color => color.Blue > color.Red + 60);

    /// <summary>The same of the second colour, an orange.</summary>
    public static int Orange(SKBitmap image, SKRectI area) => Count(image, area, color => color.Red > color.Blue + 60);

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

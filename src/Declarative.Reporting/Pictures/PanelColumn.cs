using ScottPlot;
using SkiaSharp;

namespace Declarative.Reporting;

/// <summary>A picture of panels one below the other, over the same steps, with a legend on top.</summary>
internal static class PanelColumn
{
    /// <summary>Draws it.</summary>
    /// <param name="legend">The heading and what the curves are.</param>
    /// <param name="panels">At least one.</param>
    /// <param name="panelHeight">The height of each in pixels.</param>
    /// <param name="steps">The horizontal axis.</param>
    /// <param name="width">The width in pixels.</param>
    /// <returns>The contents of a PNG file.</returns>
    public static byte[] Encode(PictureLegend legend, PicturePanel[] panels, float panelHeight, PictureScale steps, int width)
    {
        float top = legend.Height;
        int height = (int)Math.Ceiling(top + panels.Length * panelHeight + PicturePanel.AxisHeight);
        using SKSurface surface = SKSurface.Create(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Premul));
        surface.Canvas.Clear(SKColors.White);
        for (int i = 0; i < panels.Length; i++)
        {
            bool isLast = i == panels.Length - 1;
            float bottom = isLast ? height : top + panelHeight;
            panels[i].Draw(surface.Canvas, new PixelRect(0, width, bottom, top), steps, isLast ? "step" : null);
            top = bottom;
        }
        legend.Draw(surface.Canvas);
        return PictureFile.Encode(surface);
    }
}

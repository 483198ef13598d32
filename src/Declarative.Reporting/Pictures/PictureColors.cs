using ScottPlot;

namespace Declarative.Reporting;

/// <summary>Colours that stay apart for colour-blind readers too (Okabe and Ito 2008).</summary>
internal static class PictureColors
{
    private static readonly string[] palette = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"];

    public static Color Of(int index) => Color.FromHex(palette[index % palette.Length]);
}

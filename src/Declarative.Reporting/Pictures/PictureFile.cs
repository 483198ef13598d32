using SkiaSharp;

namespace Declarative.Reporting;

/// <summary>Writes what was drawn.</summary>
internal static class PictureFile
{
    /// <summary>What a PNG file of the picture holds.</summary>
    public static byte[] Encode(SKSurface surface)
    {
        using SKImage image = surface.Snapshot();
        using SKData png = image.Encode(SKEncodedImageFormat.Png, 100);
        return png.ToArray();
    }

    /// <summary>Writes a PNG file; its directory is created where needed.</summary>
    public static void Save(SKSurface surface, string path) => Save(Encode(surface), path);

    /// <summary>Writes what a PNG file holds; its directory is created where needed.</summary>
    public static void Save(byte[] png, string path)
    {
        string file = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(file) ?? file);
        File.WriteAllBytes(file, png);
    }
}

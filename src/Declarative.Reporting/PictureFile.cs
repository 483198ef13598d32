using SkiaSharp;

namespace Declarative.Reporting;

/// <summary>Writes what was drawn.</summary>
internal static class PictureFile
{
    /// <summary>Writes a PNG file; its directory is created where needed.</summary>
    public static void Save(SKSurface surface, string path)
    {
        using SKImage image = surface.Snapshot();
        using SKData png = image.Encode(SKEncodedImageFormat.Png, 100);
        string file = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(file) ?? file);
        using FileStream stream = File.Create(file);
        png.SaveTo(stream);
    }
}

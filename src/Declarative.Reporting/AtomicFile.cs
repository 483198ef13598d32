namespace Declarative.Reporting;

/// <summary>Replaces files so that a reader, or a program that is killed meanwhile, finds the whole old one or the whole new one.</summary>
internal static class AtomicFile
{
    /// <summary>Writes a file; its directory is created where needed.</summary>
    public static void Write(string path, Action<Stream> write)
    {
        // One name, so that a program that is killed leaves one file at most, which the next one replaces.
        string file = Path.GetFullPath(path), temporary = file + ".tmp";
        Directory.CreateDirectory(Path.GetDirectoryName(file) ?? file);
        try
        {
            using (FileStream stream = File.Create(temporary))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }
            File.Move(temporary, file, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}

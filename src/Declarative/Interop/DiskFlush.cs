using System.Runtime.InteropServices;

namespace Declarative.Interop;

/// <summary>Brings to the disk what .NET leaves to the system.</summary>
internal static class DiskFlush
{
    private const int ReadOnly = 0;

    /// <summary>The entries of a directory: that a file was moved there. Without it a move may be lost with the power, though not with the process.
    /// Windows does it by itself; where it cannot be done, it is not.</summary>
    public static void Directory(string path)
    {
        if (OperatingSystem.IsWindows())
            return;
        int descriptor = Open(path, ReadOnly);
        if (descriptor < 0)
            return;
        Synchronize(descriptor);
        Close(descriptor);
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static extern int Synchronize(int descriptor);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    private static extern int Close(int descriptor);
}

using System.Runtime.InteropServices;

namespace Declarative.Interop;

/// <summary>How much memory native code has allocated.</summary>
internal static class NativeMemory
{
    /// <summary>The bytes that the C library's allocator, from which libtorch takes the memory of CPU tensors, has given out and not got
    /// back; nothing where it does not tell (it is not glibc 2.33 or later).</summary>
    public static long? Allocated
    {
        get
        {
            if (!OperatingSystem.IsLinux())
                return null;
            try
            {
                Statistics all = Read();
                return (long)(all.Small + all.Mapped);
            }
            catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
            {
                return null;
            }
        }
    }

    [DllImport("libc.so.6", EntryPoint = "mallinfo2")]
    private static extern Statistics Read();

    // struct mallinfo2: ten numbers of the size of a pointer.
    [StructLayout(LayoutKind.Sequential)]
    private struct Statistics
    {
        public nuint Arena, FreeChunks, FastBinBlocks, MappedRegions, Mapped, MaximumUsed, FastBinBytes, Small, Free, Releasable;
    }
}

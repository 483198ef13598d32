using System.Runtime.InteropServices;

namespace Declarative.Interop;

/// <summary>The NVIDIA driver, asked itself: libtorch only says that there is no CUDA, and not why.</summary>
internal sealed class CudaDriver
{
    private const int Success = 0;
    private const int ComputeCapabilityMajor = 75; // CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR
    private const int ComputeCapabilityMinor = 76;
    private const int NameBytes = 256;

    private static readonly Lazy<CudaDriver?> installed = new(() => NativeLibrary.TryLoad(FileName, out nint library) ? new(library) : null);

    private readonly nint library;

    private CudaDriver(nint library) => this.library = library;

    [UnmanagedFunctionPointer(CallingConvention.Winapi)]
    private delegate int WithFlags(uint flags);

    [UnmanagedFunctionPointer(CallingConvention.Winapi)]
    private delegate int GetNumber(out int number);

    [UnmanagedFunctionPointer(CallingConvention.Winapi)]
    private delegate int GetDevice(out int device, int index);

    [UnmanagedFunctionPointer(CallingConvention.Winapi)]
    private delegate int GetName(byte[] name, int length, int device);

    [UnmanagedFunctionPointer(CallingConvention.Winapi)]
    private delegate int GetAttribute(out int value, int attribute, int device);

    [UnmanagedFunctionPointer(CallingConvention.Winapi)]
    private delegate int GetBytes(out nuint bytes, int device);

    [UnmanagedFunctionPointer(CallingConvention.Winapi)]
    private delegate int GetError(int code, out nint text);

    [UnmanagedFunctionPointer(CallingConvention.Winapi)]
    private delegate int RetainContext(out nint context, int device);

    [UnmanagedFunctionPointer(CallingConvention.Winapi)]
    private delegate int WithContext(nint context);

    [UnmanagedFunctionPointer(CallingConvention.Winapi)]
    private delegate int PopContext(out nint context);

    [UnmanagedFunctionPointer(CallingConvention.Winapi)]
    private delegate int WithDevice(int device);

    [UnmanagedFunctionPointer(CallingConvention.Winapi)]
    private delegate int GetMemory(out nuint free, out nuint all);

    /// <summary>The driver's library.</summary>
    public static string FileName => OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1";

    /// <summary>The driver; null where none is installed.</summary>
    public static CudaDriver? Installed => installed.Value;

    /// <summary>The newest version of CUDA that it can run; null where it does not say.</summary>
    public Version? Version =>
        Find<GetNumber>("cuDriverGetVersion") is { } get && get(out int number) == Success ? new(number / 1000, number % 1000 / 10) : null;

    /// <summary>Starts it.</summary>
    /// <returns>A code of CUDA's, 0 for success.</returns>
    public int Initialize() => Find<WithFlags>("cuInit") is { } initialize ? initialize(0) : -1;

    /// <summary>What the driver says about a code.</summary>
    public string Describe(int code) =>
        Find<GetError>("cuGetErrorString") is { } get && get(code, out nint text) == Success && Marshal.PtrToStringUTF8(text) is { } words
            ? $"{code}, {words}" : $"{code}";

    /// <summary>The GPUs that this process may see, once the driver has started.</summary>
    public CudaGpu[] Gpus()
    {
        if (Find<GetNumber>("cuDeviceGetCount") is not { } getCount || getCount(out int count) != Success
            || Find<GetDevice>("cuDeviceGet") is not { } getDevice || Find<GetName>("cuDeviceGetName") is not { } getName
            || Find<GetAttribute>("cuDeviceGetAttribute") is not { } getAttribute || Find<GetBytes>("cuDeviceTotalMem_v2") is not { } getBytes)
            return [];
        var gpus = new List<CudaGpu>();
        for (int index = 0; index < count; index++)
        {
            byte[] name = new byte[NameBytes];
            if (getDevice(out int device, index) != Success || getName(name, name.Length, device) != Success
                || getAttribute(out int major, ComputeCapabilityMajor, device) != Success
                || getAttribute(out int minor, ComputeCapabilityMinor, device) != Success || getBytes(out nuint bytes, device) != Success)
                continue;
            int length = Array.IndexOf(name, (byte)0);
            gpus.Add(new(index, System.Text.Encoding.UTF8.GetString(name, 0, length < 0 ? name.Length : length), new(major, minor), (long)bytes));
        }

        return [.. gpus];
    }

    /// <summary>How many bytes a GPU has; null where the driver does not say.</summary>
    /// <param name="index">The GPU's number.</param>
    public long? TotalBytes(int index) => Initialize() == Success ? Gpus().FirstOrDefault(gpu => gpu.Index == index)?.Bytes : null;

    /// <summary>How many bytes a GPU has free; null where the driver does not say.</summary>
    /// <param name="index">The GPU's number.</param>
    /// <remarks>It answers for a context, which libtorch has made for a GPU that it uses: this takes that one, and gives it back.</remarks>
    public long? FreeBytes(int index)
    {
        if (Initialize() != Success
            || Find<GetDevice>("cuDeviceGet") is not { } getDevice || Find<RetainContext>("cuDevicePrimaryCtxRetain") is not { } retain
            || Find<WithDevice>("cuDevicePrimaryCtxRelease_v2") is not { } release || Find<WithContext>("cuCtxPushCurrent_v2") is not { } push
            || Find<PopContext>("cuCtxPopCurrent_v2") is not { } pop || Find<GetMemory>("cuMemGetInfo_v2") is not { } getMemory
            || getDevice(out int device, index) != Success || retain(out nint context, device) != Success)
            return null;
        try
        {
            if (push(context) != Success)
                return null;
            try
            {
                return getMemory(out nuint free, out _) == Success ? (long)free : null;
            }
            finally
            {
                pop(out _);
            }
        }
        finally
        {
            release(device);
        }
    }

    private T? Find<T>(string function) where T : Delegate =>
        NativeLibrary.TryGetExport(library, function, out nint found) ? Marshal.GetDelegateForFunctionPointer<T>(found) : null;
}

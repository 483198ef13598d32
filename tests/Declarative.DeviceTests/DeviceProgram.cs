using Declarative.Interop;
using Samples;
using static TorchSharp.torch;

namespace Declarative.DeviceTests;

/// <summary>Checks and measures the library on a device, the same way on all of them.</summary>
internal static class DeviceProgram
{
    /// <returns>0 where all went well, 1 where a check failed, 2 where the command line makes no sense or there is no such device.</returns>
    public static int Main(string[] arguments)
    {
        DeviceArguments asked;
        try
        {
            asked = DeviceArguments.Read(arguments);
        }
        catch (ArgumentException e)
        {
            Console.Error.WriteLine($"{e.Message}\n{DeviceArguments.Usage}");
            return 2;
        }
        if (asked.Verb == "--libtorch")
        {
            LibTorchReport report = NativeLibraries.Examine();
            Console.Write(report);
            return report.CanRun ? 0 : 1;
        }
        try
        {
            return Run(asked, SampleDevice.Of(asked.Device));
        }
        catch (Exception e) when (e is CudaUnavailableException or LibTorchLoadException)
        {
            Console.Error.WriteLine(e.Message);
            return 2;
        }
    }

    private static int Run(DeviceArguments asked, Device device)
    {
        SpeedSizes sizes = asked.IsQuick ? SpeedSizes.Quick : SpeedSizes.Whole;
        switch (asked.Verb)
        {
            case "check":
                return CheckVerb.Run(device, asked.Only);
            case "speed":
                SpeedVerb.Run(device, sizes, asked.Only, asked.Out);
                return 0;
            default:
                PeakMemory.Tell(sizes, device, asked.Only ?? "");
                return 0;
        }
    }
}

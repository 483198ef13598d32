using Declarative.Interop;
using Samples;
using static TorchSharp.torch;

namespace Declarative.DeviceTests;

/// <summary>Checks and measures the library on a device, the same way on all of them.</summary>
internal static class DeviceProgram
{
    /// <returns>0 where all went well, 1 where a check failed, a bar was missed or nothing was chosen, 2 where the command line makes no sense, there is no
    /// such device, or the results cannot be written.</returns>
    public static int Main(string[] arguments)
    {
        if (arguments is ["--help" or "-h" or "-?"] or [_, "--help" or "-h" or "-?"])
        {
            Console.WriteLine(DeviceArguments.Usage);
            return 0;
        }
        DeviceArguments asked;
        try
        {
            asked = DeviceArguments.Read(arguments);
        }
        catch (ArgumentException e)
        {
            Console.Error.WriteLine($"error: {e.Message}\n{DeviceArguments.Usage}");
            return 2;
        }
        if (asked.Verb == "--libtorch")
            return SampleDevice.TellLibTorch();
        try
        {
            return Run(asked, SampleDevice.Of(asked.Device));
        }
        catch (Exception e) when (e is CudaUnavailableException or LibTorchLoadException or IOException or UnauthorizedAccessException)
        {
            return SampleProgram.Fail(e, 2);
        }
    }

    private static int Run(DeviceArguments asked, Device device)
    {
        // Where it does not know the processor it says so at every convolution.
        foreach (ContextFlag flag in ContextFlag.Find("userEnabledNNPACK", "setUserEnabledNNPACK"))
            flag.Enable(false);
        SpeedSizes sizes = asked.IsQuick ? SpeedSizes.Quick : SpeedSizes.Whole;
        return asked.Verb switch
        {
            "check" => CheckVerb.Run(device, asked.Only, asked.Out),
            "speed" => SpeedVerb.Run(device, sizes, asked.Table, asked.Only, asked.Out),
            _ => PeakMemory.Tell(sizes, device, asked.Only!),
        };
    }
}

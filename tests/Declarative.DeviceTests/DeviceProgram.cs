using static TorchSharp.torch;

namespace Declarative.DeviceTests;

/// <summary>Checks and measures the library on a device, the same way on all of them.</summary>
internal static class DeviceProgram
{
    /// <returns>0 where all went well, 1 where a check failed, 2 where the command line makes no sense or the device is not there.</returns>
    public static int Main(string[] arguments)
    {
        DeviceArguments asked;
        Device device;
        try
        {
            asked = DeviceArguments.Read(arguments);
            device = asked.Find();
        }
        catch (ArgumentException e)
        {
            Console.Error.WriteLine($"{e.Message}\n{DeviceArguments.Usage}");
            return 2;
        }
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

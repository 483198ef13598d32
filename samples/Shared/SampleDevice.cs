using System.CommandLine;
using System.Text.RegularExpressions;
using Declarative;
using Declarative.Interop;
using TorchSharp;

namespace Samples;

/// <summary>Where a sample computes: the option --device, and what libtorch there is, --libtorch.</summary>
public static partial class SampleDevice
{
    /// <summary>The option --device.</summary>
    public static Option<string> Option()
    {
        Option<string> option = new("--device")
        {
            Description = "Where to compute; auto takes a GPU where there is one, and says what it took.",
            HelpName = "cpu|cuda|cuda:N|auto",
            DefaultValueFactory = _ => "cpu",
        };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !IsWritten(token.Value))
                result.AddError($"--device must be one of cpu, cuda, cuda:N and auto, not '{token.Value}'.");
        });
        return option;
    }

    /// <summary>Whether a text is one that the option takes.</summary>
    public static bool IsWritten(string asked) => Written().IsMatch(asked);

    /// <summary>The device that was asked for, once libtorch is there.</summary>
    /// <param name="asked">As in the option.</param>
    /// <exception cref="CudaUnavailableException">A GPU was asked for, and there is none that can be used.</exception>
    /// <exception cref="LibTorchLoadException">libtorch cannot be loaded.</exception>
    public static torch.Device Of(string asked)
    {
        Begin();
        if (asked == "cpu")
            return torch.CPU;
        if (asked != "auto")
            return CudaDevice.Get(asked.Length > 5 ? int.Parse(asked.AsSpan(5)) : 0);
        try
        {
            torch.Device device = CudaDevice.Get();
            Console.WriteLine($"device: {device}");
            return device;
        }
        catch (CudaUnavailableException e)
        {
            Console.WriteLine($"device: cpu. {e.Message}");
            return torch.CPU;
        }
    }

    /// <summary>Loads libtorch, or fails; warns of one that may end the program without a message.</summary>
    /// <exception cref="LibTorchLoadException">libtorch cannot be loaded.</exception>
    public static void Begin()
    {
        NativeLibraries.Check();
        if (NativeLibraries.Examine(asksForCuda: false).Warning is { } warning)
            Console.Error.WriteLine($"warning: {warning}");
    }

    /// <summary>Tells what of libtorch there is.</summary>
    /// <returns>The exit code: 1 where it will not do.</returns>
    public static int TellLibTorch()
    {
        LibTorchReport report = NativeLibraries.Examine();
        Console.Write(report);
        return report.CanRun ? 0 : 1;
    }

    /// <summary>The option --libtorch, which every sample has: it tells what of libtorch there is, and ends, with exit code 1 where it will not do.</summary>
    internal static Option<bool> LibTorchOption() => new("--libtorch")
    {
        Description = "Tells which libtorch is found, what it lacks and whether there is CUDA, and does nothing; exit code 1 where it will not do.",
        Action = new LibTorchAction(),
    };

    [GeneratedRegex(@"^(cpu|auto|cuda(:\d{1,4})?)\z")]
    private static partial Regex Written();

    private sealed class LibTorchAction : System.CommandLine.Invocation.SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult) => TellLibTorch();
    }
}

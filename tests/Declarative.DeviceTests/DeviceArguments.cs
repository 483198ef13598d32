using TorchSharp;
using static TorchSharp.torch;

namespace Declarative.DeviceTests;

/// <summary>What the command line asks for.</summary>
internal sealed record DeviceArguments
{
    /// <summary>How the program is used.</summary>
    public const string Usage =
        """
        check  --device cpu|cuda|cuda:N [--only WORD]                   the same results as on the CPU, in every mode and precision
        speed  --device cpu|cuda|cuda:N [--only WORD] [--quick] [--out FILE.md]
                                                                        what a step costs; --only for some models, --quick for small sizes
        """;

    /// <summary>What to do: <c>check</c>, <c>speed</c>, or for itself <c>peak</c>.</summary>
    public required string Verb { get; init; }

    /// <summary>Where.</summary>
    public required string Device { get; init; }

    /// <summary>What the names of checks or models must contain, or what peak memory is asked of.</summary>
    public string? Only { get; init; }

    /// <summary>The file for results.</summary>
    public string? Out { get; init; }

    /// <summary>Whether sizes are small.</summary>
    public bool IsQuick { get; init; }

    /// <summary>Reads a command line.</summary>
    /// <exception cref="ArgumentException">It makes no sense; the message says why.</exception>
    public static DeviceArguments Read(string[] arguments)
    {
        if (arguments.Length == 0 || arguments[0] is not ("check" or "speed" or "peak"))
            throw new ArgumentException(arguments.Length == 0 ? "What is to be done?" : $"There is no '{arguments[0]}'.");
        var read = new DeviceArguments { Verb = arguments[0], Device = "cpu" };
        for (int i = 1; i < arguments.Length; i++)
        {
            string option = arguments[i];
            if (option == "--quick")
            {
                read = read with { IsQuick = true };
                continue;
            }
            string value = ++i < arguments.Length ? arguments[i] : throw new ArgumentException($"'{option}' needs a value.");
            read = option switch
            {
                "--device" => read with { Device = value },
                "--only" => read with { Only = value },
                "--out" => read with { Out = value },
                _ => throw new ArgumentException($"There is no option '{option}'."),
            };
        }
        return read;
    }

    /// <summary>The device, and whether it is there.</summary>
    /// <exception cref="ArgumentException">There is no such device; the message says which.</exception>
    public Device Find()
    {
        if (Device == "cpu")
            return CPU;
        string[] parts = Device.Split(':');
        int index = 0;
        if (parts[0] != "cuda" || parts.Length > 2 || parts.Length == 2 && !int.TryParse(parts[1], out index))
            throw new ArgumentException($"A device is cpu, cuda or cuda:N, not '{Device}'.");
        if (!cuda.is_available())
            throw new ArgumentException("CUDA is not available: libtorch has no CUDA, or finds no GPU.");
        if (index < 0 || index >= cuda.device_count())
            throw new ArgumentException($"There is no {Device}: {cuda.device_count()} are there.");
        return new Device(DeviceType.CUDA, index);
    }
}

using System.Text.RegularExpressions;

namespace Declarative.DeviceTests;

/// <summary>What the command line asks for.</summary>
internal sealed partial record DeviceArguments
{
    /// <summary>How the program is used.</summary>
    public const string Usage =
        """
        check  --device cpu|cuda|cuda:N|auto [--only WORD]              the same results as on the CPU, in every mode and precision
        speed  --device cpu|cuda|cuda:N|auto [--only WORD] [--quick] [--out FILE.md]
                                                                        what a step costs; --only for some models, --quick for small sizes
        --libtorch                                                      which libtorch is found, and whether it will do
        """;

    private static readonly string[] verbs = ["check", "speed", "peak", "--libtorch"];

    /// <summary>What to do: <c>check</c>, <c>speed</c>, <c>--libtorch</c>, or for itself <c>peak</c>.</summary>
    public required string Verb { get; init; }

    /// <summary>Where: <c>cpu</c>, <c>cuda</c>, <c>cuda:N</c>, or <c>auto</c> for a GPU where there is one.</summary>
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
        if (arguments.Length == 0 || !verbs.Contains(arguments[0]))
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
                "--device" when Written().IsMatch(value) => read with { Device = value },
                "--device" => throw new ArgumentException($"A device is cpu, cuda, cuda:N or auto, not '{value}'."),
                "--only" => read with { Only = value },
                "--out" => read with { Out = value },
                _ => throw new ArgumentException($"There is no option '{option}'."),
            };
        }
        return read;
    }

    [GeneratedRegex(@"^(cpu|auto|cuda(:\d{1,4})?)\z")]
    private static partial Regex Written();
}

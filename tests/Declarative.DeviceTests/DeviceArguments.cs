using Samples;

namespace Declarative.DeviceTests;

/// <summary>What the command line asks for.</summary>
internal sealed record DeviceArguments
{
    /// <summary>How the program is used.</summary>
    public static string Usage { get; } =
        $"""
        check  --device cpu|cuda|cuda:N|auto [--only WORD] [--out FILE.md]
               The same results as on the CPU, in every mode and precision. Exit code 1 where one is not.
        speed  --device cpu|cuda|cuda:N|auto [--table {string.Join('|', SpeedTable.All.Select(table => table.Name))}] [--only WORD] [--quick] [--out FILE.md]
               What a step costs: all tables, or one. --only for some models, --quick for small sizes. Each row is written when it is measured.
               Exit code 1 where a bar is missed. The work, most of it in steps of the largest model:
        {string.Join('\n', SpeedTable.All.Select(table => $"                 {table.Name,-12}{table.Work(SpeedSizes.Whole)}"))}
        --libtorch
               Which libtorch is found, and whether it will do.
        """;

    // "peak" is for the program itself, which asks it in another process.
    private static readonly Dictionary<string, string[]> options = new()
    {
        ["check"] = ["--device", "--only", "--out"],
        ["speed"] = ["--device", "--only", "--out", "--table", "--quick"],
        ["peak"] = ["--device", "--only", "--quick"],
        ["--libtorch"] = [],
    };

    /// <summary>What to do: <c>check</c>, <c>speed</c>, <c>--libtorch</c>, or for itself <c>peak</c>.</summary>
    public required string Verb { get; init; }

    /// <summary>Where: <c>cpu</c>, <c>cuda</c>, <c>cuda:N</c>, or <c>auto</c> for a GPU where there is one.</summary>
    public required string Device { get; init; }

    /// <summary>What the names of checks or models must contain, or what peak memory is asked of.</summary>
    public string? Only { get; init; }

    /// <summary>The name of the only table; null for all.</summary>
    public string? Table { get; init; }

    /// <summary>The file for results.</summary>
    public string? Out { get; init; }

    /// <summary>Whether sizes are small.</summary>
    public bool IsQuick { get; init; }

    /// <summary>Reads a command line.</summary>
    /// <exception cref="ArgumentException">It makes no sense; the message says why.</exception>
    public static DeviceArguments Read(string[] arguments)
    {
        if (arguments.Length == 0 || !options.TryGetValue(arguments[0], out string[]? known))
            throw new ArgumentException(arguments.Length == 0 ? "What is to be done?" : $"There is no '{arguments[0]}'.");
        var read = new DeviceArguments { Verb = arguments[0], Device = "cpu" };
        for (int i = 1; i < arguments.Length; i++)
        {
            string option = arguments[i];
            if (!known.Contains(option))
                throw new ArgumentException($"There is no option '{option}' of {read.Verb}.");
            read = option == "--quick" ? read with { IsQuick = true }
                : ++i < arguments.Length ? With(read, option, arguments[i]) : throw new ArgumentException($"'{option}' needs a value.");
        }
        if (read is { Verb: "peak", Only: null })
            throw new ArgumentException("'peak' needs --only MODEL|MODE.");
        if (read.Only is not null && read.Table is not null && !SpeedTable.All.Single(table => table.Name == read.Table).IsOfModels)
            throw new ArgumentException($"The table of {read.Table} has no models to choose from by --only.");
        return read;
    }

    private static DeviceArguments With(DeviceArguments read, string option, string value) => option switch
    {
        "--device" when SampleDevice.IsWritten(value) => read with { Device = value },
        "--device" => throw new ArgumentException($"A device is cpu, cuda, cuda:N or auto, not '{value}'."),
        "--table" when SpeedTable.All.Any(table => table.Name == value) => read with { Table = value },
        "--table" => throw new ArgumentException($"A table is one of {string.Join(", ", SpeedTable.All.Select(table => table.Name))}, not '{value}'."),
        "--only" => read with { Only = value },
        _ => read with { Out = value },
    };
}

using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Samples.FashionMnist;

/// <summary>What the command line asks for that cannot be done. The message is one line for the user.</summary>
internal sealed class UsageException(string message) : Exception(message);

/// <summary>What to run, read from the command line and checked.</summary>
internal sealed record Options
{
    public static readonly string[] AllMethods = ["fixed", "local", "glocal"];

    public required string DataFolder { get; init; }

    public required string Model { get; init; }

    public required IReadOnlyList<string> Methods { get; init; }

    public required int Steps { get; init; }

    public required int Window { get; init; }

    public required int Seed { get; init; }

    public required string Device { get; init; }

    public required int Threads { get; init; }

    public required string OutputFolder { get; init; }

    /// <summary>Reads the arguments; answers --help and --version itself, with null.</summary>
    /// <exception cref="UsageException">An option is unknown or impossible.</exception>
    public static Options? Parse(string[] arguments)
    {
        Option<string> data = Text("--data", "DIR", "Folder with the four gzip IDX files of Fashion-MNIST. Default: the subset built in.");
        Option<string> model = Choice("--model", "The network to train.", "mlp", "mlp", "lenet");
        Option<string> method = Choice("--method", "How the hyperparameters are tuned.", "all", [.. AllMethods, "all"]);
        Option<int> steps = Number("--steps", "Training steps.", 2000, smallest: 1);
        Option<int> window = Number("--window", "Training steps between two moves of the settings, at most --steps.", 50, smallest: 1);
        Option<int> seed = Number("--seed", "Seed of initial parameters and batches.", 0, smallest: 0);
        Option<string> device = Choice("--device", "Where to compute.", "cpu", "cpu", "cuda");
        Option<int> threads = Number("--threads", "Threads per operation; on 1, runs repeat exactly.", 1, smallest: 1, largest: 1024);
        Option<string> output = Text("--out", "DIR", "Folder for summary.json, trajectory.csv and trajectory.png. Default: runs/<time>.");

        RootCommand command = new("Trains a network on Fashion-MNIST images while it tunes learning rate, momentum and weight decay.")
        {
            data, model, method, steps, window, seed, device, threads, output,
        };
        ParseResult parsed = command.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0)
            throw new UsageException(parsed.Errors[0].Message);
        if (parsed.Action is not null)
        {
            parsed.Invoke();
            return null;
        }

        Options options = new()
        {
            DataFolder = parsed.GetValue(data) ?? FashionMnistData.DefaultFolder,
            Model = parsed.GetValue(model)!,
            Methods = parsed.GetValue(method) == "all" ? AllMethods : [parsed.GetValue(method)!],
            Steps = parsed.GetValue(steps),
            Window = parsed.GetResult(window) is { Implicit: false }
                ? parsed.GetValue(window)
                : Math.Min(parsed.GetValue(window), parsed.GetValue(steps)),
            Seed = parsed.GetValue(seed),
            Device = parsed.GetValue(device)!,
            Threads = parsed.GetValue(threads),
            OutputFolder = parsed.GetValue(output)
                ?? Path.Combine("runs", DateTime.Now.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture)),
        };
        if (options.Window > options.Steps)
            throw new UsageException($"--window {options.Window} is longer than --steps {options.Steps}: nothing would be tuned.");
        return options;
    }

    private static Option<string> Text(string name, string argument, string description)
    {
        Option<string> option = new(name) { Description = description, HelpName = argument };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && string.IsNullOrWhiteSpace(token.Value))
                result.AddError($"{name} must not be empty.");
        });
        return option;
    }

    private static Option<string> Choice(string name, string description, string usual, params string[] choices)
    {
        Option<string> option = new(name)
        {
            Description = description,
            HelpName = string.Join('|', choices),
            DefaultValueFactory = _ => usual,
        };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !choices.Contains(token.Value))
                result.AddError($"{name} must be one of {string.Join(", ", choices)}, not '{token.Value}'.");
        });
        return option;
    }

    private static Option<int> Number(string name, string description, int usual, int smallest, int largest = int.MaxValue) => new(name)
    {
        Description = description,
        HelpName = "N",
        DefaultValueFactory = _ => usual,
        CustomParser = result => ParseNumber(name, result, smallest, largest),
    };

    private static int ParseNumber(string name, ArgumentResult result, int smallest, int largest)
    {
        string text = result.Tokens is [var token] ? token.Value : "";
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number)
            && number >= smallest && number <= largest)
        {
            return number;
        }
        string range = largest == int.MaxValue ? $"a whole number of at least {smallest}" : $"a whole number from {smallest} to {largest}";
        result.AddError($"{name} must be {range}, not '{text}'.");
        return 0;
    }
}

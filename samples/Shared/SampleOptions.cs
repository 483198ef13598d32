using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Samples;

/// <summary>Options of the samples' command lines, whose errors are one line each.</summary>
public static class SampleOptions
{
    /// <summary>A text that must not be empty.</summary>
    public static Option<string> Text(string name, string argument, string description)
    {
        Option<string> option = new(name) { Description = description, HelpName = argument };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && string.IsNullOrWhiteSpace(token.Value))
                result.AddError($"{name} must not be empty.");
        });
        return option;
    }

    /// <summary>One of a few words.</summary>
    public static Option<string> Choice(string name, string description, string usual, params string[] choices)
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

    /// <summary>A whole number from a range.</summary>
    public static Option<int> Number(string name, string description, int usual, int smallest, int largest = int.MaxValue) => new(name)
    {
        Description = description,
        HelpName = "N",
        DefaultValueFactory = _ => usual,
        CustomParser = result => ParseNumber(name, result, smallest, largest),
    };

    /// <summary>The folder for what a run writes.</summary>
    public static Option<string> Output(string files) => Text("--out", "DIR", $"Folder for {files}. Default: runs/<time>.");

    /// <summary>The folder for the reports of each method, if any are wanted.</summary>
    public static Option<string> Report() =>
        Text("--report", "DIR", "Folder for report.html, a CSV file and TensorBoard's event files of each method. Default: none are written.");

    /// <summary>The folder asked for, or a new one, named after the time.</summary>
    public static string OutputFolderOf(ParseResult parsed, Option<string> output) => parsed.GetValue(output)
        ?? Path.Combine("runs", DateTime.Now.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture));

    /// <summary>Parses the arguments; answers --help, --version and --libtorch itself, with null.</summary>
    /// <exception cref="UsageException">An option is unknown or impossible.</exception>
    public static ParseResult? Read(RootCommand command, string[] arguments)
    {
        command.Options.Add(SampleDevice.LibTorchOption());
        ParseResult parsed = command.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0)
            throw new UsageException(parsed.Errors[0].Message);
        if (parsed.Action is null)
            return parsed;
        Environment.ExitCode = parsed.Invoke();
        return null;
    }

    /// <summary>The window asked for; without one, the usual window or all steps where they are fewer.</summary>
    /// <exception cref="UsageException">The window asked for is longer than all steps.</exception>
    public static int WindowOf(ParseResult parsed, Option<int> window, Option<int> steps)
    {
        int asked = parsed.GetValue(window), available = parsed.GetValue(steps);
        if (asked <= available)
            return asked;
        return parsed.GetResult(window) is { Implicit: false }
            ? throw new UsageException($"--window {asked} is longer than --steps {available}: nothing would be tuned.")
            : available;
    }

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

using System.Buffers;
using System.Globalization;
using System.Text;

namespace Declarative.Reporting;

/// <summary>Writes one row per window to a comma-separated file (RFC 4180 quoting, UTF-8, lines end with a line feed).</summary>
/// <remarks>
/// <para>The columns are <c>method, step, trainingLoss, validationLoss</c> and then, for each hyperparameter coordinate,
/// <c>name</c> (its value after the outer step), <c>name.local</c>, <c>name.estimate</c> (hypergradients with respect to u, NaN while
/// it is fixed) and <c>name.decision</c>. Numbers are written in the invariant culture with as many digits as are needed to read the
/// same number back, so equal runs give equal files.</para>
/// <para>Several methods may share a file: ask for one observer each. Every row is on disk when its window's report returns.</para>
/// </remarks>
public sealed class CsvLog
{
    private static readonly SearchValues<char> NeedQuotes = SearchValues.Create(",\"\r\n");
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private string? header;

    /// <summary>Begins a file, creating its directory where needed, or goes on with one.</summary>
    /// <param name="path">The file's path.</param>
    /// <param name="append">Whether to keep the rows of an existing file and write below them.</param>
    /// <exception cref="IOException">The file cannot be written there.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written there.</exception>
    public CsvLog(string path, bool append = false)
    {
        FilePath = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(FilePath) ?? FilePath);
        if (append && File.Exists(FilePath))
            header = File.ReadLines(FilePath).FirstOrDefault();
        else
            File.WriteAllText(FilePath, "", Utf8);
    }

    /// <summary>The full path of the file.</summary>
    public string FilePath { get; }

    /// <summary>An observer that writes the rows of one run.</summary>
    /// <param name="method">What stands in the column <c>method</c>.</param>
    /// <returns>An observer; it throws <see cref="InvalidOperationException"/> when a run starts whose hyperparameters are not those
    /// of the rows already there.</returns>
    public ITrainingObserver Observe(string method)
    {
        ArgumentNullException.ThrowIfNull(method);
        return new Rows(this, method);
    }

    private void Begin(IReadOnlyList<string> names)
    {
        StringBuilder line = new("method,step,trainingLoss,validationLoss");
        foreach (string name in names)
            foreach (string suffix in (ReadOnlySpan<string>)["", ".local", ".estimate", ".decision"])
                AppendText(line.Append(','), name + suffix);
        string wanted = line.ToString();
        if (header is null)
            File.AppendAllText(FilePath, wanted + "\n", Utf8);
        else if (header != wanted)
            throw new InvalidOperationException(
                $"'{FilePath}' holds rows of other hyperparameters: its header is '{header}', not '{wanted}'.");
        header = wanted;
    }

    private static void AppendText(StringBuilder line, string text)
    {
        if (text.AsSpan().ContainsAny(NeedQuotes))
            line.Append('"').Append(text.Replace("\"", "\"\"")).Append('"');
        else
            line.Append(text);
    }

    private static void AppendNumber(StringBuilder line, double value) =>
        line.Append(value.ToString("R", CultureInfo.InvariantCulture));

    private sealed class Rows(CsvLog log, string method) : ITrainingObserver
    {
        public void OnStarted(TrainingPlan plan) => log.Begin(plan.Names);

        public void OnWindow(WindowReport window)
        {
            StringBuilder line = new();
            AppendText(line, method);
            line.Append(CultureInfo.InvariantCulture, $",{window.Step}");
            AppendNumber(line.Append(','), window.TrainingLoss);
            AppendNumber(line.Append(','), window.ValidationLoss);
            for (int i = 0; i < window.Values.Length; i++)
            {
                AppendNumber(line.Append(','), window.Values[i]);
                AppendNumber(line.Append(','), window.Local[i]);
                AppendNumber(line.Append(','), window.Estimate[i]);
                AppendText(line.Append(','), window.Decisions[i].ToString());
            }
            File.AppendAllText(log.FilePath, line.Append('\n').ToString(), Utf8);
        }
    }
}

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
/// <para>Several methods may share a file: ask for one observer each. Every row is in the file when its window's report returns. A file that
/// cannot be written while a run lasts does not end it: the error output says so once, and rows wait until they can be written.</para>
/// <para>A run that goes on after a checkpoint keeps the rows that the file holds, but those of its own method after the step where it goes
/// on, which it is about to write again: the file of a run that was killed and resumed is that of a run that was not.</para>
/// </remarks>
public sealed class CsvLog
{
    private static readonly SearchValues<char> NeedQuotes = SearchValues.Create(",\"\r\n");
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private readonly AppendedFile file;
    private readonly HashSet<string> begun = [];
    private bool keepsOthers;

    /// <summary>Opens a file, creating it and its directory where needed.</summary>
    /// <param name="path">The file's path.</param>
    /// <param name="append">Whether to keep the rows that an existing file has of other methods, and write below them. Without, the first run
    /// replaces all, unless it goes on after a checkpoint.</param>
    /// <exception cref="IOException">The file cannot be written there.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written there.</exception>
    public CsvLog(string path, bool append = false)
    {
        FilePath = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(FilePath) ?? FilePath);
        File.AppendAllText(FilePath, "", Utf8);
        file = new AppendedFile(FilePath);
        keepsOthers = append;
    }

    /// <summary>The full path of the file.</summary>
    public string FilePath { get; }

    /// <summary>An observer that writes the rows of one run.</summary>
    /// <param name="method">What stands in the column <c>method</c>.</param>
    /// <returns>An observer. When a run starts it throws <see cref="InvalidOperationException"/> where the rows already there are of other
    /// hyperparameters, and <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/> where the file cannot be written.</returns>
    public ITrainingObserver Observe(string method)
    {
        ArgumentNullException.ThrowIfNull(method);
        return new Rows(this, method);
    }

    private void Begin(TrainingPlan plan, string method)
    {
        string header = Header(plan.Names);
        file.Begin();
        bool isFirst = begun.Count == 0, isFirstOfMethod = begun.Add(method);
        keepsOthers |= isFirst && plan.FirstStep > 0;
        if (isFirst && !keepsOthers)
            File.WriteAllText(FilePath, "", Utf8);
        string? found = CsvRows.Read(FilePath).FirstOrDefault();
        if (found is not null && found != header)
            throw new InvalidOperationException($"'{FilePath}' holds rows of other hyperparameters: its header is '{found}', not '{header}'.");
        if (found is null)
            File.WriteAllText(FilePath, header + "\n", Utf8);
        else if (plan.FirstStep > 0)
            CsvRows.Keep(FilePath, row => row.First != method || !long.TryParse(row.Second, CultureInfo.InvariantCulture, out long step) || step <= plan.FirstStep);
        else if (keepsOthers && isFirstOfMethod)
            // What it had is of an earlier start of the program, which came to no checkpoint; so is half a row at the end.
            CsvRows.Keep(FilePath, row => row.First != method);
    }

    private static string Header(IReadOnlyList<string> names)
    {
        StringBuilder line = new("method,step,trainingLoss,validationLoss");
        foreach (string name in names)
            foreach (string suffix in (ReadOnlySpan<string>)["", ".local", ".estimate", ".decision"])
                AppendText(line.Append(','), name + suffix);
        return line.ToString();
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
        public void OnStarted(TrainingPlan plan) => log.Begin(plan, method);

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
            log.file.Add(Utf8.GetBytes(line.Append('\n').ToString()));
            log.file.TryWrite();
        }

        public void OnCompleted(TrainingResult result) => log.file.TryWrite();

        public void OnFailed(Exception exception) => log.file.TryWrite();
    }
}

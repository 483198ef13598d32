using System.Globalization;
using System.IO.Enumeration;

namespace Samples.Study.Cells;

/// <summary>What decides a cell's result, and nothing else does: <c>outcomes/mlp-slow/grid/17/0</c>.</summary>
/// <param name="Part">The part of the study.</param>
/// <param name="Task">The family or task.</param>
/// <param name="Method">The method.</param>
/// <param name="Setting">Which of its settings; <c>-</c> where there is but one.</param>
/// <param name="Seed">The seed.</param>
internal sealed record CellKey(string Part, string Task, string Method, string Setting, int Seed)
{
    private const char Separator = '/';

    /// <summary>The setting of a method that has but one.</summary>
    public const string Single = "-";

    /// <summary>Reads what <see cref="ToString"/> writes.</summary>
    /// <exception cref="FormatException">The text is no key.</exception>
    public static CellKey Parse(string text) =>
        text.Split(Separator) is [var part, var task, var method, var setting, var seed]
            && int.TryParse(seed, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? new(part, task, method, setting, number)
            : throw new FormatException($"'{text}' is no cell's key: part/task/method/setting/seed.");

    /// <summary>Whether a pattern occurs in the key; <c>*</c> stands for anything.</summary>
    public bool Matches(string pattern) => FileSystemName.MatchesSimpleExpression($"*{pattern}*", ToString());

    /// <summary>A number that depends on the key alone, the same in every process: a seed for what the cell draws.</summary>
    public int Hash()
    {
        // FNV-1a; the hash codes of strings differ from process to process.
        uint hash = 2166136261;
        foreach (char letter in ToString())
            hash = (hash ^ letter) * 16777619;
        return (int)(hash & int.MaxValue);
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Part}{Separator}{Task}{Separator}{Method}{Separator}{Setting}{Separator}{Seed}");
}

/// <summary>A cell to do.</summary>
/// <param name="Key">What decides its result.</param>
/// <param name="Rank">Lower ones are done first.</param>
internal readonly record struct Cell(CellKey Key, int Rank);

// Stands in for Verify.Xunit, whose core package, Verify, could not be restored when this was written. It keeps Verify's call shape,
// Verifier.Verify(new Target(extension, data, name)), and its files: `Class.Method#Name.verified.cs` beside the test, and
// `Class.Method#Name.received.cs` where a test found something else. To move over, reference Verify.Xunit and delete this file.
using System.Runtime.CompilerServices;
using DiffPlex.DiffBuilder;
using DiffPlex.DiffBuilder.Model;
using Xunit.Sdk;

namespace Declarative.Generators.Tests;

/// <summary>What a snapshot holds.</summary>
internal sealed record Target(string Extension, string Data, string Name);

/// <summary>Compares what a test made with what a person has reviewed.</summary>
internal static class Verifier
{
    private const int Context = 2;

    public static Task Verify(Target target, [CallerFilePath] string sourceFile = "", [CallerMemberName] string method = "")
    {
        string stem = Path.Combine(Path.GetDirectoryName(sourceFile)!, $"{Path.GetFileNameWithoutExtension(sourceFile)}.{method}#{target.Name}");
        string verifiedFile = $"{stem}.verified.{target.Extension}";
        string receivedFile = $"{stem}.received.{target.Extension}";
        string verified = File.Exists(verifiedFile) ? Normalize(File.ReadAllText(verifiedFile)) : "";
        string received = Normalize(target.Data);
        if (verified == received)
        {
            File.Delete(receivedFile);
            return Task.CompletedTask;
        }
        File.WriteAllText(receivedFile, received);
        throw new XunitException($"{Path.GetFileName(receivedFile)} differs from what was verified. If it is right, rename it to "
            + $"{Path.GetFileName(verifiedFile)}.\n{Difference(verified, received)}");
    }

    private static string Normalize(string text) => text.TrimStart('\uFEFF').ReplaceLineEndings("\n");

    // Changed lines, and a few around them.
    private static string Difference(string verified, string received)
    {
        List<DiffPiece> lines = InlineDiffBuilder.Diff(verified, received).Lines;
        bool IsNearChange(int index) => lines.Skip(index - Context).Take(Context + 1 + Math.Min(index, Context)).Any(line => line.Type != ChangeType.Unchanged);
        var shown = new List<string>();
        for (int i = 0; i < lines.Count; i++)
        {
            if (IsNearChange(i))
                shown.Add((lines[i].Type switch { ChangeType.Inserted => "+ ", ChangeType.Deleted => "- ", _ => "  " }) + lines[i].Text);
            else if (shown.Count > 0 && shown[^1] != "  ...")
                shown.Add("  ...");
        }
        return string.Join('\n', shown);
    }
}

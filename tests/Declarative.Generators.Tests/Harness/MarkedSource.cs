using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Declarative.Generators.Tests;

/// <summary>A source in which <c>{|ID:expression|}</c> marks where a diagnostic is expected.</summary>
internal sealed record MarkedSource(string Text, IReadOnlyList<(string Id, LinePositionSpan Span)> Expected)
{
    public static MarkedSource Parse(string marked)
    {
        var text = new StringBuilder();
        var open = new Stack<(string Id, int Start)>();
        var spans = new List<(string Id, TextSpan Span)>();
        for (int i = 0; i < marked.Length; i++)
        {
            if (marked.AsSpan(i).StartsWith("{|"))
            {
                int colon = marked.IndexOf(':', i);
                open.Push((marked[(i + 2)..colon], text.Length));
                i = colon;
            }
            else if (marked.AsSpan(i).StartsWith("|}"))
            {
                (string id, int start) = open.Pop();
                spans.Add((id, TextSpan.FromBounds(start, text.Length)));
                i++;
            }
            else
                text.Append(marked[i]);
        }
        TextLineCollection lines = SourceText.From(text.ToString()).Lines;
        return new(text.ToString(), [.. spans.OrderBy(item => item.Span.Start).ThenBy(item => item.Id).Select(item => (item.Id, lines.GetLinePositionSpan(item.Span)))]);
    }

    /// <summary>This library's diagnostics, in the order of the source.</summary>
    public static IReadOnlyList<Diagnostic> OwnDiagnostics(Compilation compilation) =>
        [.. GeneratorHarness.Diagnose(compilation).Where(diagnostic => diagnostic.Id.StartsWith("DECL", StringComparison.Ordinal))
            .OrderBy(diagnostic => diagnostic.Location.SourceSpan.Start).ThenBy(diagnostic => diagnostic.Id)];
}

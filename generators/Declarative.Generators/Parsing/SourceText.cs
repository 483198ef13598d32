using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;

namespace Declarative.Generators.Parsing;

/// <summary>Source, as a comment quotes it.</summary>
internal static class SourceText
{
    private static readonly Regex WhiteSpace = new(@"\s+", RegexOptions.CultureInvariant);

    /// <summary>The text of a piece of syntax on one line.</summary>
    public static string Of(SyntaxNode syntax) => WhiteSpace.Replace(syntax.ToString(), " ").Trim();
}

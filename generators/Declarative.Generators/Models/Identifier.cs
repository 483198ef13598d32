using Microsoft.CodeAnalysis.CSharp;

namespace Declarative.Generators.Models;

/// <summary>Names as C# wants them written.</summary>
internal static class Identifier
{
    /// <summary>Escapes every keyword, contextual ones too: <c>field</c> or <c>await</c> mean something else in some bodies.</summary>
    public static string Escape(string name) =>
        SyntaxFacts.GetKeywordKind(name) != SyntaxKind.None || SyntaxFacts.GetContextualKeywordKind(name) != SyntaxKind.None ? "@" + name : name;

    /// <summary>The name with a capital letter, as part of another.</summary>
    public static string Capitalized(string name) => char.ToUpperInvariant(name[0]) + name.Substring(1);

    /// <summary>The name that users see for a member: <c>_learningRate</c> and <c>LearningRate</c> become <c>learningRate</c>.</summary>
    public static string CamelCase(string member)
    {
        string name = member.TrimStart('_');
        return name.Length == 0 ? member : char.ToLowerInvariant(name[0]) + name.Substring(1);
    }
}

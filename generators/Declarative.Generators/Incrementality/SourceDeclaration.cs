using System.Collections.Immutable;

namespace Declarative.Generators.Incrementality;

/// <summary>A top-level declaration as its file has it, or one of its parts.</summary>
/// <param name="text">Its text.</param>
/// <param name="names">Its names.</param>
/// <param name="mentioned">The names in it.</param>
internal sealed class SourceDeclaration(string text, ImmutableArray<string> names, ImmutableArray<string> mentioned)
{
    /// <summary>The whole of it, and what of its file it depends on: namespace and usings.</summary>
    public string Text { get; } = text;

    /// <summary>The names by which code elsewhere can come to mean it: its own first, then those of its extension members.</summary>
    public ImmutableArray<string> Names { get; } = names;

    /// <summary>Every name in it and in its file's usings. It can mean no other declaration but by one of these.</summary>
    public ImmutableArray<string> Mentioned { get; } = mentioned;
}

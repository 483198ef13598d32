using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;
using Microsoft.CodeAnalysis;

namespace Declarative.Generators.Incrementality;

/// <summary>All declarations of a project, by the names that can mean them. From it follows, without any binding, what the meaning of a
/// class can depend on.</summary>
/// <remarks>To bind the bodies of a thousand rules takes the compiler seconds, and after an edit it starts anew. But how a name binds
/// depends only on declarations of that name, or on members of types that are themselves reached by a name: in the class, in what
/// it reaches, or in the project's global usings. So the text of everything that is reached in this way, together with the
/// references and options, determines what the generator reads of a class; the rest of the project has no part in it.</remarks>
internal sealed class SourceIndex
{
    private static readonly ConditionalWeakTable<Compilation, SourceIndex> Read = new();

    private readonly Dictionary<string, List<SourceDeclaration>> byName = [];
    private readonly Dictionary<string, List<SourceDeclaration>> byNameInAnyCase = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, Fingerprint> fingerprints = [];
    private readonly HashSet<string> mentionedEverywhere = [];
    private readonly string everywhere;

    private SourceIndex(Compilation compilation, CancellationToken cancellation)
    {
        var shared = new List<string> { compilation.AssemblyName ?? "", ObjectNumber.Of(compilation.Options) };
        shared.AddRange(compilation.References.Select(ObjectNumber.Of));
        var spaces = new HashSet<string>();
        foreach (SyntaxTree tree in compilation.SyntaxTrees)
        {
            SourceFile file = SourceFile.Of(tree, cancellation);
            shared.AddRange(file.Everywhere);
            spaces.UnionWith(file.Spaces);
            mentionedEverywhere.UnionWith(file.MentionedEverywhere);
            foreach (SourceDeclaration declaration in file.Declarations)
            {
                foreach (string name in declaration.Names)
                {
                    Add(byName, name, declaration);
                    if (name.EndsWith("Attribute", StringComparison.Ordinal))
                        Add(byName, name.Substring(0, name.Length - "Attribute".Length), declaration);
                }
                Add(byNameInAnyCase, declaration.Names[0], declaration);
            }
        }
        everywhere = string.Join("\n", shared.Concat(spaces));
    }

    public static SourceIndex Of(Compilation compilation, CancellationToken cancellation) =>
        Read.TryGetValue(compilation, out SourceIndex index) ? index : Read.GetValue(compilation, added => new(added, cancellation));

    /// <summary>All that can have a part in what is read of a class.</summary>
    /// <param name="name">The name of the class, or of the outermost that contains it.</param>
    public Fingerprint FingerprintOf(string name)
    {
        lock (fingerprints)
        {
            if (!fingerprints.TryGetValue(name, out Fingerprint fingerprint))
                fingerprints.Add(name, fingerprint = Compute(name));
            return fingerprint;
        }
    }

    private Fingerprint Compute(string name)
    {
        var texts = new List<string> { everywhere };
        var reached = new HashSet<SourceDeclaration>();
        var seen = new HashSet<string>();
        var pending = new Stack<string>(mentionedEverywhere);
        // The name of its generated file depends on who is called the same but for the case.
        Reach(byNameInAnyCase, name);
        while (pending.Count > 0)
            Reach(byName, pending.Pop());
        return new(texts.ToEquatable());

        void Reach(Dictionary<string, List<SourceDeclaration>> index, string mentioned)
        {
            if (!index.TryGetValue(mentioned, out List<SourceDeclaration> declarations) || (index == byName && !seen.Add(mentioned)))
                return;
            foreach (SourceDeclaration declaration in declarations.Where(reached.Add))
            {
                texts.Add(declaration.Text);
                foreach (string next in declaration.Mentioned)
                    pending.Push(next);
            }
        }
    }

    private static void Add(Dictionary<string, List<SourceDeclaration>> index, string name, SourceDeclaration declaration)
    {
        if (!index.TryGetValue(name, out List<SourceDeclaration> declarations))
            index.Add(name, declarations = []);
        declarations.Add(declaration);
    }
}

/// <summary>The text of all that can have a part in what is read of a class.</summary>
internal sealed record Fingerprint(EquatableArray<string> Texts);

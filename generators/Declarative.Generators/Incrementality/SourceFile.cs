using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Declarative.Generators.Incrementality;

/// <summary>A file's declarations and the names in them: what can be known of it without the rest of the project.</summary>
internal sealed class SourceFile
{
    // A tree never changes, and an edit replaces the trees of the edited files only.
    private static readonly ConditionalWeakTable<SyntaxTree, SourceFile> Read = new();

    // The compiler looks for extensions of these names where the source does not write them: foreach, await, deconstruction,
    // collection expressions, fixed, and queries.
    private static readonly HashSet<string> Unwritten =
    [
        "GetEnumerator", "GetAsyncEnumerator", "GetAwaiter", "Deconstruct", "Add", "GetPinnableReference",
        "Cast", "GroupBy", "GroupJoin", "Join", "OrderBy", "OrderByDescending", "Select", "SelectMany", "ThenBy", "ThenByDescending", "Where",
    ];

    private readonly List<SourceDeclaration> declarations = [];
    private readonly List<string> everywhere = [];
    private readonly HashSet<string> spaces = [];
    private readonly HashSet<string> mentionedEverywhere = [];

    private SourceFile(SyntaxTree tree, CancellationToken cancellation)
    {
        var root = (CompilationUnitSyntax)tree.GetRoot(cancellation);
        spaces.Add(ObjectNumber.Of(tree.Options));
        // Which text counts.
        if (root.ContainsDirectives)
            for (DirectiveTriviaSyntax? directive = root.GetFirstDirective(); directive is not null; directive = directive.GetNextDirective())
                if (directive is DefineDirectiveTriviaSyntax or UndefDirectiveTriviaSyntax)
                    everywhere.Add(directive.ToString());
        foreach (SyntaxNode node in root.Externs.Concat<SyntaxNode>(root.AttributeLists).Concat(root.Usings.Where(IsGlobal)))
        {
            everywhere.Add(node.ToString());
            mentionedEverywhere.UnionWith(NamesIn(node));
        }
        Members(root.Members, new("", root.Usings.Where(directive => !IsGlobal(directive)).ToImmutableArray<SyntaxNode>()), cancellation);
    }

    /// <summary>The declarations that matter only to code that names them.</summary>
    public IReadOnlyList<SourceDeclaration> Declarations => declarations;

    /// <summary>What may matter to any code of the project, in the order of the file.</summary>
    public IReadOnlyList<string> Everywhere => everywhere;

    /// <summary>The namespaces, each of which can hide a type of the same name, and the options by which the file is parsed.</summary>
    public IEnumerable<string> Spaces => spaces;

    /// <summary>The names in <see cref="Everywhere"/>.</summary>
    public IEnumerable<string> MentionedEverywhere => mentionedEverywhere;

    public static SourceFile Of(SyntaxTree tree, CancellationToken cancellation) =>
        Read.TryGetValue(tree, out SourceFile file) ? file : Read.GetValue(tree, added => new(added, cancellation));

    private void Members(SyntaxList<MemberDeclarationSyntax> members, Surroundings surroundings, CancellationToken cancellation)
    {
        foreach (MemberDeclarationSyntax member in members)
        {
            cancellation.ThrowIfCancellationRequested();
            switch (member)
            {
                case BaseNamespaceDeclarationSyntax space:
                    Surroundings inside = surroundings.Inside(space);
                    spaces.Add(inside.Namespace);
                    Members(space.Members, inside, cancellation);
                    break;
                case BaseTypeDeclarationSyntax type:
                    Type(type, type.Identifier.ValueText, surroundings);
                    break;
                case DelegateDeclarationSyntax type:
                    Type(type, type.Identifier.ValueText, surroundings);
                    break;
                case GlobalStatementSyntax statement:
                    // Its locals are in scope in every class, if only for the error that they cannot be used there.
                    foreach (string name in NamesDeclaredIn(statement).Append("Program"))
                        declarations.Add(new("top-level " + name, [name], []));
                    break;
                default:
                    everywhere.Add(member.ToString());
                    mentionedEverywhere.UnionWith(NamesIn(member));
                    break;
            }
        }
    }

    private void Type(MemberDeclarationSyntax type, string name, Surroundings surroundings)
    {
        string text = surroundings.Text + type;
        ImmutableArray<string> mentioned = [.. NamesIn(type).Concat(surroundings.Names).Distinct()];
        MethodDeclarationSyntax[] extensions = Extensions(type);
        ImmutableArray<string> names = [name, .. extensions.Select(method => method.Identifier.ValueText)];
        // The compiler knows some types by name, whoever declares them. An extension block has no name at all.
        if (surroundings.Namespace.Split('.')[0] is "System" or "Microsoft" || names.Any(Unwritten.Contains)
            || (type as TypeDeclarationSyntax)?.Members.OfType<TypeDeclarationSyntax>().Any(inner => inner.Identifier.ValueText.Length == 0) == true)
        {
            everywhere.Add(text);
            mentionedEverywhere.UnionWith(mentioned);
        }
        else if (extensions.Length > 0)
        {
            // An extension can stand between a class and what is generated for it, which the class does not name. The bodies cannot.
            everywhere.Add(string.Join("\n", extensions.Select(Head).Prepend($"{surroundings.Text}{type.Modifiers} {name}")));
            mentionedEverywhere.UnionWith(extensions.SelectMany(method => NamesIn(method.ParameterList)).Concat(surroundings.Names));
        }
        declarations.Add(new(text, names, mentioned));
    }

    private static MethodDeclarationSyntax[] Extensions(MemberDeclarationSyntax type) => type is not ClassDeclarationSyntax { Members: var members } ? []
        : [.. members.OfType<MethodDeclarationSyntax>()
            .Where(method => method.ParameterList.Parameters.FirstOrDefault()?.Modifiers.Any(SyntaxKind.ThisKeyword) == true)];

    private static string Head(MethodDeclarationSyntax method) =>
        $"{method.Modifiers} {method.Identifier.ValueText}{method.TypeParameterList}{method.ParameterList}{method.ConstraintClauses}";

    // Arguments of attributes name members by strings too.
    private static IEnumerable<string> NamesIn(SyntaxNode node) => node.DescendantTokens()
        .Where(token => token.IsKind(SyntaxKind.IdentifierToken) || token.IsKind(SyntaxKind.StringLiteralToken))
        .Select(token => token.ValueText).Distinct();

    private static IEnumerable<string> NamesDeclaredIn(GlobalStatementSyntax statement) => statement.DescendantTokens()
        .Where(token => token.IsKind(SyntaxKind.IdentifierToken)
            && token.Parent is VariableDeclaratorSyntax or SingleVariableDesignationSyntax or LocalFunctionStatementSyntax)
        .Select(token => token.ValueText).Distinct();

    private static bool IsGlobal(UsingDirectiveSyntax directive) => directive.GlobalKeyword.IsKind(SyntaxKind.GlobalKeyword);

    /// <summary>What surrounds a declaration in its file.</summary>
    private sealed class Surroundings(string @namespace, ImmutableArray<SyntaxNode> usings)
    {
        public string Namespace { get; } = @namespace;

        public string Text { get; } = string.Join("\n", usings.Select(directive => directive.ToString()).Append(@namespace).Append(""));

        public ImmutableArray<string> Names { get; } = [.. usings.SelectMany(NamesIn).Distinct()];

        public Surroundings Inside(BaseNamespaceDeclarationSyntax space) => new(
            Namespace.Length == 0 ? space.Name.ToString() : $"{Namespace}.{space.Name}", [.. usings, .. space.Externs, .. space.Usings]);
    }
}

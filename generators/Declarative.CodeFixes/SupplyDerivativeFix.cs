using System.Collections.Generic;
using System.Composition;
using System.Linq;
using Declarative.Generators.Analyzers;
using Declarative.Generators.Models;
using Declarative.Generators.Parsing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Operations;

namespace Declarative.CodeFixes;

/// <summary>Writes the heads of the derivatives that a call without a derivative rule needs (DECL0010), one for each argument that is a
/// tensor or a number.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(SupplyDerivativeFix)), Shared]
public sealed class SupplyDerivativeFix() : DocumentFix("Supply its derivatives", Diagnostics.UnknownOperation)
{
    private protected override IEnumerable<Edit> Find(Place place)
    {
        if (place.Node.AncestorsAndSelf().OfType<InvocationExpressionSyntax>().FirstOrDefault() is not { } call
            || place.Model.GetOperation(call, place.Cancellation) is not IInvocationOperation { TargetMethod: var method }
            || !IsDifferentiable(method.ReturnType) || method.IsGenericMethod || method.Parameters.Any(parameter => parameter.RefKind != RefKind.None || parameter.IsParams)
            || call.FirstAncestorOrSelf<ClassDeclarationSyntax>() is not { } owner
            || place.Model.GetDeclaredSymbol(owner, place.Cancellation) is not { } type)
            yield break;
        string[] stubs = [.. Stubs(method, type, place.Model, call.SpanStart)];
        if (stubs.Length > 0)
            yield return new(call, editor => editor.ReplaceNode(owner, (current, _) => WithStubs((ClassDeclarationSyntax)current, stubs)));
    }

    private static bool IsDifferentiable(ITypeSymbol type) => type.Is(KnownNames.Tensor) || type.SpecialType == SpecialType.System_Double;

    private static IEnumerable<string> Stubs(IMethodSymbol method, INamedTypeSymbol owner, SemanticModel model, int position)
    {
        bool isOwn = SymbolEqualityComparer.Default.Equals(method.ContainingType, owner);
        string Type(ITypeSymbol type) => type.ToMinimalDisplayString(model, position);
        string target = isOwn ? $"nameof({Identifier.Escape(method.Name)})"
            : $"typeof({Type(method.ContainingType)}), nameof({Type(method.ContainingType)}.{Identifier.Escape(method.Name)})";
        string attribute = model.NameAt(position, "DerivativeOfAttribute", "Declarative.DerivativeOfAttribute").Replace("Attribute", "");
        string exception = model.NameAt(position, "NotImplementedException", "System.NotImplementedException");

        var parameters = method.Parameters.Select(parameter => (parameter.Type, parameter.Name)).ToList();
        // What a method is called on is its first argument; an own method has the rule's object, which is no argument.
        if (!method.IsStatic && !isOwn)
            parameters.Insert(0, (method.ContainingType, Unused("input", method)));
        string heads = string.Concat(parameters.Select(parameter => $"{Type(parameter.Type)} {Identifier.Escape(parameter.Name)}, "))
            + $"{Type(method.ReturnType)} {Unused("value", method)}";
        for (int i = 0; i < parameters.Count; i++)
            if (IsDifferentiable(parameters[i].Type))
                yield return $"[{attribute}({target}, Argument = {i})] private static {Type(method.ReturnType)} "
                    + $"{Identifier.Capitalized(method.Name)}By{Identifier.Capitalized(parameters[i].Name)}({heads}) => throw new {exception}();";
    }

    private static string Unused(string name, IMethodSymbol method) => method.Parameters.Any(parameter => parameter.Name == name) ? Unused("_" + name, method) : name;

    private static ClassDeclarationSyntax WithStubs(ClassDeclarationSyntax owner, string[] stubs)
    {
        string indentation = owner.Members.LastOrDefault()?.GetLeadingTrivia().LastOrDefault(trivia => trivia.IsKind(SyntaxKind.WhitespaceTrivia)).ToString() ?? "";
        foreach (string stub in stubs)
        {
            if (owner.Members.Any(member => member.WithoutTrivia().ToString() == stub))
                continue;
            MemberDeclarationSyntax member = SyntaxFactory.ParseMemberDeclaration(stub)!;
            owner = owner.AddMembers(member.WithLeadingTrivia(SyntaxFactory.LineFeed, SyntaxFactory.Whitespace(indentation)).WithTrailingTrivia(SyntaxFactory.LineFeed));
        }
        return owner;
    }
}

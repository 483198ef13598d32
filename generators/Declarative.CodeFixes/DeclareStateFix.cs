using System.Collections.Generic;
using System.Composition;
using System.Globalization;
using System.Linq;
using Declarative.Generators.Analyzers;
using Declarative.Generators.Parsing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Declarative.CodeFixes;

/// <summary>Adds <c>[State]</c> to a field that an update rule writes (DECL0013). A constant that the field is initialized with is what
/// the state starts from.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(DeclareStateFix)), Shared]
public sealed class DeclareStateFix() : DocumentFix("Declare the field to be a state", Diagnostics.IllegalWrite)
{
    private protected override IEnumerable<Edit> Find(Place place)
    {
        if (place.Model.GetSymbolInfo(place.Node, place.Cancellation).Symbol is not IFieldSymbol { IsStatic: false, IsReadOnly: false } field
            || !(field.Type.Is(KnownNames.Tensor) || field.Type.SpecialType == SpecialType.System_Double)
            || (field.Find(KnownNames.HyperparameterAttribute) ?? field.Find(KnownNames.StateAttribute)) is not null
            || !SymbolEqualityComparer.Default.Equals(field.ContainingType, place.Model.GetEnclosingSymbol(place.Node.SpanStart)?.ContainingType)
            || field.DeclaringSyntaxReferences.FirstOrDefault(reference => reference.SyntaxTree == place.Model.SyntaxTree)?.GetSyntax(place.Cancellation)
                is not VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax { Variables.Count: 1, Parent: FieldDeclarationSyntax declaration } } declarator
            || Initial(declarator, place) is not { } initial)
            yield break;
        string name = place.Model.NameAt(declaration.SpanStart, "StateAttribute", KnownNames.StateAttribute).Replace("StateAttribute", "State");
        yield return new(declaration, editor => editor.ReplaceNode(declaration, (current, _) => WithState((FieldDeclarationSyntax)current, name + initial)));
    }

    // The attribute's arguments; nothing where the field starts from what an attribute cannot say.
    private static string? Initial(VariableDeclaratorSyntax declarator, Place place)
    {
        if (declarator.Initializer?.Value is not { } value)
            return "";
        if (place.Model.GetConstantValue(value, place.Cancellation) is { HasValue: true, Value: var constant })
            return constant is null or 0.0 or 0 or 0f ? "" : constant is double or int or float ? $"(Initial = {((System.IConvertible)constant).ToString(CultureInfo.InvariantCulture)})" : null;
        return value is PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.SuppressNullableWarningExpression } ? "" : null;
    }

    private static FieldDeclarationSyntax WithState(FieldDeclarationSyntax field, string attribute)
    {
        AttributeListSyntax list = SyntaxFactory.ParseMemberDeclaration($"[{attribute}] int x;")!.AttributeLists[0];
        SyntaxTriviaList leading = field.GetLeadingTrivia();
        FieldDeclarationSyntax bare = field.WithoutLeadingTrivia();
        return bare.WithAttributeLists(bare.AttributeLists.Insert(0, list.WithTrailingTrivia(SyntaxFactory.Space))).WithLeadingTrivia(leading);
    }
}

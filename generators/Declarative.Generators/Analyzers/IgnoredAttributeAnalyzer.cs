using System.Collections.Immutable;
using Declarative.Generators.Parsing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Declarative.Generators.Analyzers;

/// <summary>Tells of attributes that stand where the compiler drops them, or where they mean nothing. No symbol carries them, so that
/// only their syntax can be looked at.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class IgnoredAttributeAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(Diagnostics.IgnoredAttribute);

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterSyntaxNodeAction(Analyze, SyntaxKind.Attribute);
    }

    private static void Analyze(SyntaxNodeAnalysisContext context)
    {
        var attribute = (AttributeSyntax)context.Node;
        if (IgnoredAttribute.ReasonFor(attribute) is not { } reason
            || context.SemanticModel.GetTypeInfo(attribute, context.CancellationToken).Type?.ToDisplayString() is not { } type)
            return;
        string? name = type switch
        {
            KnownNames.HyperparameterAttribute => "Hyperparameter",
            KnownNames.StateAttribute => "State",
            KnownNames.UpdateRuleAttribute => "UpdateRule",
            _ => null,
        };
        if (name is not null)
            context.ReportDiagnostic(Diagnostic.Create(Diagnostics.IgnoredAttribute, attribute.GetLocation(), name, reason));
    }
}

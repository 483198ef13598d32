using System.Collections.Immutable;
using System.Linq;
using Declarative.Generators.Parsing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Declarative.Generators.Analyzers;

/// <summary>Tells what is wrong with annotated classes. It reads them with the generator's own parser, so that what is reported and
/// what is not generated are the same.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class DeclarationAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => Diagnostics.All;

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterSymbolAction(AnalyzeType, SymbolKind.NamedType);
        context.RegisterOperationBlockAction(AnalyzeRule);
    }

    private static void AnalyzeType(SymbolAnalysisContext context)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        if (TypeParser.IsAnnotated(type))
            TypeParser.ParseDeclarations(type, context.Compilation, (descriptor, location, arguments) =>
                context.ReportDiagnostic(Diagnostic.Create(descriptor, location, arguments)), context.CancellationToken);
    }

    private static void AnalyzeRule(OperationBlockAnalysisContext context)
    {
        if (context.OwningSymbol is not IMethodSymbol method || method.Find(KnownNames.UpdateRuleAttribute) is null || !RuleParser.HasSignature(method))
            return;
        if (context.OperationBlocks.OfType<IBlockOperation>().FirstOrDefault() is { } body)
            RuleParser.Parse(method, body, context.Compilation, (descriptor, location, arguments) =>
                context.ReportDiagnostic(Diagnostic.Create(descriptor, location, arguments)), context.CancellationToken);
    }
}

using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Declarative.Benchmarks;

/// <summary>An analyzer that asks for every bound body and says nothing.</summary>
#pragma warning disable RS1036, RS1038, RS1041, RS2008 // It is no compiler extension: only a benchmark runs it.
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class BareAnalyzer : DiagnosticAnalyzer
{
    private static readonly DiagnosticDescriptor Never = new("NEVER", "Never", "Never", "Never", DiagnosticSeverity.Warning, isEnabledByDefault: true);

    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [Never];

    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterOperationBlockAction(static _ => { });
    }
}

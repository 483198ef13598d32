using System.Collections.Immutable;
using System.Linq;
using Declarative.Generators.Parsing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Declarative.Generators.Suppressors;

/// <summary>Silences what the style analyzers say of update rules: no code calls them, as training runs the step that is generated from
/// them.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class UpdateRuleSuppressor : DiagnosticSuppressor
{
    private static readonly SuppressionDescriptor Unused = new("DECLSPR0004", "IDE0051",
        "The step is generated from the update rule");

    private static readonly SuppressionDescriptor CouldBeStatic = new("DECLSPR0005", "CA1822",
        "An update rule must be an instance method: DECL0006");

    /// <inheritdoc/>
    public override ImmutableArray<SuppressionDescriptor> SupportedSuppressions { get; } = ImmutableArray.Create(Unused, CouldBeStatic);

    /// <inheritdoc/>
    public override void ReportSuppressions(SuppressionAnalysisContext context)
    {
        foreach (Diagnostic diagnostic in context.ReportedDiagnostics)
            if (context.DeclaredAt(diagnostic.Location) is IMethodSymbol method && method.Find(KnownNames.UpdateRuleAttribute) is not null)
                context.ReportSuppression(Suppression.Create(
                    SupportedSuppressions.First(descriptor => descriptor.SuppressedDiagnosticId == diagnostic.Id), diagnostic));
    }
}

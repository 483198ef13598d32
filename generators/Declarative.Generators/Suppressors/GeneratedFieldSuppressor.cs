using System.Collections.Immutable;
using System.Linq;
using Declarative.Generators.Parsing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Declarative.Generators.Suppressors;

/// <summary>Silences "non-nullable field must contain a non-null value" (CS8618) for fields that generated code fills.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class GeneratedFieldSuppressor : DiagnosticSuppressor
{
    private static readonly SuppressionDescriptor Uninitialized = new("DECLSPR0001", "CS8618",
        "Hyperparameters are created by the generated part of the class; the state is kept by the trainer");

    /// <inheritdoc/>
    public override ImmutableArray<SuppressionDescriptor> SupportedSuppressions { get; } = ImmutableArray.Create(Uninitialized);

    /// <inheritdoc/>
    public override void ReportSuppressions(SuppressionAnalysisContext context)
    {
        foreach (Diagnostic diagnostic in context.ReportedDiagnostics)
        {
            // At an explicit constructor the warning stands there, and the field is its additional location.
            foreach (Location location in diagnostic.AdditionalLocations.Prepend(diagnostic.Location))
            {
                if (location.SourceTree is not { } tree)
                    continue;
                SyntaxNode node = tree.GetRoot(context.CancellationToken).FindNode(location.SourceSpan);
                if (context.GetSemanticModel(tree).GetDeclaredSymbol(node, context.CancellationToken) is IFieldSymbol field
                    && (field.Find(KnownNames.HyperparameterAttribute) ?? field.Find(KnownNames.StateAttribute)) is not null)
                {
                    context.ReportSuppression(Suppression.Create(Uninitialized, diagnostic));
                    break;
                }
            }
        }
    }
}

using System.Collections.Immutable;
using System.Linq;
using Declarative.Generators.Parsing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Declarative.Generators.Suppressors;

/// <summary>Silences what the compiler and the style analyzers say of annotated fields because they do not know who fills them.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class GeneratedFieldSuppressor : DiagnosticSuppressor
{
    private static readonly SuppressionDescriptor Uninitialized = new("DECLSPR0001", "CS8618",
        "Hyperparameters are created by the generated part of the class; the state is kept by the trainer");

    private static readonly SuppressionDescriptor Unassigned = new("DECLSPR0002", "CS0649",
        "The trainer keeps the state, and it starts from its Initial value; DECL0022 tells of a state that no step sets");

    private static readonly SuppressionDescriptor CouldBeReadOnly = new("DECLSPR0003", "IDE0044",
        "A state must be a field that can be written: DECL0003");

    /// <inheritdoc/>
    public override ImmutableArray<SuppressionDescriptor> SupportedSuppressions { get; } = ImmutableArray.Create(Uninitialized, Unassigned, CouldBeReadOnly);

    /// <inheritdoc/>
    public override void ReportSuppressions(SuppressionAnalysisContext context)
    {
        foreach (Diagnostic diagnostic in context.ReportedDiagnostics)
        {
            SuppressionDescriptor suppression = SupportedSuppressions.First(descriptor => descriptor.SuppressedDiagnosticId == diagnostic.Id);
            // At an explicit constructor the warning CS8618 stands there, and the field is its additional location.
            if (diagnostic.AdditionalLocations.Prepend(diagnostic.Location).Any(location => context.DeclaredAt(location) is IFieldSymbol field
                && (field.Find(KnownNames.StateAttribute) is not null
                    || (suppression == Uninitialized && field.Find(KnownNames.HyperparameterAttribute) is not null))))
                context.ReportSuppression(Suppression.Create(suppression, diagnostic));
        }
    }
}

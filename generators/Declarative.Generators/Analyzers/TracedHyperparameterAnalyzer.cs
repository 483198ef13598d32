using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using Declarative.Generators.Parsing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Declarative.Generators.Analyzers;

/// <summary>Tells of tensor hyperparameters of losses and models that nobody reads, and of expressions in which autograd loses them. Such
/// an expression may be meant, for a log say, and no analyzer can know: in plain code these are warnings, in update rules errors.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class TracedHyperparameterAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
        ImmutableArray.Create(Diagnostics.DerivativeLost, Diagnostics.GradientStopped, Diagnostics.UnusedHyperparameter);

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterOperationAction(AnalyzeRead, OperationKind.FieldReference, OperationKind.PropertyReference);
        context.RegisterSymbolStartAction(AnalyzeClass, SymbolKind.NamedType);
    }

    private static void AnalyzeRead(OperationAnalysisContext context)
    {
        if (TracedHyperparameter.Read(context.Operation) is not { } member)
            return;
        if (TracedHyperparameter.Loss(context.Operation) is { } loss)
            Warn(context, Diagnostics.DerivativeLost, loss);
        if (TracedHyperparameter.Stop(context.Operation) is ({ } stop, { } name))
            Warn(context, Diagnostics.GradientStopped, stop, name, member.Name);
    }

    private static void Warn(OperationAnalysisContext context, DiagnosticDescriptor descriptor, IOperation expression, params object[] arguments) =>
        context.ReportDiagnostic(Diagnostic.Create(descriptor, expression.Syntax.GetLocation(), DiagnosticSeverity.Warning,
            additionalLocations: null, properties: null, arguments));

    // Only what is private is read nowhere else.
    private static void AnalyzeClass(SymbolStartAnalysisContext context)
    {
        ISymbol[] candidates = [.. TypeParser.AnnotatedMembers((INamedTypeSymbol)context.Symbol).Where(member => member is IFieldSymbol or IPropertySymbol
            && member.DeclaredAccessibility == Accessibility.Private && !member.IsImplicitlyDeclared
            && member.Find(KnownNames.HyperparameterAttribute) is not null && DeclaredMember.TypeOf(member).Is(KnownNames.Tensor))];
        if (candidates.Length == 0 || TracedHyperparameter.HasRule((INamedTypeSymbol)context.Symbol))
            return;
        var read = new ConcurrentDictionary<ISymbol, bool>(SymbolEqualityComparer.Default);
        context.RegisterOperationAction(operation =>
        {
            if (TracedHyperparameter.Read(operation.Operation) is { } member)
                read.TryAdd(member.OriginalDefinition, true);
        }, OperationKind.FieldReference, OperationKind.PropertyReference);
        context.RegisterSymbolEndAction(end =>
        {
            foreach (ISymbol member in candidates.Where(member => !read.ContainsKey(member) && !IsNamedInNestedType(member, end.CancellationToken)))
                end.ReportDiagnostic(Diagnostic.Create(Diagnostics.UnusedHyperparameter, member.Locations.FirstOrDefault(), member.Name));
        });
    }

    // Bodies of nested types are not among those of the class. That they name it is enough to keep quiet.
    private static bool IsNamedInNestedType(ISymbol member, CancellationToken cancellation) => member.ContainingType.GetTypeMembers()
        .SelectMany(nested => nested.DeclaringSyntaxReferences)
        .SelectMany(reference => reference.GetSyntax(cancellation).DescendantTokens())
        .Any(token => token.IsKind(SyntaxKind.IdentifierToken) && token.ValueText == member.Name);
}

using System.Collections.Immutable;
using System.Linq;
using Declarative.Generators.Models;
using Declarative.Generators.Parsing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Declarative.Generators.Analyzers;

/// <summary>Where a module overrides <c>RegisterComponents()</c>, generated code cannot: the override must create the hyperparameters, and
/// after the base call, which would register them as buffers.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class RegisterComponentsAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(Diagnostics.MissingCreate);

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterSymbolAction(Analyze, SymbolKind.Method);
    }

    private static void Analyze(SymbolAnalysisContext context)
    {
        var method = (IMethodSymbol)context.Symbol;
        if (method is not { Name: "RegisterComponents", IsOverride: true, Parameters.Length: 0 } || method.IsGenerated()
            || !TypeParser.AnnotatedMembers(method.ContainingType).Any(IsTensor)
            || TypeChecker.RegistrationOf(method.ContainingType) != ComponentRegistration.Call)
            return;
        foreach (SyntaxReference reference in method.DeclaringSyntaxReferences)
            if (CreatesAfterRegistering(reference.GetSyntax(context.CancellationToken)))
                return;
        context.ReportDiagnostic(Diagnostic.Create(Diagnostics.MissingCreate, method.Locations.FirstOrDefault(), method.ContainingType.Name));
    }

    private static bool IsTensor(ISymbol member) => member is IFieldSymbol or IPropertySymbol
        && member.Find(KnownNames.HyperparameterAttribute) is not null && DeclaredMember.TypeOf(member).Is(KnownNames.Tensor);

    private static bool CreatesAfterRegistering(SyntaxNode method)
    {
        InvocationExpressionSyntax[] calls = [.. method.DescendantNodes().OfType<InvocationExpressionSyntax>()];
        int registered = calls.Where(call => call.Expression is MemberAccessExpressionSyntax { Expression: BaseExpressionSyntax, Name.Identifier.ValueText: "RegisterComponents" })
            .Select(call => call.SpanStart).DefaultIfEmpty(-1).Max();
        return calls.Any(call => call.SpanStart > registered && call.Expression switch
        {
            IdentifierNameSyntax name => name.Identifier.ValueText == TypeChecker.CreateMethod,
            MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax } access => access.Name.Identifier.ValueText == TypeChecker.CreateMethod,
            _ => false,
        });
    }
}

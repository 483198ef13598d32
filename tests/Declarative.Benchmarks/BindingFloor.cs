using Microsoft.CodeAnalysis;

namespace Declarative.Benchmarks;

/// <summary>A generator that asks the compiler for what the real one needs, and does nothing with it: the annotated members, and the
/// bound body of each rule. What it costs is the compiler's own time.</summary>
/// <param name="bindsBodies">Whether it asks for the bodies.</param>
internal sealed class BindingFloor(bool bindsBodies) : IIncrementalGenerator
{
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        foreach (string attribute in new[] { "Declarative.HyperparameterAttribute", "Declarative.StateAttribute", "Declarative.UpdateRuleAttribute" })
        {
            IncrementalValuesProvider<string> names = context.SyntaxProvider.ForAttributeWithMetadataName(attribute, static (_, _) => true,
                (found, cancellation) =>
                {
                    if (bindsBodies && found.TargetSymbol is IMethodSymbol)
                        found.SemanticModel.GetOperation(found.TargetNode, cancellation);
                    return found.TargetSymbol.Name;
                });
            context.RegisterSourceOutput(names, static (_, _) => { });
        }
    }
}

using Declarative.Generators.Rules;
using Microsoft.CodeAnalysis;

namespace Declarative.Generators.Tests;

/// <summary>Every row of the table of operations is a method that exists, and does what the row says.</summary>
public sealed class OperationTableTests(OperationTableTests.Methods methods) : IClassFixture<OperationTableTests.Methods>
{
    public static TheoryData<string> Symbols => new(OperationTable.Rows.Select(row => row.Symbol));

    [Theory, MemberData(nameof(Symbols))]
    public void A_row_is_an_existing_method(string symbol) => Assert.Contains(symbol, methods.BySymbol.Keys);

    [Theory, MemberData(nameof(Symbols))]
    public void A_row_computes_what_the_method_does_and_its_derivative(string symbol) => NumericCheck.AssertAgrees(methods.RuleTypes.Value[symbol]);

    [Fact]
    public void A_row_has_a_meaning_and_is_alone() => Assert.All(OperationTable.Rows, row =>
    {
        Assert.NotEmpty(row.Doc);
        Assert.Single(OperationTable.Rows, other => other.Symbol == row.Symbol);
        Assert.Same(row, OperationTable.Find(row.Symbol));
    });

    /// <summary>The methods that rows may name, and a class with a small rule for each row.</summary>
    public sealed class Methods
    {
        // As the parser writes overloads, whatever the reader's own format.
        private static readonly SymbolDisplayFormat format = SymbolDisplayFormat.CSharpErrorMessageFormat.WithMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.UseSpecialTypes);

        public IReadOnlyDictionary<string, IMethodSymbol> BySymbol { get; } = new[] { "TorchSharp.torch", "TorchSharp.torch+Tensor", "System.Math" }
            .SelectMany(type => GeneratorHarness.Compile().GetTypeByMetadataName(type)!.GetMembers().OfType<IMethodSymbol>())
            .Where(method => method is { MethodKind: MethodKind.Ordinary, DeclaredAccessibility: Accessibility.Public })
            .DistinctBy(method => method.ToDisplayString(format))
            .ToDictionary(method => method.ToDisplayString(format));

        internal Lazy<Dictionary<string, Type>> RuleTypes { get; }

        public Methods() => RuleTypes = new(() =>
        {
            var rules = OperationTable.Rows.Select((row, i) => (row.Symbol, Name: $"Rule{i}", Call: Call(BySymbol[row.Symbol]))).ToArray();
            var assembly = NumericCheck.Load(GeneratorHarness.Run([.. rules.Select(rule =>
                Samples.Rule($"velocity = decay * velocity + gradient; return parameter - 0.1 * rate * {rule.Call} * gradient;", head: rule.Name))]));
            return rules.ToDictionary(rule => rule.Symbol, rule => assembly.GetType("Samples." + rule.Name)!);
        });

        // On active operands everywhere but where the row says "a constant".
        private static string Call(IMethodSymbol method)
        {
            IEnumerable<string> arguments = method.Parameters.Where(parameter => !parameter.IsOptional).Select((parameter, i) => parameter.Type.Name switch
            {
                "Tensor" => i == 0 && method.IsStatic ? "(velocity + rate)" : "(parameter + decay)",
                "Scalar" => method.Name == "pow" ? "2.5" : "(rate + 1)",
                _ => i == 0 ? "(rate + 0.5)" : "decay",
            });
            string receiver = !method.IsStatic ? "(velocity + rate)" : method.ContainingType.Name == "Math" ? "Math" : "torch";
            return $"{receiver}.{method.Name}({string.Join(", ", arguments)})";
        }
    }
}

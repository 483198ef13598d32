using System.Reflection;
using Declarative.Generators.Rules;
using Microsoft.CodeAnalysis;

namespace Declarative.Generators.Tests;

/// <summary>Every row of the table of operations is a method that exists, and does what the row says.</summary>
public sealed class OperationTableTests(OperationTableTests.Methods methods) : IClassFixture<OperationTableTests.Methods>
{
    public static TheoryData<string> SymbolsOfTwoTensors => new(OperationTable.Rows.Where(TakesTwoTensors).Select(row => row.Symbol));

    public static TheoryData<string> Symbols => new(OperationTable.Rows.Select(row => row.Symbol));

    [Theory, MemberData(nameof(Symbols))]
    public void A_row_is_an_existing_method(string symbol) => Assert.Contains(symbol, methods.BySymbol.Keys);

    [Theory, MemberData(nameof(Symbols))]
    public void A_row_computes_what_the_method_does_and_its_derivative(string symbol) => AssertAgrees(symbol, Operands.Alike);

    [Theory, MemberData(nameof(SymbolsOfTwoTensors))]
    public void A_scalar_tensor_meets_the_first_operand(string symbol) => AssertAgrees(symbol, Operands.Scalar);

    [Theory, MemberData(nameof(SymbolsOfTwoTensors))]
    public void A_row_of_a_matrix_meets_the_first_operand(string symbol) => AssertAgrees(symbol, Operands.Row);

    // libtorch has no second derivative of zero_: "derivative for aten::zeros is not implemented".
    public static TheoryData<string> SymbolsThatTorchSharpKnows => new(OperationTable.Rows.Select(row => row.Symbol).Where(symbol => !symbol.EndsWith(".zero_()", StringComparison.Ordinal)));

    [Theory, MemberData(nameof(SymbolsThatTorchSharpKnows))]
    public void A_row_agrees_with_TorchSharp_s_own_derivatives(string symbol) => AutogradCheck.AssertAgrees(methods.TypeOf(symbol, Operands.Alike), Tolerance(symbol));

    private void AssertAgrees(string symbol, Operands operands) => NumericCheck.AssertAgrees(methods.TypeOf(symbol, operands), Tolerance(symbol), []);

    // Generated steps compute in double precision what a method of single precision rounds.
    private static double Tolerance(string symbol) => symbol.StartsWith("System.MathF", StringComparison.Ordinal) ? 1e-6 : 1e-12;

    [Fact]
    public void A_row_has_a_meaning_and_is_alone() => Assert.All(OperationTable.Rows, row =>
    {
        Assert.NotEmpty(row.Meaning);
        Assert.Single(OperationTable.Rows, other => other.Symbol == row.Symbol);
        Assert.Same(row, OperationTable.Find(row.Symbol));
    });

    /// <summary>What the second operand of a call is.</summary>
    public enum Operands
    {
        /// <summary>A tensor of the first one's shape.</summary>
        Alike,

        /// <summary>A tensor without dimensions.</summary>
        Scalar,

        /// <summary>A tensor [1, n] beside one [m, n].</summary>
        Row,
    }

    /// <summary>The methods that rows may name, and a class with a small rule for each row.</summary>
    public sealed class Methods
    {
        // As the parser writes overloads, whatever the reader's own format.
        private static readonly SymbolDisplayFormat format = SymbolDisplayFormat.CSharpErrorMessageFormat.WithMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.UseSpecialTypes);

        private readonly Lazy<Assembly> assembly;

        public Methods() => assembly = new(() => NumericCheck.Load(GeneratorHarness.Run(
            [.. OperationTable.Rows.SelectMany(row => Enum.GetValues<Operands>().Where(operands => operands == Operands.Alike || TakesTwoTensors(row))
                .Select(operands => Source(row, operands)))])));

        public IReadOnlyDictionary<string, IMethodSymbol> BySymbol { get; } =
            new[] { "TorchSharp.torch", "TorchSharp.torch+Tensor", "TorchSharp.torch+nn+functional", "System.Math", "System.MathF" }
                .SelectMany(type => GeneratorHarness.Compile().GetTypeByMetadataName(type)!.GetMembers().OfType<IMethodSymbol>())
                .Where(method => method is { MethodKind: MethodKind.Ordinary, DeclaredAccessibility: Accessibility.Public })
                .DistinctBy(method => method.ToDisplayString(format))
                .ToDictionary(method => method.ToDisplayString(format));

        public Type TypeOf(string symbol, Operands operands) => assembly.Value.GetType($"Samples.{Name(symbol, operands)}", throwOnError: true)!;

        private static string Name(string symbol, Operands operands) => $"Rule{OperationTable.Rows.IndexOf(OperationTable.Find(symbol)!)}{operands}";

        // On active operands, all of them positive.
        private static string Source(OperationRow row, Operands operands)
        {
            string second = operands switch
            {
                Operands.Scalar => "(parameter + decay).mean()",
                Operands.Row => "(parameter + decay).sum(0L, keepdim: true) * 0.5",
                _ => "parameter + decay",
            };
            bool isCondition = row.Class == Smoothness.NoDerivative && !row.Example.Contains("numel") && !row.Example.Contains("dim()") && !row.Example.Contains("size(");
            bool changesShape = ReductionRows.All.Concat(ShapeRows.All).Any(other => other.Symbol == row.Symbol) && row.Class != Smoothness.NoDerivative;
            string value = isCondition ? $"where({row.Example}, x * y, y * 0.5)" : changesShape ? $"({row.Example}).square().sum()" : row.Example;
            // What is warned of is what the rows are about.
            return "#pragma warning disable DECL0019\n" + Samples.Rule($"""
                velocity = decay * velocity + gradient;
                var x = velocity + rate;
                var y = {second};
                var z = gradient + 1.5;
                double a = rate + 0.5;
                double b = decay;
                return parameter - 0.1 * rate * ({value}) * gradient;
                """, "private readonly float single = 0.7f;", Name(row.Symbol, operands));
        }
    }

    private static bool TakesTwoTensors(OperationRow row) => row.Example.Contains('y') && !ReductionRows.All.Concat(ShapeRows.All).Any(other => other.Symbol == row.Symbol)
        && !row.Example.Contains("copy_");
}

using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;

namespace Declarative.Generators.Rules;

/// <summary>How smooth an operation is.</summary>
internal enum Smoothness
{
    /// <summary>Differentiable wherever it is defined, but for the points that its doc line names.</summary>
    Smooth,

    /// <summary>Differentiable but for kinks, where the doc line says which value is taken.</summary>
    Kink,
}

/// <summary>A bound overload that the rule language knows.</summary>
/// <param name="Symbol">The overload, as the compiler writes it in its messages.</param>
/// <param name="Operation">What it means.</param>
/// <param name="Smoothness">Its class.</param>
/// <param name="Doc">Its meaning and its derivative, for the documentation.</param>
internal sealed record OperationRow(string Symbol, Operation Operation, Smoothness Smoothness, string Doc)
{
    /// <summary>Whether the value is written into the receiver.</summary>
    public bool IsInPlace { get; init; }

    /// <summary>Whether the value shares memory with the receiver.</summary>
    public bool IsView { get; init; }
}

/// <summary>All calls that the rule language knows, as data: the parser reads it, tests and documentation enumerate it.</summary>
internal static class OperationTable
{
    public static ImmutableArray<OperationRow> Rows { get; } =
    [
        .. Unary("sqrt", Operation.SquareRoot, Smoothness.Smooth, "√x; derivative 1/(2√x), taken as 0 at 0"),
        .. Unary("square", Operation.Square, Smoothness.Smooth, "x²; derivative 2x"),
        .. Unary("reciprocal", Operation.Reciprocal, Smoothness.Smooth, "1/x; derivative -1/x²"),
        .. Unary("neg", Operation.Negate, Smoothness.Smooth, "-x; derivative -1"),
        .. Unary("negative", Operation.Negate, Smoothness.Smooth, "-x; derivative -1"),
        .. Unary("exp", Operation.Exponential, Smoothness.Smooth, "eˣ; derivative eˣ"),
        .. Unary("log", Operation.Logarithm, Smoothness.Smooth, "ln x; derivative 1/x"),
        .. Unary("abs", Operation.Absolute, Smoothness.Kink, "|x|; derivative sign x, 0 at 0"),
        .. Binary("add", Operation.Add, "x + y; derivatives 1 and 1"),
        .. Binary("sub", Operation.Subtract, "x - y; derivatives 1 and -1"),
        .. Binary("mul", Operation.Multiply, "x · y; derivatives y and x"),
        .. Binary("div", Operation.Divide, "x / y, not rounded; derivatives 1/y and -x/y²", ", TorchSharp.torch.RoundingMode"),
        .. Overloads("pow", "TorchSharp.Scalar", Operation.Power, "x to a constant c; derivative c·x^(c-1)"),
        .. InPlace("sqrt_()", Operation.SquareRoot),
        .. InPlace("reciprocal_()", Operation.Reciprocal),
        .. InPlace("neg_()", Operation.Negate),
        .. InPlace("exp_()", Operation.Exponential),
        .. InPlace("log_()", Operation.Logarithm),
        .. InPlace("abs_()", Operation.Absolute, Smoothness.Kink),
        .. InPlaceWithOperand("add_", Operation.Add),
        .. InPlaceWithOperand("sub_", Operation.Subtract),
        .. InPlaceWithOperand("mul_", Operation.Multiply),
        .. InPlaceWithOperand("div_", Operation.Divide, ", TorchSharp.torch.RoundingMode"),
        new("System.Math.Pow(double, double)", Operation.Power, Smoothness.Smooth, "x to y; derivatives y·x^(y-1) and x^y·ln x"),
        new("System.Math.Sqrt(double)", Operation.SquareRoot, Smoothness.Smooth, "√x; derivative 1/(2√x)"),
        new("System.Math.Exp(double)", Operation.Exponential, Smoothness.Smooth, "eˣ; derivative eˣ"),
        new("System.Math.Log(double)", Operation.Logarithm, Smoothness.Smooth, "ln x; derivative 1/x"),
        new("System.Math.Abs(double)", Operation.Absolute, Smoothness.Kink, "|x|; derivative sign x, 0 at 0"),
    ];

    private static readonly Dictionary<string, OperationRow> BySymbol = Rows.ToDictionary(row => row.Symbol);

    /// <summary>The row of a bound method, if there is one.</summary>
    public static OperationRow? Find(string symbol) => BySymbol.TryGetValue(symbol, out OperationRow row) ? row : null;

    private static IEnumerable<OperationRow> Unary(string name, Operation operation, Smoothness smoothness, string doc)
    {
        yield return new($"TorchSharp.torch.Tensor.{name}()", operation, smoothness, doc);
        yield return new($"TorchSharp.torch.{name}(TorchSharp.torch.Tensor)", operation, smoothness, doc);
    }

    private static IEnumerable<OperationRow> InPlaceWithOperand(string name, Operation operation, string optional = "") =>
        InPlace($"{name}(TorchSharp.torch.Tensor{optional})", operation).Concat(InPlace($"{name}(TorchSharp.Scalar{optional})", operation));

    private static IEnumerable<OperationRow> InPlace(string method, Operation operation, Smoothness smoothness = Smoothness.Smooth)
    {
        yield return new($"TorchSharp.torch.Tensor.{method}", operation, smoothness, "the value is written into the receiver") { IsInPlace = true };
    }

    // Optional parameters belong to the symbol, but the rule language takes their defaults only.
    private static IEnumerable<OperationRow> Binary(string name, Operation operation, string doc, string optional = "") =>
        Overloads(name, "TorchSharp.torch.Tensor" + optional, operation, doc).Concat(Overloads(name, "TorchSharp.Scalar" + optional, operation, doc));

    private static IEnumerable<OperationRow> Overloads(string name, string second, Operation operation, string doc)
    {
        yield return new($"TorchSharp.torch.Tensor.{name}({second})", operation, Smoothness.Smooth, doc);
        yield return new($"TorchSharp.torch.{name}(TorchSharp.torch.Tensor, {second})", operation, Smoothness.Smooth, doc);
    }
}

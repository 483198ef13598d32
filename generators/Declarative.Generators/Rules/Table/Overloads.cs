using System.Collections.Generic;
using System.Linq;

namespace Declarative.Generators.Rules;

/// <summary>What all overloads of an operation have in common.</summary>
internal sealed record Family(Smoothness Class, string Meaning, string Forward, string Reverse)
{
    public const string Tensor = "TorchSharp.torch.Tensor";
    public const string Scalar = "TorchSharp.Scalar";
    public const string Dimensions = "long[]";
    public const string Span = "System.ReadOnlySpan<long>";

    /// <summary>A function z = f(x) of one argument, with its derivative as the documentation writes it.</summary>
    public static Family Of(Smoothness smoothness, string meaning, string derivative) =>
        derivative == "0" ? new(smoothness, meaning, "0", "0") : new(smoothness, meaning, $"{derivative} · ẋ", $"x̄ = {derivative} · z̄");

    /// <summary>What acts on shapes and conditions.</summary>
    public static Family Fact(string meaning) => new(Smoothness.NoDerivative, meaning, "none", "none");

    public OperationRow Row(string symbol, string example, Lowering lower) => 
        new(symbol, Class, lower, Meaning, Forward, Reverse, example) { TakesConditions = Class == Smoothness.NoDerivative };

    /// <summary>A method of a tensor and the function of the same name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="parameters">The types of the parameters after the tensor.</param>
    /// <param name="arguments">Arguments for them.</param>
    /// <param name="lower">What it computes.</param>
    public IEnumerable<OperationRow> MethodAndFunction(string name, string parameters, string arguments, Lowering lower) =>
        [Method(name, parameters, arguments, lower), Function(name, parameters, arguments, lower)];

    public OperationRow Method(string name, string parameters, string arguments, Lowering lower) =>
        Row($"{Tensor}.{name}({parameters})", $"x.{name}({arguments})", lower);

    public OperationRow Function(string name, string parameters, string arguments, Lowering lower) => Row(
        $"TorchSharp.torch.{name}({(parameters.Length == 0 ? Tensor : $"{Tensor}, {parameters}")})",
        $"torch.{name}({(arguments.Length == 0 ? "x" : $"x, {arguments}")})", lower);

    /// <summary>A function of numbers, in double and in single precision.</summary>
    public IEnumerable<OperationRow> OfNumbers(string name, int count, string arguments, Lowering lower)
    {
        yield return Row($"System.Math.{name}({string.Join(", ", Enumerable.Repeat("double", count))})", $"Math.{name}({arguments})", lower);
        yield return Row($"System.MathF.{name}({string.Join(", ", Enumerable.Repeat("float", count))})", $"MathF.{name}({Floats(arguments)})", lower);
    }

    /// <summary>How a list of dimensions is called, of those two.</summary>
    public static string NameOf(int list) => list == 0 ? "long[]" : "ReadOnlySpan<long>";

    // A hyperparameter is a double, so that single precision sees constants and settings only.
    private static string Floats(string arguments) => string.Join(", ", arguments.Split(',').Select((_, i) => i == 0 ? "single" : $"0.{5 + i}f"));
}

/// <summary>Calls as they are usually overloaded.</summary>
internal static class Overloads
{
    /// <summary>The same, written into the first operand.</summary>
    public static IEnumerable<OperationRow> InPlace(this IEnumerable<OperationRow> rows) => rows.Select(row =>
    {
        int open = row.Symbol.IndexOf('(');
        int call = row.Example.IndexOf('(');
        return row with
        {
            Symbol = row.Symbol.Insert(open, "_"),
            Example = row.Example.Insert(call, "_"),
            Meaning = $"x becomes {row.Meaning}",
            IsInPlace = true,
            IsView = false,
        };
    });

    /// <summary>These and the same in place.</summary>
    public static IEnumerable<OperationRow> AndInPlace(this IEnumerable<OperationRow> rows)
    {
        OperationRow[] all = [.. rows];
        return all.Concat(all.InPlace());
    }

    /// <summary>Those whose value shares memory with what they are called on.</summary>
    public static IEnumerable<OperationRow> Views(IEnumerable<OperationRow> rows) => rows.Select(row => row with { IsView = true });

    /// <summary>What an operation of the intermediate representation computes of the arguments that are given.</summary>
    public static Lowering Lower(Operation operation) => (on, x) => on.Compute(operation, [.. x.OfType<Node>()]);
}

using System.Collections.Generic;
using System.Linq;
using static Declarative.Generators.Rules.Family;

namespace Declarative.Generators.Rules;

/// <summary>Copies and constants.</summary>
internal static class FillRows
{
    private const string Like = "TorchSharp.torch.ScalarType?, TorchSharp.torch.Device, bool";

    private static readonly Family copy = new(Smoothness.Linear, "x itself", "ẋ", "x̄ = z̄");
    private static readonly Family constant = new(Smoothness.Linear, "a tensor like x, every entry c", "ċ", "c̄ = Σz̄");

    public static IEnumerable<OperationRow> All { get; } =
    [
        .. copy.MethodAndFunction("clone", "", "", (_, x) => x[0]),
        copy.Method("contiguous", "", "", (_, x) => x[0]) with { IsView = true },
        copy.Method("alias", "", "", (_, x) => x[0]) with { IsView = true },
        .. copy.MethodAndFunction("positive", "", "", (_, x) => x[0]),
        .. Constants("zeros_like", Constant.Zero), .. Constants("ones_like", Constant.One),
        constant.Method("full_like", $"{Scalar}, {Like}", "a", Fill),
        constant.Function("full_like", $"{Scalar}, {Like}, string[]", "a", Fill),
        constant.Method("zero_", "", "", (on, x) => on.Compute(Operation.Fill, x[0]!, Constant.Zero)) with { IsInPlace = true },
        constant.Method("fill_", Scalar, "a", (on, x) => on.Compute(Operation.Fill, x[0]!, x[1]!)) with { IsInPlace = true },
        copy.Method("copy_", $"{Tensor}, bool", "y", Copy) with { IsInPlace = true, Meaning = "x becomes y", Forward = "ẏ", Reverse = "ȳ = z̄" },
    ];

    private static IEnumerable<OperationRow> Constants(string name, Node value) =>
    [
        constant.Method(name, Like, "", (on, x) => Fill(on, [x[0], value, .. x.Skip(1)])),
        constant.Function(name, $"{Like}, string[]", "", (on, x) => Fill(on, [x[0], value, .. x.Skip(1)])),
    ];

    // Of another type or device the rest of the rule knows nothing.
    private static Node? Fill(IComputation on, Node?[] x) => x.Skip(2).Any(option => option is not null) ? null : on.Compute(Operation.Fill, x[0]!, x[1]!);

    private static Node? Copy(IComputation on, Node?[] x) => x[1]!.Kind == ValueKind.Number ? on.Compute(Operation.Fill, x[0]!, x[1]!)
        : Operations.IsSameShape(x[0]!, x[1]!) ? x[1]
        : on.Compute(Operation.Expand, x[1]!, on.Compute(Operation.ShapeOf, x[0]!));
}

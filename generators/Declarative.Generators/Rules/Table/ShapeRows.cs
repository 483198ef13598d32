using System.Collections.Generic;
using System.Linq;
using static Declarative.Generators.Rules.Family;
using static Declarative.Generators.Rules.Overloads;

namespace Declarative.Generators.Rules;

/// <summary>Changes of shape, and matrix products: a rule that has one runs once for each parameter tensor.</summary>
internal static class ShapeRows
{
    private static readonly Family reshaped = new(Smoothness.Linear, "x in another shape", "ẋ in that shape", "z̄ in the shape of x");
    private static readonly Family expanded = new(Smoothness.Linear, "x repeated along dimensions of size 1", "ẋ repeated", "the sum of z̄ over what is repeated");
    private static readonly Family transposed = new(Smoothness.Linear, "x with its dimensions in another order", "the same of ẋ", "z̄ with them in the order of x");
    private static readonly Family part = new(Smoothness.Linear, "a part of x", "that part of ẋ", "z̄ in that part, 0 elsewhere");
    private static readonly Family joined = new(Smoothness.Linear, "tensors beside each other", "the tangents beside each other", "the part of z̄ that each is");
    private static readonly Family matrixProduct = new(Smoothness.Smooth, "the matrix product x y, of at most two dimensions each", "ẋ y + x ẏ", "x̄ = z̄ yᵀ, ȳ = xᵀ z̄");
    private static readonly Family outerProduct = new(Smoothness.Smooth, "x yᵀ of two vectors", "ẋ yᵀ + x ẏᵀ", "x̄ = z̄ y, ȳ = z̄ᵀ x");

    public static IEnumerable<OperationRow> All { get; } =
    [
        .. Views([
            .. new[] { "view", "reshape" }.Select(name => reshaped.Method(name, "params " + Dimensions, "-1", Lower(Operation.Reshape))),
            reshaped.Function("reshape", "params " + Dimensions, "-1", Lower(Operation.Reshape)),
            reshaped.Method("view_as", Tensor, "y", (on, x) => on.Compute(Operation.Reshape, x[0]!, on.Compute(Operation.ShapeOf, x[1]!))),
            .. reshaped.MethodAndFunction("flatten", "long, long", "", (on, x) => on.Compute(Operation.Flatten, x[0]!, x[1] ?? Constant.Zero, x[2] ?? new Constant(-1))),
            .. reshaped.MethodAndFunction("squeeze", "long?", "0", (on, x) => x[1] is null ? null : on.Compute(Operation.Squeeze, x[0]!, x[1]!)),
            .. reshaped.MethodAndFunction("unsqueeze", "long", "0", Lower(Operation.Unsqueeze)),
            expanded.Method("expand", "params " + Dimensions, "3, -1, -1", Lower(Operation.Expand)),
            .. new[] { Dimensions, Span }.Select((type, i) => expanded.Method("expand", $"{type}, bool", $"({NameOf(i)})[2, -1, -1]",
                (on, x) => x[2] is null ? on.Compute(Operation.Expand, x[0]!, x[1]!) : null)),
            expanded.Method("expand_as", Tensor, "y.unsqueeze(0)", (on, x) => on.Compute(Operation.Expand, x[0]!, on.Compute(Operation.ShapeOf, x[1]!))),
            .. expanded.MethodAndFunction("broadcast_to", "params " + Dimensions, "2, 2, 3", Lower(Operation.Expand)),
            .. transposed.MethodAndFunction("transpose", "long, long", "0, 1", Lower(Operation.Transpose)),
            .. transposed.MethodAndFunction("t", "", "", Lower(Operation.TransposeMatrix)),
            .. transposed.MethodAndFunction("permute", "params " + Dimensions, "1, 0", Lower(Operation.Permute)),
            .. part.MethodAndFunction("narrow", "long, long, long", "1, 1, 2", Lower(Operation.Narrow)),
            part.Method("slice", "long, long, long, long", "1, 0, 2, 1", Slice),
            .. part.MethodAndFunction("select", "long, long", "0, 1", Lower(Operation.Index)),
        ]),
        joined.Row("TorchSharp.torch.cat(System.Collections.Generic.IList<TorchSharp.torch.Tensor>, long)",
            "torch.cat((System.Collections.Generic.IList<Tensor>)[x, y], 1)", Join(Operation.Concatenate)),
        joined.Row("TorchSharp.torch.cat(TorchSharp.torch.Tensor[], long)", "torch.cat((Tensor[])[x, y], 1)", Join(Operation.Concatenate)),
        joined.Row("TorchSharp.torch.cat(System.ReadOnlySpan<TorchSharp.torch.Tensor>, long)", "torch.cat((ReadOnlySpan<Tensor>)[x, y], 1)", Join(Operation.Concatenate)),
        joined.Row("TorchSharp.torch.stack(System.Collections.Generic.IEnumerable<TorchSharp.torch.Tensor>, long)", "torch.stack([x, y, x], 1)", Join(Operation.Stack)),
        .. matrixProduct.MethodAndFunction("matmul", Tensor, "y.t()", Lower(Operation.MatrixProduct)),
        .. matrixProduct.MethodAndFunction("mm", Tensor, "y.t()", Lower(Operation.MatrixProduct)),
        .. matrixProduct.MethodAndFunction("mv", Tensor, "y.select(0, 0)", Lower(Operation.MatrixProduct)),
        outerProduct.Method("outer", Tensor, "y", Outer) with { Example = "x.flatten().outer(y.flatten())" },
        outerProduct.Function("outer", Tensor, "y", Outer) with { Example = "torch.outer(x.flatten(), y.flatten())" },

        .. Fact("the number of entries").MethodAndFunction("numel", "", "", Lower(Operation.EntryCount)),
        Fact("the number of dimensions").Method("dim", "", "", Lower(Operation.Rank)),
        Fact("the size of a dimension").Method("size", "int", "0", Lower(Operation.Size)),
    ];

    // Of known bounds, and one entry after the other.
    private static Node? Slice(IComputation on, Node?[] x) =>
        (x[2], x[3], x[4]) is (Constant { Value: >= 0 and var start } first, Constant { Value: var end }, Constant { Value: 1 }) && end >= start
            ? on.Compute(Operation.Narrow, x[0]!, x[1]!, first, new Constant(end - start)) : null;

    // The dimension first, then the tensors.
    private static Lowering Join(Operation operation) => (on, x) =>
        x[0] is NodeList list ? on.Compute(operation, [x[1] ?? Constant.Zero, .. list.Items]) : null;

    private static Node Outer(IComputation on, Node?[] x) => on.Compute(Operation.Multiply,
        on.Compute(Operation.Unsqueeze, x[0]!, Constant.One), on.Compute(Operation.Unsqueeze, x[1]!, Constant.Zero));
}

using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Declarative.Tests.BadInputs;

/// <summary>Losses that are no losses.</summary>
internal static class LossRows
{
    public static IEnumerable<BadInput> All =>
    [
        .. Both<InvalidOperationException>("null", _ => _ => null!, "loss is null", "return"),
        .. Both<InvalidOperationException>("of one number for each example", scene => batch => cross_entropy(scene.Model.call(batch.Inputs), batch.Targets,
            reduction: nn.Reduction.None), "Float64", "[8]", "mean()"),
        .. Both<InvalidOperationException>("without entries", _ => _ => empty(0, float64), "[0]"),
        .. Both<InvalidOperationException>("of an integer", _ => batch => batch.Targets.sum(), "Int64", "floating-point"),
        .. Both<InvalidOperationException>("complex", scene => batch => complex(scene.GoodValidation(batch), zeros([], float64)), "ComplexFloat64", "floating-point"),
        .. Both<InvalidOperationException>("detached", scene => batch => scene.GoodValidation(batch).detach(), "depends on no parameter", "detached"),
        .. Both<InvalidOperationException>("read as a number", scene => batch => tensor(scene.GoodValidation(batch).item<double>()), "depends on no parameter"),
        .. Both<InvalidOperationException>("computed without gradient", scene => batch =>
        {
            using var noGradient = no_grad();
            return scene.GoodValidation(batch);
        }, "depends on no parameter", "no_grad"),
        .. Both<InvalidOperationException>("of another model", scene => batch => batch.Inputs.mul(ones(5, float64, requires_grad: true)).sum(), "depends on no parameter", "another model"),
        .. Both<InvalidOperationException>("that has been disposed", scene => batch =>
        {
            Tensor loss = scene.GoodValidation(batch);
            loss.Dispose();
            return loss;
        }, "disposed", "MoveToOuterDisposeScope"),
        .. Both<InvalidOperationException>("made in a dispose scope that it does not leave", scene => batch =>
        {
            using var scope = NewDisposeScope();
            return scene.GoodValidation(batch);
        }, "disposed", "MoveToOuterDisposeScope"),
        .. Both<InvalidOperationException>("of shapes that do not fit", scene => batch => cross_entropy(scene.Model.call(batch.Inputs.narrow(1, 0, 4)), batch.Targets),
            "threw", "inputs Float64 [8, 5]", "targets Int64 [8]"),
        .. Both<InvalidOperationException>("of types that do not fit", scene => batch => cross_entropy(scene.Model.call(batch.Inputs.to(ScalarType.Float32)), batch.Targets),
            "threw", "inputs Float64"),
        .. Both<InvalidOperationException>("of a device that is not the model's", scene => batch => cross_entropy(scene.Model.call(batch.Inputs.to(META)), batch.Targets),
            "threw", "inputs Float64"),
        .. Both<InvalidOperationException>("of indices beyond the weights", scene => batch => scene.GoodValidation(batch).mul(ones(4, float64).index_select(0, batch.Indices.add(9)).mean()),
            "threw", "indices Int64 [8]"),
        // What a loss throws of its own stays what it is.
        .. Both<IOException>("that throws an exception of its own", _ => _ => throw new IOException("the file is gone"), "the file is gone"),
        .. Both<NotImplementedException>("that is not written yet", _ => _ => throw new NotImplementedException()),
    ];

    private static BadInput[] Both<T>(string name, Func<Scene, Func<Batch, Tensor>> loss, params string[] says) where T : Exception =>
    [
        BadInput.Of<T>($"a training loss {name}", scene =>
        {
            scene.Training = loss(scene);
            scene.Run();
        }, typeof(T) == typeof(InvalidOperationException) ? ["training loss", .. says] : says),
        BadInput.Of<T>($"a validation loss {name}", scene =>
        {
            scene.Validation = loss(scene);
            scene.Run();
        }, typeof(T) == typeof(InvalidOperationException) ? ["validation loss", .. says] : says),
    ];
}

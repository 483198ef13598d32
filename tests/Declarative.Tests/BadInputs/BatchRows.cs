using TorchSharp;
using static TorchSharp.torch;

namespace Declarative.Tests.BadInputs;

/// <summary>Batches that are none, and the batch source of the library with data that is none.</summary>
internal static class BatchRows
{
    public static IEnumerable<BadInput> All =>
    [
        .. Both<InvalidOperationException>("that are null", (_, _) => null!, "null"),
        .. Both<InvalidOperationException>("without inputs", (scene, step) => scene.GoodBatch(step) with { Inputs = null! }, "inputs null"),
        .. Both<InvalidOperationException>("without targets", (scene, step) => scene.GoodBatch(step) with { Targets = null! }, "targets null"),
        .. Both<InvalidOperationException>("whose inputs are disposed", (scene, step) =>
        {
            Batch batch = scene.GoodBatch(step);
            batch.Inputs.Dispose();
            return batch;
        }, "inputs disposed"),
        .. Both<InvalidOperationException>("that do not leave their dispose scope", (scene, step) =>
        {
            using var scope = NewDisposeScope();
            return scene.GoodBatch(step);
        }, "inputs disposed"),
        .. Both<InvalidOperationException>("of another shape", (scene, step) => scene.GoodBatch(step) is var batch
            ? batch with { Inputs = batch.Inputs.narrow(1, 0, 3) } : batch, "inputs Float64 [8, 3]"),
        BadInput.Of<InvalidOperationException>("training batches of another shape from the second step on", scene =>
        {
            scene.Batches = step => scene.GoodBatch(step) is var batch && step % 2 == 0 ? batch : batch with { Inputs = batch.Inputs.narrow(1, 0, 3) };
            scene.Run();
        }, "training loss", "step", "inputs Float64 [8, 3]"),
        .. Both<InvalidOperationException>("of more inputs than targets", (scene, step) => scene.GoodBatch(step) is var batch
            ? batch with { Targets = batch.Targets.narrow(0, 0, 7) } : batch, "targets Int64 [7]"),
        .. Both<InvalidOperationException>("of labels that are no class", (scene, step) => scene.GoodBatch(step) is var batch
            ? batch with { Targets = batch.Targets.add(scene.Nine) } : batch, "targets Int64 [8]"),
        .. Both<InvalidOperationException>("of another type", (scene, step) => scene.GoodBatch(step) is var batch
            ? batch with { Inputs = batch.Inputs.to(ScalarType.Int32) } : batch, "inputs Int32 [8, 5]"),
        .. Both<InvalidOperationException>("on another device", (scene, step) => scene.GoodBatch(step) is var batch
            ? batch with { Inputs = batch.Inputs.to(META) } : batch, "inputs Float64 [8, 5] on meta"),
        .. Both<InvalidOperationException>("that fail in native code", (scene, step) => new(scene.GoodBatch(step).Inputs.index_select(0, tensor(new long[] { 99 })), null!, null!), "batch", "threw"),
        .. Both<IOException>("that throw an exception of their own", (_, _) => throw new IOException("the disk is gone"), "the disk is gone"),
        Diverging("training batches of NaN", scene => scene.Batches = step => step == 1 ? Filled(scene, step, double.NaN) : scene.GoodBatch(step),
            "At step 2", "the training loss is NaN", "inputs of its batch are not finite"),
        Diverging("training batches of infinities", scene => scene.Batches = step => step == 1 ? Filled(scene, step, double.PositiveInfinity) : scene.GoodBatch(step),
            "At step 2", "the training loss is NaN", "inputs of its batch are not finite"),
        Diverging("training batches without examples", scene => scene.Batches = step => step == 1 ? Empty(scene, step) : scene.GoodBatch(step),
            "At step 2", "the training loss is NaN", "inputs of its batch are empty, Float64 [0, 5]"),
        Diverging("validation batches of NaN", scene => scene.ValidationBatches = draw => Filled(scene, draw, double.NaN),
            "the validation loss is NaN", "inputs of its batch are not finite"),
        Diverging("validation batches without examples", scene => scene.ValidationBatches = draw => Empty(scene, draw),
            "the validation loss is NaN", "inputs of its batch are empty"),

        BadInput.Of<ArgumentNullException>("a batch source without inputs", _ => new TensorBatchSource(null!, zeros(3), 1), "inputs"),
        BadInput.Of<ArgumentNullException>("a batch source without targets", _ => new TensorBatchSource(zeros(3), null!, 1), "targets"),
        BadInput.Of<ArgumentException>("a batch source of no examples", _ => new TensorBatchSource(zeros(0, 5), zeros(0), 1), "empty", "[0, 5]"),
        BadInput.Of<ArgumentException>("a batch source of a single number", _ => new TensorBatchSource(zeros([]), zeros(1), 1), "empty"),
        BadInput.Of<ArgumentException>("a batch source of more inputs than targets", _ => new TensorBatchSource(zeros(4, 5), zeros(3), 1), "4 inputs", "3 targets"),
        BadInput.Of<ArgumentException>("a batch source on two devices", _ => new TensorBatchSource(zeros(3, device: META), zeros(3), 1), "meta", "cpu"),
        BadInput.Of<ArgumentException>("a batch source of sparse data", _ => new TensorBatchSource(eye(3).to_sparse(), zeros(3), 1), "sparse", "to_dense()"),
        BadInput.Of<ArgumentOutOfRangeException>("batches of nothing", _ => new TensorBatchSource(zeros(3), zeros(3), 0), "batchSize", "1 to 3"),
        BadInput.Of<ArgumentOutOfRangeException>("batches larger than the data", _ => new TensorBatchSource(zeros(3), zeros(3), 4), "batchSize", "1 to 3"),
        BadInput.Of<ArgumentOutOfRangeException>("the batch of a negative step", _ => new TensorBatchSource(zeros(3), zeros(3), 1).At(-1), "step"),
        BadInput.Of<ObjectDisposedException>("a batch source of data that has been disposed", _ =>
        {
            Tensor inputs = zeros(3);
            inputs.Dispose();
            return new TensorBatchSource(inputs, zeros(3), 1);
        }, "inputs"),
        BadInput.Of<ObjectDisposedException>("a batch source whose data is disposed later", _ =>
        {
            Tensor inputs = zeros(3);
            var source = new TensorBatchSource(inputs, zeros(3), 1);
            inputs.Dispose();
            return source.At(0);
        }, "inputs", "data set"),
    ];

    private static BadInput[] Both<T>(string name, Func<Scene, long, Batch> batch, params string[] says) where T : Exception =>
    [
        BadInput.Of<T>($"training batches {name}", scene =>
        {
            scene.Batches = step => batch(scene, step);
            scene.Run();
        }, typeof(T) == typeof(InvalidOperationException) ? ["training", "step", .. says] : says),
        BadInput.Of<T>($"validation batches {name}", scene =>
        {
            scene.ValidationBatches = draw => batch(scene, draw);
            scene.Run();
        }, typeof(T) == typeof(InvalidOperationException) ? ["validation", .. says] : says),
    ];

    // By a trainer that has made no move: there is none to take back.
    private static BadInput Diverging(string name, Action<Scene> spoil, params string[] says) => BadInput.Of<TrainingDivergedException>(name, scene =>
    {
        spoil(scene);
        scene.RunOther(scene.Problem);
    }, says) with { After = Aftermath.NewTrainer };

    private static Batch Filled(Scene scene, long step, double value)
    {
        Batch batch = scene.GoodBatch(step);
        using Scalar scalar = value.ToScalar();
        return batch with { Inputs = full_like(batch.Inputs, scalar) };
    }

    private static Batch Empty(Scene scene, long step)
    {
        Batch batch = scene.GoodBatch(step);
        return batch with { Inputs = batch.Inputs.narrow(0, 0, 0), Targets = batch.Targets.narrow(0, 0, 0) };
    }
}

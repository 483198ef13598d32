using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Declarative.Tests.BadInputs;

/// <summary>Losses that spoil the graph which they hand over, or the parameters.</summary>
internal static class GraphRows
{
    public static IEnumerable<BadInput> All =>
    [
        BadInput.Of<InvalidOperationException>("a training loss that has called backward() itself", scene =>
        {
            scene.Training = batch =>
            {
                Tensor loss = scene.GoodTraining(batch);
                loss.backward();
                return loss;
            };
            scene.Run();
        }, "training loss", "backward()"),
        BadInput.Of<InvalidOperationException>("a validation loss that has called backward() itself", scene =>
        {
            scene.Validation = batch =>
            {
                Tensor loss = scene.GoodValidation(batch);
                loss.backward();
                return loss;
            };
            scene.Run();
        }, "validation loss", "backward()"),
        BadInput.Of<InvalidOperationException>("a training loss that goes on with the graph of the step before", scene =>
        {
            Tensor? before = null;
            scene.Training = batch =>
            {
                Tensor loss = scene.GoodTraining(batch);
                Tensor result = before is null ? loss : loss.add(before);
                before?.Dispose();
                before = loss.DetachFromDisposeScope();
                return result.alias();
            };
            try
            {
                scene.Run();
            }
            finally
            {
                before?.Dispose();
            }
        }, "training loss") with { IsLate = true, After = Aftermath.NewTrainer },
        BadInput.Of<InvalidOperationException>("a training loss that writes to a parameter before it is used", scene =>
        {
            scene.Training = batch =>
            {
                Halve(scene);
                return scene.GoodTraining(batch);
            };
            scene.Run();
        }, "'last.weight'", "training loss"),
        BadInput.Of<InvalidOperationException>("a training loss that writes to a parameter after it was used", scene =>
        {
            scene.Training = batch =>
            {
                Tensor loss = scene.GoodTraining(batch);
                Halve(scene);
                return loss;
            };
            scene.Run();
        }, "training loss", "in place"),
        BadInput.Of<InvalidOperationException>("a training loss that writes to a convolution's parameter after it was used", scene =>
        {
            scene.Training = batch =>
            {
                Tensor loss = scene.GoodTraining(batch);
                using var noGradient = no_grad();
                ((Conv1d)scene.Model.children().ElementAt(1)).weight!.mul_(scene.Half);
                return loss;
            };
            scene.Run();
        }, "training loss", "in place"),
        BadInput.Of<InvalidOperationException>("a validation loss that writes to a parameter", scene =>
        {
            scene.Validation = batch =>
            {
                Halve(scene);
                return scene.GoodValidation(batch);
            };
            scene.Run();
        }, "'last.weight'", "validation loss"),
        BadInput.Of<InvalidOperationException>("a training loss that writes to a parameter with its gradient", scene =>
        {
            scene.Training = batch =>
            {
                scene.Last.weight!.mul_(scene.Half);
                return scene.GoodTraining(batch);
            };
            scene.Run();
        }, "training loss", "threw", "in-place"),
        BadInput.Of<InvalidOperationException>("a training loss with an operation that can be differentiated only once", scene =>
        {
            scene.Training = batch => scene.GoodTraining(batch).add(cdist(scene.Last.weight!, ones(1, 10, dtype: float64), 3).sum());
            scene.Run();
        }, "training loss", "cannot be differentiated", "cdist"),
    ];

    private static void Halve(Scene scene)
    {
        using var noGradient = no_grad();
        scene.Last.weight!.mul_(scene.Half);
    }
}

using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Declarative.Tests.BadInputs;

/// <summary>Models that cannot be trained, or that are changed under a trainer.</summary>
internal static class ModelRows
{
    public static IEnumerable<BadInput> All =>
    [
        Model("a model without parameters", () => nn.Tanh(), "no parameter", "requires a gradient"),
        Model("a model whose parameters are all frozen", () => Frozen(), "no parameter", "requires a gradient"),
        Model("a model in two types", () => nn.Sequential(("single", nn.Linear(2, 2)), ("double", nn.Linear(2, 2, dtype: ScalarType.Float64))),
            "'double.weight'", "Float64", "'single.weight'", "Float32", ".to("),
        Model("a model on two devices", () => nn.Sequential(("here", nn.Linear(2, 2)), ("nowhere", nn.Linear(2, 2, device: META))), "'nowhere.weight'", "meta", ".to("),
        Model("a model on the meta device", () => nn.Linear(2, 2, device: META), "'weight'", "meta", ".to("),
        Model("a model with complex parameters", () => new Holder(ones(2, complex64)), "'parameter'", "ComplexFloat32", "real"),
        Model("a model with a sparse parameter", () => new Holder(eye(2).to_sparse()), "'parameter'", "sparse", "to_dense()"),
        Model("a model with a parameter that is not a leaf", () => new Holder(ones(2, requires_grad: true).mul(ones(2))), "'parameter'", "leaf", "detach()"),
        Model("a model whose parameter has been disposed", () =>
        {
            Linear linear = nn.Linear(2, 2);
            linear.weight!.Dispose();
            return linear;
        }, "'weight'", "disposed"),
        Model("a model with weights tied by memory alone", () =>
        {
            Linear first = nn.Linear(2, 2), second = nn.Linear(2, 2);
            using var noGradient = no_grad();
            second.weight!.set_(first.weight!.detach());
            return nn.Sequential(("first", first), ("second", second));
        }, "'second.weight'", "'first.weight'", "the same Parameter"),

        Changed("a parameter that was frozen", "'last.bias'", scene => scene.Last.bias!.requires_grad = false, scene => scene.Last.bias!.requires_grad = true),
        Changed("a parameter that was replaced", "'last.bias'", scene => scene.Last.bias = new Parameter(zeros(3, float64)), _ => { }) with { After = Aftermath.NewTrainer },
        Changed("a model that was moved to another type and back", "'convolution.weight'", scene => scene.Model.to(ScalarType.Float32).to(ScalarType.Float64), _ => { })
            with { After = Aftermath.NewTrainer },
        Changed("a parameter that was unfrozen", "'norm.weight'", scene =>
        {
            Norm(scene).weight!.requires_grad = false;
            scene.ReplaceTrainer();
            Norm(scene).weight!.requires_grad = true;
        }, scene => Norm(scene).weight!.requires_grad = false) with { After = Aftermath.NewTrainer },
        BadInput.Of<ObjectDisposedException>("a parameter that was disposed", scene => scene.Run(), "'last.bias'", "disposed")
            with { Prepare = scene => scene.Last.bias!.Dispose(), After = Aftermath.Nothing },
        BadInput.Of<ObjectDisposedException>("a buffer that was disposed", scene => scene.Run(), "'norm.running_mean'", "disposed")
            with { Prepare = scene => Norm(scene).running_mean!.Dispose(), After = Aftermath.Nothing },
        BadInput.Of<ObjectDisposedException>("a model that was disposed", scene => scene.Run(), "disposed")
            with { Prepare = scene => scene.Model.Dispose(), After = Aftermath.Nothing },
        BadInput.Of<InvalidOperationException>("a loss that disposes a parameter", scene =>
        {
            scene.Training = batch =>
            {
                Tensor loss = scene.GoodTraining(batch);
                scene.Last.bias!.Dispose();
                return loss;
            };
            scene.Run();
        }, "'last.bias'", "disposed") with { After = Aftermath.Nothing },
        BadInput.Of<InvalidOperationException>("a loss that disposes the model", scene =>
        {
            scene.Training = batch =>
            {
                Tensor loss = scene.GoodTraining(batch);
                scene.Model.Dispose();
                return loss;
            };
            scene.Run();
        }, "training loss", "disposed") with { After = Aftermath.Nothing },
    ];

    private static BadInput Model(string name, Func<nn.Module> model, params string[] says) =>
        BadInput.Of<ArgumentException>(name, scene => scene.RunOther(scene.NewProblem(new Sgd(), model())), says);

    private static BadInput Changed(string name, string culprit, Action<Scene> change, Action<Scene> repair) =>
        BadInput.Of<InvalidOperationException>(name, scene => scene.Run(), culprit, "Make a new trainer") with { Prepare = change, Repair = repair };

    private static BatchNorm1d Norm(Scene scene) => scene.Model.children().OfType<BatchNorm1d>().Single();

    private static Linear Frozen()
    {
        Linear linear = nn.Linear(2, 2);
        linear.weight!.requires_grad = linear.bias!.requires_grad = false;
        return linear;
    }

    private sealed class Holder : nn.Module
    {
        private readonly Parameter parameter;

        public Holder(Tensor value) : base(nameof(Holder))
        {
            parameter = new(value);
            register_parameter("parameter", parameter);
        }
    }
}

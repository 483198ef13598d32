using Declarative.Interop;
using Declarative.Tests.Hypergradients;
using Declarative.Tests.Optimizers;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Declarative.Tests.Training;

/// <summary>What a run asks of its device, counted on the CPU: how often it waits for numbers, and how many kernels it launches beyond those of autograd. In bfloat16
/// rules take their steps by operations on whole tensors here too, as on a GPU.</summary>
public sealed class DeviceCleanTests : IDisposable
{
    private const ScalarType Type = ScalarType.BFloat16;

    // What brings a number to the host, or one from there.
    private static readonly string[] crossings = ["aten::_local_scalar_dense", "aten::item", "aten::is_nonzero", "aten::lift_fresh", "aten::scalar_tensor", "aten::tensor"];

    private readonly DisposeScope scope = NewDisposeScope();
    private readonly TensorBatchSource batches = new(randn([20, 6]).to(Type), randint(0, 3, [20], ScalarType.Int64), 5);

    [Theory]
    [InlineData("Sgd", HypergradientMode.Forward, ReverseStorage.Automatic, 1)]
    [InlineData("Adam", HypergradientMode.Forward, ReverseStorage.Automatic, 1)]
    [InlineData("Lamb", HypergradientMode.Forward, ReverseStorage.Automatic, 1)]
    [InlineData("Adam", HypergradientMode.Reverse, ReverseStorage.Graphs, 1)]
    [InlineData("Adam", HypergradientMode.Reverse, ReverseStorage.States, 1)]
    [InlineData("Adam", HypergradientMode.Reverse, ReverseStorage.Checkpoints, 1)]
    // The tangent of its number lies on the host, where it is scaled by what the guard of the tangents measures.
    [InlineData("NAdam", HypergradientMode.Forward, ReverseStorage.Automatic, 2)]
    [InlineData("NAdam", HypergradientMode.Reverse, ReverseStorage.Graphs, 1)]
    public void A_run_waits_for_its_device_once_a_window(string rule, HypergradientMode mode, ReverseStorage storage, int expected)
    {
        var reads = new ReadsPerWindow();
        using var model = Network(layers: 3);
        using BilevelTrainer trainer = Trainer(model, OptimizerCase.Of(rule).Create(), 4, mode, storage);
        trainer.Run(4);
        trainer.Run(16, [reads]);
        Assert.Equal(Enumerable.Repeat(expected, 4), reads.Counts);
    }

    [Theory]
    [InlineData(HypergradientMode.Forward)]
    [InlineData(HypergradientMode.Reverse)]
    public void What_a_run_sends_to_its_device_does_not_grow_with_the_steps_of_a_window(HypergradientMode mode)
    {
        using var model = Network(layers: 2);
        int Sent(int window)
        {
            using BilevelTrainer trainer = Trainer(model, new Adam(), window, mode, default);
            // An order of the examples, once an epoch of four steps, is sent as well: all runs here begin and end with one.
            trainer.Run(2 * window);
            int before = HostNumbers.Sends;
            trainer.Run(window);
            return HostNumbers.Sends - before - window / 4;
        }
        Assert.Equal(Sent(4), Sent(12));
        Assert.InRange(Sent(4), 1, 3);
    }

    [Fact]
    public void A_loss_may_end_on_another_type_than_the_models()
    {
        using var model = Network(layers: 2);
        var problem = new BilevelProblem(model, new Sgd(), batch => Loss(model, batch).to(ScalarType.Float64), batch => Loss(model, batch));
        using var trainer = new BilevelTrainer(problem, batches, batches, new() { Window = 4 });
        Assert.True(double.IsFinite(trainer.Run(4).ValidationLoss));
    }

    [Fact]
    public void A_wide_trajectory_is_read_sample_by_sample_on_the_host_where_it_costs_nothing_and_holds_the_same_numbers()
    {
        Tensor[] samples = [ones([3]), full([3], 2.5f)];
        int before = HostNumbers.Reads;
        Assert.Equal([[1f, 1, 1], [2.5f, 2.5f, 2.5f]], HostNumbers.ReadSingle(samples));
        Assert.Equal(1, HostNumbers.Reads - before);
    }

    [Theory]
    [InlineData(HypergradientMode.Forward)]
    [InlineData(HypergradientMode.Reverse)]
    public void So_it_does_with_hyperparameters_of_a_loss(HypergradientMode mode)
    {
        using var model = Network(layers: 2);
        var reweighted = new ReweightedLoss(model, examples: 20);
        var problem = new BilevelProblem(model, new Sgd(), reweighted.Training, batch => Loss(model, batch), [reweighted]);
        using var trainer = new BilevelTrainer(problem, batches, batches, new() { Window = 4, Mode = mode });
        var reads = new ReadsPerWindow();
        trainer.Run(12, [reads]);
        Assert.Equal([1, 1, 1], reads.Counts);
    }

    [Theory]
    [InlineData("Sgd", 16)]
    [InlineData("Adam", 40)]
    public void Forward_mode_launches_a_constant_number_of_kernels_beyond_those_of_autograd(string rule, int expected)
    {
        foreach (int layers in new[] { 2, 8 })
        {
            using var model = Network(layers);
            IUpdateRule optimizer = OptimizerCase.Of(rule).Create();
            int learned = optimizer.Hyperparameters.Count(item => item.IsLearned);
            IReadOnlyDictionary<string, int> step = OfOneStep(model, optimizer, HypergradientMode.Forward), bare = Bare(model, learned);
            Assert.All(bare, one => Assert.True(step.GetValueOrDefault(one.Key) >= one.Value, $"{one.Key} {step.GetValueOrDefault(one.Key)}, not {one.Value}"));
            Assert.Equal(expected, step.Values.Sum() - bare.Values.Sum());
        }
    }

    [Theory]
    [InlineData(HypergradientMode.Forward)]
    [InlineData(HypergradientMode.Reverse)]
    public void No_number_crosses_between_device_and_host_in_a_step(HypergradientMode mode)
    {
        using var model = Network(layers: 2);
        IReadOnlyDictionary<string, int> step = OfOneStep(model, new Adam(), mode);
        Assert.True(step["aten::mm"] > 0);
        Assert.DoesNotContain(crossings, name => step.GetValueOrDefault(name) > 0);
    }

    [Theory]
    [InlineData("Sgd")]
    [InlineData("Adam")]
    [InlineData("NAdam")]
    [InlineData("Lion")]
    public void An_entrywise_rule_launches_the_same_kernels_for_any_number_of_layers(string name)
    {
        (int few, int fewTangents) = OfRule(name, layers: 2);
        (int many, int manyTangents) = OfRule(name, layers: 100);
        Assert.Equal((few, fewTangents), (many, manyTangents));
        Assert.InRange(few, 2, 30);
    }

    [Fact]
    public void Batched_products_launch_fewer_kernels_than_as_many_backwards()
    {
        using var model = Network(layers: 6);
        int one = Products(1, batched: false), three = Products(3, batched: false), together = Products(3, batched: true);
        Assert.True(three > 2.5 * one && together < .6 * three, $"{one} for one product, {three} for three, {together} for three batched");

        int Products(int count, bool batched)
        {
            Tensor[] parameters = [.. model.parameters()];
            LossGradient gradient = Autograd.Gradient(Loss(model, batches.At(0)), parameters, [], createGraph: true);
            Tensor directions = ones([count, gradient.Flat.numel()], Type), none = zeros([count, 0], Type);
            return OperationRecorder.Of(() => Autograd.Tangents(gradient, parameters, directions, [], none, batched)).Launches.Values.Sum();
        }
    }

    public void Dispose()
    {
        batches.Dispose();
        scope.Dispose();
    }

    private static (int Step, int TangentStep) OfRule(string name, int layers)
    {
        using var model = Network(layers);
        using var parameters = new ParameterVector(model);
        var problem = new BilevelProblem(model, OptimizerCase.Of(name).Create(), _ => empty(0), _ => empty(0));
        var optimizer = new InnerOptimizer(problem, parameters, new(problem.Hyperparameters));
        using OptimizerState state = optimizer.CreateState();
        using OptimizerTangents tangents = optimizer.CreateTangents();
        Tensor gradient = parameters.Vector.ones_like(), gradientTangent = tangents.Parameter.ones_like();
        int Count(Action action) => OperationRecorder.Of(action).Launches.Values.Sum();
        return (Count(() => optimizer.Step(state, parameters.Vector, gradient, 1)),
            Count(() => optimizer.TangentStep(state, tangents, parameters.Vector, gradient, gradientTangent, 1)));
    }

    // What a window of three steps launches beyond one of two.
    private Dictionary<string, int> OfOneStep(nn.Module<Tensor, Tensor> model, IUpdateRule rule, HypergradientMode mode)
    {
        IReadOnlyDictionary<string, int> OfWindow(int steps)
        {
            using BilevelTrainer trainer = Trainer(model, rule, steps, mode, mode == HypergradientMode.Reverse ? ReverseStorage.Graphs : default);
            trainer.Run(steps);
            return OperationRecorder.Of(() => trainer.Run(steps)).Launches;
        }

        IReadOnlyDictionary<string, int> two = OfWindow(2), three = OfWindow(3);
        return three.Keys.Union(two.Keys).ToDictionary(name => name, name => three.GetValueOrDefault(name) - two.GetValueOrDefault(name));
    }

    // The least that the hypergradients need: a batch, a gradient with its graph, and a backward for each product.
    private IReadOnlyDictionary<string, int> Bare(nn.Module<Tensor, Tensor> model, int products) => OperationRecorder.Of(() =>
    {
        Tensor[] parameters = [.. model.parameters()];
        IList<Tensor> gradient = autograd.grad([Loss(model, batches.At(3))], parameters, create_graph: true, retain_graph: true);
        for (int k = 0; k < products; k++)
            autograd.grad(gradient, parameters, [.. gradient.Select(part => part.detach())], retain_graph: true);
    }).Launches;

    private BilevelTrainer Trainer(nn.Module<Tensor, Tensor> model, IUpdateRule rule, int window, HypergradientMode mode, ReverseStorage storage)
    {
        var problem = new BilevelProblem(model, rule, batch => Loss(model, batch), batch => Loss(model, batch));
        return new(problem, batches, batches, new() { Window = window, Mode = mode, Storage = storage });
    }

    private static Tensor Loss(nn.Module<Tensor, Tensor> model, Batch batch) => cross_entropy(model.call(batch.Inputs), batch.Targets);

    private static nn.Module<Tensor, Tensor> Network(int layers) => nn.Sequential(
        Enumerable.Range(0, layers).Select(i => ($"layer{i}", (nn.Module<Tensor, Tensor>)nn.Linear(6, 6, dtype: Type))));

    private sealed class ReadsPerWindow : ITrainingObserver
    {
        private int before;

        public List<int> Counts { get; } = [];

        public void OnStarted(TrainingPlan plan) => before = HostNumbers.Reads;

        public void OnWindow(WindowReport window)
        {
            Counts.Add(HostNumbers.Reads - before);
            before = HostNumbers.Reads;
        }
    }
}

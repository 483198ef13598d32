using Declarative.Interop;
using Declarative.Koopman;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Declarative.Tests.Hypergradients;

/// <summary>What reverse mode keeps of a window must not matter to a single bit.</summary>
public sealed class ReverseStorageTests
{
    [Theory]
    [InlineData(ReverseStorage.States)]
    [InlineData(ReverseStorage.Checkpoints)]
    public void All_storages_give_the_same_bits(ReverseStorage storage)
    {
        // 7 is no square; the last window is cut short. Dropout and batch norm have to be replayed.
        (double[] Reports, double[] Model) graphs = Run(ReverseStorage.Graphs);
        (double[] Reports, double[] Model) others = Run(storage);
        Assert.Contains(graphs.Reports, value => Math.Abs(value) > 1e-3);
        Assert.Equal(graphs.Reports, others.Reports);
        Assert.Equal(graphs.Model, others.Model);

        static (double[] Reports, double[] Model) Run(ReverseStorage storage)
        {
            using var small = new SmallProblem();
            using var scope = NewDisposeScope();
            manual_seed(3);
            using Sequential model = nn.Sequential(("first", nn.Linear(5, 8, dtype: ScalarType.Float64)), ("norm", nn.BatchNorm1d(8, dtype: ScalarType.Float64)),
                ("tanh", nn.Tanh()), ("dropout", nn.Dropout(.4)), ("second", nn.Linear(8, 3, dtype: ScalarType.Float64)));
            var reweighted = new ReweightedLoss(model, examples: 24);
            using var training = new TensorBatchSource(small.Inputs, small.Labels, 8);
            WindowReport[] windows = Windows(new(model, new Adam(), reweighted.Training, batch => cross_entropy(model.call(batch.Inputs), batch.Targets), [reweighted]),
                training, small.Validation, storage, window: 7, steps: 24);
            return ([.. windows.SelectMany(window => (double[])[window.TrainingLoss, window.ValidationLoss, .. window.Local, .. window.Values])],
                [.. model.parameters().Concat(model.buffers()).SelectMany(tensor => HostNumbers.Read(tensor))]);
        }
    }

    // θ' is then a tensor that the next step changes in place.
    [Theory]
    [InlineData(ReverseStorage.States)]
    [InlineData(ReverseStorage.Graphs)]
    public void A_rule_may_return_its_state(ReverseStorage storage)
    {
        using var small = new SmallProblem();
        double[] Local(GlocalOptions options)
        {
            using var scope = NewDisposeScope();
            using Sequential model = small.CreateModel();
            Tensor Loss(Batch batch) => cross_entropy(model.call(batch.Inputs), batch.Targets);
            var recorder = new WindowRecorder();
            using var trainer = new BilevelTrainer(new(model, new ReturnedAverage(), Loss, Loss), small.Training, small.Validation, options);
            trainer.Run(7, [recorder]);
            return recorder.Windows[0].Local;
        }
        double[] forward = Local(new() { Window = 8, Mode = HypergradientMode.Forward });
        double[] reverse = Local(new() { Window = 8, Mode = HypergradientMode.Reverse, Storage = storage });
        Assert.True(Math.Abs(forward[0]) > 1e-4);
        for (int i = 0; i < forward.Length; i++)
            Assert.Equal(forward[i], reverse[i], 1e-12);
    }

    // TorchSharp's buffers() leaves these out.
    [Theory]
    [InlineData(ReverseStorage.States)]
    [InlineData(ReverseStorage.Checkpoints)]
    public void Buffers_that_are_not_persistent_are_put_back_too(ReverseStorage storage)
    {
        using var small = new SmallProblem();
        double[] Local(ReverseStorage storage)
        {
            using var scope = NewDisposeScope();
            manual_seed(6);
            using var model = new Remembering();
            WindowReport window = Windows(new(model, new Sgd(), batch => cross_entropy(model.call(batch.Inputs), batch.Targets),
                batch => cross_entropy(model.call(batch.Inputs), batch.Targets)), small.Training, small.Validation, storage, window: 7, steps: 6)[0];
            return window.Local;
        }
        double[] graphs = Local(ReverseStorage.Graphs);
        Assert.True(Math.Abs(graphs[0]) > 1e-4);
        Assert.Equal(graphs, Local(storage));
    }

    [Fact]
    public void A_model_with_a_native_part_keeps_states_and_says_so()
    {
        using var scope = NewDisposeScope();
        manual_seed(5);
        using var model = new Bag();
        Tensor words = randint(0, 11, [24, 4], dtype: ScalarType.Int64), labels = randint(0, 3, [24], dtype: ScalarType.Int64);
        using var batches = new TensorBatchSource(words, labels, 24);
        BilevelProblem Problem() => new(model, new Sgd(), batch => cross_entropy(model.call(batch.Inputs), batch.Targets), batch => cross_entropy(model.call(batch.Inputs), batch.Targets));

        var recorder = new WindowRecorder();
        using (var trainer = new BilevelTrainer(Problem(), batches, batches, new GlocalOptions { Window = 4, Memory = TangentMemory.Reset }))
            trainer.Run(4, [recorder]);
        Assert.StartsWith("reverse mode, states kept", recorder.Plan!.Mode, StringComparison.Ordinal);
        Assert.Contains("native code", recorder.Plan.Mode, StringComparison.Ordinal);

        using var asked = new BilevelTrainer(Problem(), batches, batches, new GlocalOptions { Window = 4, Mode = HypergradientMode.Reverse, Storage = ReverseStorage.Graphs });
        Assert.Contains("native code", Assert.Throws<InvalidOperationException>(() => asked.Run(4)).Message);
    }

    // A part that is used in the third step only: the look at the model before the run cannot have seen it.
    [Fact]
    public void A_native_part_that_comes_into_use_later_is_noticed()
    {
        using var small = new SmallProblem();
        using var scope = NewDisposeScope();
        using var model = new Late();
        var counting = new CountingSource(small.Training);
        Tensor Loss(Batch batch)
        {
            model.UsesTable = counting.Last == 2;
            return cross_entropy(model.call(batch.Inputs), batch.Targets);
        }
        using var trainer = new BilevelTrainer(new(model, new Sgd(), Loss, Loss), counting, small.Validation,
            new GlocalOptions { Window = 4, Mode = HypergradientMode.Reverse, Storage = ReverseStorage.Graphs });
        Assert.Contains("ReverseStorage.States", Assert.Throws<InvalidOperationException>(() => trainer.Run(4)).Message);
    }

    private static WindowReport[] Windows(BilevelProblem problem, IBatchSource training, IBatchSource validation, ReverseStorage storage, int window, int steps)
    {
        var recorder = new WindowRecorder();
        using var trainer = new BilevelTrainer(problem, training, validation,
            new GlocalOptions { Mode = HypergradientMode.Reverse, Storage = storage, Window = window, Estimator = new TailMeanEstimator() });
        trainer.Run(steps, [recorder]);
        return [.. recorder.Windows];
    }

    private sealed class Bag : nn.Module<Tensor, Tensor>
    {
        private readonly Embedding table = nn.Embedding(11, 6);
        private readonly Linear output = nn.Linear(6, 3);

        public Bag() : base(nameof(Bag)) => RegisterComponents();

        public override Tensor forward(Tensor words) => output.call(table.call(words).mean([1]));
    }

    // Multiplies by one and the sum of all outputs so far.
    private sealed class Remembering : nn.Module<Tensor, Tensor>
    {
        private readonly Linear output = nn.Linear(5, 3, dtype: ScalarType.Float64);
        private readonly Tensor factor = ones([3], dtype: ScalarType.Float64);

        public Remembering() : base(nameof(Remembering))
        {
            register_buffer("factor", factor, persistent: false);
            RegisterComponents();
        }

        public override Tensor forward(Tensor inputs)
        {
            Tensor outputs = output.call(inputs);
            Tensor result = outputs.mul(factor.clone());
            if (training)
                factor.add_(outputs.detach().abs().mean([0]));
            return result;
        }
    }

    private sealed class Late : nn.Module<Tensor, Tensor>
    {
        private readonly Embedding table = nn.Embedding(2, 3, dtype: ScalarType.Float64);
        private readonly Linear output = nn.Linear(5, 3, dtype: ScalarType.Float64);

        public Late() : base(nameof(Late)) => RegisterComponents();

        public bool UsesTable { get; set; }

        public override Tensor forward(Tensor inputs) => UsesTable ? output.call(inputs) + table.call(tensor(new[] { 1L })) : output.call(inputs);
    }
}

/// <summary>θ is a running average of gradient steps, and that average the state.</summary>
public sealed partial class ReturnedAverage
{
    [Hyperparameter(0.1, Domain.Positive)] private double learningRate;
    [Hyperparameter(0.5, Domain.UnitInterval)] private double decay;
    [State] private Tensor average;

    [UpdateRule]
    private Tensor Update(Tensor parameter, Tensor gradient)
    {
        average = decay * average + (1 - decay) * (parameter - learningRate * gradient);
        return average;
    }
}

using Declarative.Interop;
using Declarative.Koopman;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Declarative.Tests.Hypergradients;

/// <summary>Models whose own kernels cannot be differentiated twice, or only dearly, learn without their author doing anything.</summary>
public sealed class RunKernelsTests
{
    [Fact]
    public void Flash_attention_is_exchanged_for_the_length_of_a_run_and_the_log_says_so()
    {
        double[] Local(HypergradientMode mode, out string notes)
        {
            using var scope = NewDisposeScope();
            manual_seed(2);
            using var model = new Attentive();
            Tensor inputs = randn([12, 6, 8], dtype: ScalarType.Float64), labels = randint(0, 3, [12], dtype: ScalarType.Int64);
            using var batches = new TensorBatchSource(inputs, labels, 12);
            Tensor Loss(Batch batch) => cross_entropy(model.call(batch.Inputs), batch.Targets);
            var recorder = new WindowRecorder();
            using var trainer = new BilevelTrainer(new(model, new Sgd(), Loss, Loss), batches, batches, new GlocalOptions { Window = 4, Mode = mode, Estimator = new LastSampleEstimator() });
            trainer.Run(3, [recorder]);
            notes = string.Join("; ", recorder.Plan!.Notes);
            return recorder.Windows[0].Local;
        }
        bool before = backends.cuda.flash_sdp_enabled();
        Assert.True(before);
        double[] forward = Local(HypergradientMode.Forward, out string notes);
        Assert.Contains("composite form", notes);
        double[] reverse = Local(HypergradientMode.Reverse, out _);
        Assert.Equal(before, backends.cuda.flash_sdp_enabled());
        Assert.True(Math.Abs(forward[0]) > 1e-4);
        for (int i = 0; i < 2; i++)
            Assert.Equal(forward[i], reverse[i], 1e-9 * Math.Abs(forward[i]));
    }

    [Fact]
    public void Weights_tied_between_a_native_and_a_managed_module_are_one()
    {
        using var scope = NewDisposeScope();
        manual_seed(4);
        using var model = new Tied();
        Tensor words = randint(0, 7, [20], dtype: ScalarType.Int64), next = randint(0, 7, [20], dtype: ScalarType.Int64);
        using var batches = new TensorBatchSource(words, next, 20);
        Tensor Loss(Batch batch) => cross_entropy(model.call(batch.Inputs), batch.Targets);
        WindowReport Run(HypergradientMode mode, double rate)
        {
            using var inner = NewDisposeScope();
            using (no_grad())
                foreach ((Parameter parameter, int i) in model.parameters().Select((parameter, i) => (parameter, i)))
                    parameter.copy_(arange(parameter.numel(), dtype: ScalarType.Float64).mul(1.3).add(i).sin().view(parameter.shape));
            var rule = new Sgd();
            rule.Hyperparameters["learningRate"].Value = rate;
            var recorder = new WindowRecorder();
            using var trainer = new BilevelTrainer(new(model, rule, Loss, Loss), batches, batches, new GlocalOptions { Window = 9, Mode = mode, Estimator = new LastSampleEstimator() });
            trainer.Run(6, [recorder]);
            return recorder.Windows[0];
        }
        const double Rate = .3, Step = 1e-5;
        double difference = (Run(HypergradientMode.Forward, Rate * Math.Exp(Step)).ValidationLoss - Run(HypergradientMode.Forward, Rate * Math.Exp(-Step)).ValidationLoss) / (2 * Step);
        Assert.True(Math.Abs(difference) > 1e-3);
        foreach (HypergradientMode mode in (HypergradientMode[])[HypergradientMode.Forward, HypergradientMode.Reverse])
            Assert.Equal(difference, Run(mode, Rate).Local[0], 1e-6 * Math.Abs(difference));
        Assert.Equal(HostNumbers.Read(model.Words.weight!), HostNumbers.Read(model.Output.weight));
    }

    [Fact]
    public void A_hundred_thousand_weights_come_to_the_host_in_single_precision_and_are_the_same()
    {
        const int Examples = 100_000, Steps = 12, Size = 50;
        using var scope = NewDisposeScope();
        manual_seed(6);
        using Linear model = nn.Linear(4, 3, hasBias: false);
        Tensor inputs = randn(Examples, 4), labels = randint(0, 3, [Examples], dtype: ScalarType.Int64);
        using var training = new TensorBatchSource(inputs, labels, Size);
        using var validation = new TensorBatchSource(inputs, labels, 500);
        using Tensor start = model.weight!.detach().clone();
        double[] Local(HypergradientMode mode, int[] weighted)
        {
            using var inner = NewDisposeScope();
            using (no_grad())
                model.weight!.copy_(start);
            var loss = mode == HypergradientMode.Reverse ? new ReweightedLoss(model, Examples) : new ReweightedLoss(model, weighted.Length);
            var rule = new Sgd();
            rule.Hyperparameters.Fix();
            rule.Hyperparameters["learningRate"].Value = .1;
            // Forward mode knows a few of the weights only; all others are .5, as they are at first.
            Tensor table = full(Examples, weighted.Length, dtype: ScalarType.Int64);
            foreach ((int example, int i) in weighted.Select((example, i) => (example, i)))
                table[example] = i;
            Tensor Training(Batch batch)
            {
                if (mode == HypergradientMode.Reverse)
                    return loss.Training(batch);
                Tensor all = cat([loss.Weights, full(1, .5)]);
                return (all.index_select(0, table.index_select(0, batch.Indices)) * cross_entropy(model.call(batch.Inputs), batch.Targets, reduction: nn.Reduction.None)).mean();
            }
            var recorder = new WindowRecorder();
            using var trainer = new BilevelTrainer(new(model, rule, Training, batch => cross_entropy(model.call(batch.Inputs), batch.Targets), [loss]), training, validation,
                new GlocalOptions { Window = Steps, Mode = mode, Outer = new OuterAdam { StepSize = 1e-300 } });
            trainer.Run(Steps, [recorder]);
            return recorder.Windows[0].Local[^loss.Hyperparameters["weights"].Count..];
        }
        int[] visited = [.. Enumerable.Range(0, Steps).SelectMany(step => training.At(step).Indices.data<long>().ToArray()[..2]).Select(index => (int)index)];
        double[] reverse = Local(HypergradientMode.Reverse, []);
        double[] forward = Local(HypergradientMode.Forward, visited);
        Assert.Equal(Steps * Size, reverse.Count(value => value != 0));
        double largest = forward.Max(Math.Abs);
        for (int i = 0; i < visited.Length; i++)
            Assert.Equal(forward[i], reverse[visited[i]], 1e-4 * largest);
    }

    private sealed class Attentive : nn.Module<Tensor, Tensor>
    {
        private readonly Linear queries = nn.Linear(8, 8, dtype: ScalarType.Float64), output = nn.Linear(8, 3, dtype: ScalarType.Float64);

        public Attentive() : base(nameof(Attentive)) => RegisterComponents();

        // [n, length, 8] as two heads of 4.
        public override Tensor forward(Tensor inputs)
        {
            Tensor heads = queries.call(inputs).view(inputs.size(0), inputs.size(1), 2, 4).transpose(1, 2);
            return output.call(scaled_dot_product_attention(heads, heads, heads).transpose(1, 2).reshape(inputs.size(0), inputs.size(1), 8).mean([1]));
        }
    }

    private sealed class Tied : nn.Module<Tensor, Tensor>
    {
        public Tied() : base(nameof(Tied))
        {
            RegisterComponents();
            Output.weight = Words.weight!;
        }

        public Embedding Words { get; } = nn.Embedding(7, 5, dtype: ScalarType.Float64);

        public Linear Output { get; } = nn.Linear(5, 7, dtype: ScalarType.Float64);

        public override Tensor forward(Tensor words) => Output.call(Words.call(words).tanh());
    }
}

using Declarative.Interop;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Declarative.Tests.Hypergradients;

/// <summary>How the check treats what it is lent: models of any type and of any part, which go back as they were.</summary>
public sealed class HypergradientCheckLoanTests : IDisposable
{
    private readonly SmallProblem small = new();
    private readonly DisposeScope scope = NewDisposeScope();

    [Fact]
    public void A_float32_model_is_checked_in_float64_and_given_back_to_the_bit()
    {
        Sequential model = nn.Sequential(("first", nn.Linear(5, 8)), ("norm", nn.BatchNorm1d(8)), ("tanh", nn.Tanh()), ("dropout", nn.Dropout(.3)),
            ("second", nn.Linear(8, 3)));
        var frozen = (BatchNorm1d)nn.BatchNorm1d(3);
        model.append("frozen", frozen);
        frozen.eval();
        var reweighted = new ReweightedLoss(model, examples: 24);
        BilevelProblem problem = Problem(model, reweighted);
        problem.Hyperparameters["weights"].SetValues([.. Enumerable.Range(0, 24).Select(i => (i + 1) / 30.0)]);
        using var training = new TensorBatchSource(small.Inputs.to(float32), small.Labels, 12);
        using var validation = new TensorBatchSource(small.ValidationInputs.to(float32), small.ValidationLabels, 18);
        using var trainer = new BilevelTrainer(problem, training, validation, new GlocalOptions { Window = 3 });
        trainer.Run(6);
        Tensor[] tensors = [.. model.parameters(), .. model.buffers(), problem.Hyperparameters.OfType<TensorHyperparameter>().Single().Leaf];
        Tensor[] before = [.. tensors.Select(tensor => tensor.clone())];
        double[] Settings() => [.. problem.Hyperparameters.SelectMany(item => item.Values.ToArray()),
            .. problem.Hyperparameters.Where(item => item.IsLearned).SelectMany(item => item.Coordinates.ToArray())];
        double[] values = Settings();

        Tensor randomState = random.get_rng_state();
        HypergradientCheckResult result = HypergradientCheck.Run(problem, training, validation);

        Assert.True(randomState.Equals(random.get_rng_state()));
        Assert.True(result.Passed, result.ToString());
        Assert.Equal(float64, result.Type);
        Assert.Contains(result.Notes, note => note.StartsWith("The steps change buffers", StringComparison.Ordinal));
        Assert.All(result.Rows, row => Assert.True(row.Float32Deviation is > 0 and < 1e-2, result.ToString()));
        Tensor[] after = [.. model.parameters(), .. model.buffers(), problem.Hyperparameters.OfType<TensorHyperparameter>().Single().Leaf];
        Assert.All(tensors.Zip(after), pair => Assert.Same(pair.First, pair.Second));
        Assert.All(before.Zip(after), pair => Assert.True(pair.First.dtype == pair.Second.dtype && pair.First.Equals(pair.Second)));
        Assert.Equal(values, Settings());
        Assert.True(model.training && !frozen.training);
        // The trainer that holds the model goes on, and so does plain training.
        trainer.Run(3);
        cross_entropy(model.call(small.Inputs.to(float32)), small.Labels).backward();
        Assert.Equal(float32, model.parameters().First().grad!.dtype);
    }

    [Fact]
    public void Native_modules_are_checked_without_graphs()
    {
        Sequential model = nn.Sequential(("embedding", nn.Embedding(4, 3)), ("flatten", nn.Flatten()), ("linear", nn.Linear(6, 2)));
        using var batches = new TensorBatchSource(randint(0, 4, [10, 2]), randint(0, 2, [10]), 5);
        var problem = new BilevelProblem(model, new Sgd(), batch => cross_entropy(model.call(batch.Inputs), batch.Targets),
            batch => cross_entropy(model.call(batch.Inputs), batch.Targets));
        HypergradientCheckResult result = HypergradientCheck.Run(problem, batches, batches);
        Assert.True(result.Passed, result.ToString());
        Assert.Equal(float64, result.Type);
        Assert.All(result.Rows, row => Assert.True(row.Graphs is null && row.States is not null));
        Assert.StartsWith("Without reverse mode with graphs: a part of the model is implemented in native code", result.Notes[0], StringComparison.Ordinal);
        Assert.DoesNotContain("graphs  ", result.ToString());
    }

    [Fact]
    public void Attention_is_checked_in_the_form_that_differentiates_twice()
    {
        var layer = nn.Linear(5, 3, dtype: float64);
        Tensor Loss(Batch batch)
        {
            Tensor sequence = batch.Inputs.unsqueeze(0).unsqueeze(0);
            Tensor attended = scaled_dot_product_attention(sequence, sequence * layer.weight!.mean(), sequence, null, 0, false);
            return cross_entropy(layer.call(attended[0, 0]), batch.Targets);
        }
        var problem = new BilevelProblem(layer, new HandWrittenDescent(), Loss, Loss);
        HypergradientCheckResult result = HypergradientCheck.Run(problem, small.Training, small.Validation, new() { Steps = 3 });
        Assert.True(result.Passed, result.ToString());
        Assert.Contains(result.Notes, note => note.StartsWith("Kernels: attention uses its composite form", StringComparison.Ordinal));
    }

    [Fact]
    public void A_loss_that_cannot_be_computed_in_float64_is_checked_in_float32()
    {
        Sequential model = nn.Sequential(nn.Linear(5, 3));
        Tensor mixing = eye(3);
        using var batches = new TensorBatchSource(small.Inputs.to(float32), small.Labels, 24);
        var problem = new BilevelProblem(model, new HandWrittenDescent(), batch => cross_entropy(linear(model.call(batch.Inputs), mixing), batch.Targets),
            batch => cross_entropy(linear(model.call(batch.Inputs), mixing), batch.Targets));
        HypergradientCheckResult result = HypergradientCheck.Run(problem, batches, batches);
        Assert.True(result.Passed, result.ToString());
        Assert.Equal(float32, result.Type);
        Assert.Contains(result.Notes, note => note.StartsWith("Not in float64: ", StringComparison.Ordinal));
        Assert.Null(result["rate"].Float32Deviation);
    }

    [Fact]
    public void Holds_nothing_afterwards()
    {
        Sequential model = small.CreateModel();
        var reweighted = new ReweightedLoss(model, examples: 24);
        BilevelProblem problem = Problem(model, reweighted);
        using var training = new TensorBatchSource(small.Inputs, small.Labels, 24);
        using var validation = new TensorBatchSource(small.ValidationInputs, small.ValidationLabels, 18);
        HypergradientCheckOptions options = new() { Steps = 2, Coordinates = 1 };
        HypergradientCheck.Run(problem, training, validation, options);
        // What earlier tests left to the finalizer is not counted.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        long live = Tensor.TotalCount;
        HypergradientCheck.Run(problem, training, validation, options);
        Assert.Equal(live, Tensor.TotalCount);
    }

    public void Dispose()
    {
        scope.Dispose();
        small.Dispose();
    }

    private static BilevelProblem Problem(Sequential model, ReweightedLoss reweighted) => new(model, new Sgd(), reweighted.Training,
        batch => cross_entropy(model.call(batch.Inputs), batch.Targets), [reweighted]);
}

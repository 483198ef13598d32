using Declarative.Rules;
using Declarative.Koopman;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Declarative.Tests.Optimizers;

/// <summary>An option that is off costs no state, no tangent and no adjoint.</summary>
public sealed class OptionalStateTests
{
    private const int Parameters = 13;
    private const int Learned = 5;

    public static TheoryData<string, int> Optimizers => new()
    {
        { "Adam", 2 }, { "Adam with AMSGrad", 3 }, { "AdamW", 2 }, { "AdamW with AMSGrad", 3 }, { "RmsProp", 2 }, { "RmsProp, centred", 3 },
    };

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Steps_keep_what_is_used_and_nothing_else(string name, int used)
    {
        using var scope = NewDisposeScope();
        IUpdateRule rule = OptimizerCase.Of(name).CreateSet();
        Tensor parameter = rand([Parameters], dtype: ScalarType.Float64);
        using var state = new UpdateState(rule.States, parameter);
        using var tangents = new UpdateTangents(rule.States, [.. rule.Hyperparameters.Select((_, i) => NumberTangent.Seed(i, 1))], Learned, parameter);
        using var adjoints = new UpdateAdjoints(rule.States, rule.Hyperparameters.Count, parameter);
        AssertEntries();
        for (int step = 1; step <= 3; step++)
        {
            state.Step = step;
            state.Parameter = parameter;
            state.Gradient = rand([Parameters], dtype: ScalarType.Float64);
            tangents.Gradient = rand([Learned, Parameters], dtype: ScalarType.Float64);
            rule.AdjointStep(state, adjoints);
            rule.TangentStep(state, tangents);
            state.Parameter = parameter;
            rule.Step(state);
        }
        AssertEntries();

        void AssertEntries()
        {
            using UpdateState copy = state.Copy();
            int[] all = [0, 1, 2];
            Assert.Equal(all.Length, rule.States.Count);
            Assert.Equal(used * Parameters, all.Sum(i => state.TensorAt(i).numel()));
            Assert.Equal(used * Parameters, all.Sum(i => copy.TensorAt(i).numel()));
            Assert.Equal(used * Parameters * Learned, all.Sum(i => tangents.TensorAt(i).numel()));
            Assert.Equal(used * Parameters, adjoints.States.Sum(adjoint => adjoint.numel()));
        }
    }

    // θ̇ and ġ beside those of the states; θ beside the states.
    [Theory]
    [InlineData(HypergradientMode.Forward, false, Learned * (2 + 2))]
    [InlineData(HypergradientMode.Forward, true, Learned * (2 + 3))]
    [InlineData(HypergradientMode.Reverse, false, 10 * (1 + 2))]
    [InlineData(HypergradientMode.Reverse, true, 10 * (1 + 3))]
    public void The_memory_limit_counts_what_is_used(HypergradientMode mode, bool amsgrad, int vectors)
    {
        using var small = new SmallProblem();
        using var scope = NewDisposeScope();
        using var model = small.CreateModel();
        long bytes = vectors * small.Start.Sum(parameter => parameter.numel()) * sizeof(double);
        Run(bytes);
        Assert.Contains($"{bytes} bytes", Assert.Throws<InvalidOperationException>(() => Run(bytes - 1)).Message);

        void Run(long limit)
        {
            IUpdateRule optimizer = OptimizerCase.Of(amsgrad ? "Adam with AMSGrad" : "Adam").CreateSet();
            var problem = new BilevelProblem(model, optimizer, batch => cross_entropy(model.call(batch.Inputs), batch.Targets),
                batch => cross_entropy(model.call(batch.Inputs), batch.Targets));
            using var trainer = new BilevelTrainer(problem, small.Training, small.Validation, new GlocalOptions
            {
                Mode = mode, Storage = ReverseStorage.States, Window = 10, MemoryLimit = limit, Estimator = new LastSampleEstimator(),
            });
            trainer.Run(1);
        }
    }
}

using Declarative.Rules;
using TorchSharp;
using static TorchSharp.torch;

namespace Declarative.Tests.Optimizers;

/// <summary>A plain step in one pass over memory against the same step operation by operation, which is what a parameter that does not lie
/// contiguously gets.</summary>
public sealed class EntryStepTests
{
    public static TheoryData<string> Names => [.. OptimizerCase.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Equals_the_step_that_is_taken_operation_by_operation(string name)
    {
        using var scope = NewDisposeScope();
        // Less than a register, whole registers, and what is left over behind them.
        foreach (ScalarType type in new[] { ScalarType.Float32, ScalarType.Float64 })
            foreach (int count in new[] { 7, 16, 64, 133 })
                Compare(OptimizerCase.Of(name), type, count);
    }

    [Theory]
    [InlineData("Sgd")]
    [InlineData("Adam")]
    [InlineData("AdamW")]
    public void Built_in_rules_take_it(string name)
    {
        using var scope = NewDisposeScope();
        IUpdateRule rule = OptimizerCase.Of(name).CreateSet();
        using UpdateState state = Start(rule, rand([20]));
        state.MayOverwrite = true;
        Tensor parameter = state.Parameter;
        rule.Step(state);
        Assert.Same(parameter, state.Parameter);
    }

    [Fact]
    public void Leaves_the_parameter_alone_unless_it_may_overwrite_it()
    {
        using var scope = NewDisposeScope();
        IUpdateRule rule = OptimizerCase.Of("Adam").CreateSet();
        Tensor parameter = rand([20]), before = parameter.clone();
        using UpdateState state = Start(rule, parameter);
        rule.Step(state);
        Assert.Equal(before.data<float>().ToArray(), parameter.data<float>().ToArray());
        Tensor updated = state.Parameter;
        using UpdateState again = Start(rule, parameter);
        again.Gradient = state.Gradient;
        again.MayOverwrite = true;
        rule.Step(again);
        Assert.Equal(updated.data<float>().ToArray(), parameter.data<float>().ToArray());
    }

    [Fact]
    public void Gives_the_same_bits_with_any_number_of_threads()
    {
        using var scope = NewDisposeScope();
        int threads = get_num_threads();
        try
        {
            float[][] found = [.. new[] { 1, 3, 5 }.Select(count =>
            {
                set_num_threads(count);
                using var generator = new Generator(5);
                using UpdateState state = Start(OptimizerCase.Of("Adam").CreateSet(), randn([200_003], generator: generator), generator);
                OptimizerCase.Of("Adam").CreateSet().Step(state);
                return state.Parameter.data<float>().ToArray();
            })];
            Assert.Equal(found[0], found[1]);
            Assert.Equal(found[0], found[2]);
        }
        finally
        {
            set_num_threads(threads);
        }
    }

    [Fact]
    public void Is_not_taken_where_types_differ_or_a_tensor_is_not_contiguous()
    {
        using var scope = NewDisposeScope();
        IUpdateRule rule = OptimizerCase.Of("Sgd").CreateSet();
        EntryStep none = (_, _, _) => Assert.Fail("It was taken.");
        using UpdateState half = Start(rule, rand([50]).to(ScalarType.Float16));
        Assert.False(half.TakeEntryStep(none, none));
        using UpdateState mixed = Start(rule, rand([50]));
        mixed.Gradient = mixed.Gradient.to(ScalarType.Float64);
        Assert.False(mixed.TakeEntryStep(none, none));
        using UpdateState strided = Start(rule, rand([50, 2]).select(1, 0));
        Assert.False(strided.TakeEntryStep(none, none));
        using UpdateState longer = Start(rule, rand([50]));
        longer.Gradient = rand([60]);
        Assert.False(longer.TakeEntryStep(none, none));
    }

    private static UpdateState Start(IUpdateRule rule, Tensor parameter, Generator? generator = null) =>
        new(rule.States, parameter) { Parameter = parameter, Gradient = randn(parameter.shape, generator: generator).to(parameter.dtype), Step = 1 };

    private static void Compare(OptimizerCase optimizer, ScalarType type, int count)
    {
        using var scope = NewDisposeScope();
        IUpdateRule rule = optimizer.CreateSet();
        if (rule.RunsPerTensor)
            return;
        Tensor whole = randn([count], dtype: type), strided = stack([whole, whole], 1).select(1, 0);
        using var passes = new UpdateState(rule.States, whole) { MayOverwrite = true };
        using var operations = new UpdateState(rule.States, whole);
        for (int step = 1; step <= 5; step++)
        {
            Tensor gradient = randn([count], dtype: type);
            foreach ((UpdateState state, Tensor parameter) in new[] { (passes, whole), (operations, strided) })
            {
                (state.Parameter, state.Gradient, state.Step) = (parameter, gradient, step);
                rule.Step(state);
            }
            if (!ReferenceEquals(whole, passes.Parameter))
                whole.copy_(passes.Parameter);
            strided.copy_(operations.Parameter);
            AssertClose(strided, whole, $"θ after step {step}");
            for (int i = 0; i < rule.States.Count; i++)
            {
                if (rule.States[i].IsNumber)
                    Assert.Equal(operations.NumberAt(i), passes.NumberAt(i));
                else if (rule.States[i].IsUsed)
                    AssertClose(operations.TensorAt(i), passes.TensorAt(i), $"{rule.States[i].Name} after step {step}");
            }
        }

        void AssertClose(Tensor expected, Tensor actual, string what)
        {
            double tolerance = type == ScalarType.Float32 ? 2e-5 : 1e-13;
            double error = ((expected - actual).abs() / (expected.abs() + 1)).max().to(ScalarType.Float64).item<double>();
            Assert.True(error <= tolerance, $"{optimizer.Name}, {type}, {count} entries: {what} differs by {error:G3}.");
        }
    }
}

using Declarative.Rules;
using TorchSharp;
using static TorchSharp.torch;

namespace Declarative.Tests.Optimizers;

/// <summary>The dot-product test: the generated adjoint step is the transpose of the tangent step, ⟨w, J v⟩ = ⟨Jᵀ w, v⟩ for any v and
/// w.</summary>
internal static class TransposeCheck
{
    /// <summary>Asserts it at a random state, with random tangents of one coordinate on which everything depends and random adjoints;
    /// and that the adjoint step leaves what it reads alone, keeps tensors of its own, and leaks none.</summary>
    public static void AssertTransposed(IUpdateRule rule, long step)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(5);
        long[] shape = rule.RunsPerTensor ? [2, 3] : [13];
        Tensor Vector() => rand(shape, dtype: ScalarType.Float64, generator: generator).add_(.2);
        Tensor Of(StateDeclaration state) => state.IsNumber ? Vector().flatten()[0] : state.IsUsed ? Vector() : zeros([0], ScalarType.Float64);
        // Each state smaller than the one before: where a mean square comes before the mean, the variance is positive.
        Values values = new(Vector(), Vector(), [.. rule.States.Select((state, i) => Of(state) / (1 + 2 * i))]);
        Values tangent = new(Vector(), Vector(), [.. rule.States.Select(Of)]);
        Values adjoint = new(Vector(), Vector(), [.. rule.States.Select(Of)]);
        double[] numbers = [.. rule.Hyperparameters.Select((_, i) => Math.Cos(i))];

        using UpdateState before = values.State(rule, step);
        using var tangents = new UpdateTangents(rule.States, [.. numbers.Select(value => NumberTangent.Seed(0, value))], 1, values.Parameter);
        tangents.Parameter = tangent.Parameter.unsqueeze(0).clone();
        tangents.Gradient = tangent.Gradient.unsqueeze(0).clone();
        for (int i = 0; i < rule.States.Count; i++)
            if (rule.States[i].IsNumber)
                tangents.Replace(i, NumberTangent.Seed(0, tangent.States[i].item<double>()));
            else
                tangents.Replace(i, tangent.States[i].unsqueeze(0).clone());
        rule.TangentStep(before, tangents);
        double forward = Dot(adjoint.Parameter, tangents.Parameter[0]);
        for (int i = 0; i < rule.States.Count; i++)
            forward += rule.States[i].IsNumber ? adjoint.States[i].item<double>() * tangents.NumberAt(i).Values.ToArray().Sum() : Dot(adjoint.States[i], tangents.TensorAt(i)[0]);

        using UpdateState again = values.State(rule, step);
        using var adjoints = new UpdateAdjoints(rule.States, rule.Hyperparameters.Count, adjoint.Parameter);
        adjoints.Replace(zeros_like(values.Gradient), adjoint.Parameter.clone(), [.. adjoint.States.Select(state => state.clone())]);
        long live = Tensor.TotalCount;
        using (NewDisposeScope())
            rule.AdjointStep(again, adjoints);
        Assert.True(Tensor.TotalCount <= live, $"{Tensor.TotalCount - live} tensors leaked."); // Others may be finalized meanwhile.
        double reverse = Dot(adjoints.Parameter, tangent.Parameter) + Dot(adjoints.Gradient, tangent.Gradient);
        for (int i = 0; i < rule.States.Count; i++)
            reverse += Dot(adjoints.StateAt(i), tangent.States[i]);
        for (int i = 0; i < numbers.Length; i++)
            reverse += adjoints.Hyperparameters[i].item<double>() * numbers[i];

        Assert.True(Math.Abs(forward - reverse) <= 1e-11 * (1 + Math.Abs(forward)), $"{rule.GetType().Name}, step {step}: forward {forward:R}, reverse {reverse:R}");
        Assert.True(again.Gradient.Equals(values.Gradient) && again.Parameter.Equals(values.Parameter));
        nint[] storages = [.. adjoints.States.Append(adjoints.Parameter).Append(adjoints.Gradient).Where(kept => kept.numel() > 0).Select(kept => kept.storage<double>().data_ptr())];
        Assert.Equal(storages.Length, storages.Distinct().Count());
        for (int i = 0; i < rule.States.Count; i++)
            Assert.True(rule.States[i].IsNumber ? again.NumberAt(i) == values.States[i].item<double>() : again.TensorAt(i).Equals(values.States[i]));
    }

    private static double Dot(Tensor left, Tensor right) => (left * right).sum().item<double>();

    private sealed record Values(Tensor Parameter, Tensor Gradient, Tensor[] States)
    {
        public UpdateState State(IUpdateRule rule, long step)
        {
            var state = new UpdateState(rule.States, Parameter) { Parameter = Parameter.clone(), Gradient = Gradient.clone(), Step = step };
            for (int i = 0; i < States.Length; i++)
                if (rule.States[i].IsNumber)
                    state.Replace(i, States[i].item<double>());
                else
                    state.Replace(i, States[i].clone());
            return state;
        }
    }
}

using Declarative.Rules;
using TorchSharp;
using static TorchSharp.torch;

namespace Declarative.DeviceTests;

/// <summary>The dot-product test: with J the derivative of a step at a random state, ⟨w, J v⟩ by the tangent step and ⟨Jᵀ w, v⟩ by the adjoint step.</summary>
internal static class Transposition
{
    /// <summary>Both, with one coordinate on which all settings depend. Sums are taken in float64, so that only the steps themselves round.</summary>
    public static (double Forward, double Reverse) Of(IUpdateRule rule, long step, Place place)
    {
        using var generator = new Generator(5);
        Tensor Draw() => place.Take(rand([2, 3], dtype: ScalarType.Float64, generator: generator).add_(.2));
        // Each state smaller than the one before: where a mean square comes before the mean, the variance is positive.
        (Tensor Parameter, Tensor Gradient, Tensor[] States) DrawAll(bool shrinks) => (Draw(), Draw(), [.. rule.States.Select((state, i) =>
            (state.IsNumber ? Draw()[0, 0] : state.IsUsed ? Draw() : zeros([0], dtype: place.Type, device: place.Device)) / (shrinks ? 1 + 2 * i : 1))]);
        var value = DrawAll(shrinks: true);
        var tangent = DrawAll(shrinks: false);
        var adjoint = DrawAll(shrinks: false);
        double[] settings = [.. rule.Hyperparameters.Select((_, i) => Math.Cos(i))];

        UpdateState State()
        {
            var state = new UpdateState(rule.States, value.Parameter) { Parameter = value.Parameter.clone(), Gradient = value.Gradient.clone(), Step = step };
            for (int i = 0; i < rule.States.Count; i++)
                if (rule.States[i].IsNumber)
                    state.Replace(i, value.States[i].ToDouble());
                else
                    state.Replace(i, value.States[i].clone());
            return state;
        }

        using UpdateState before = State(), again = State();
        using var tangents = new UpdateTangents(rule.States, [.. settings.Select(setting => NumberTangent.Seed(0, setting))], 1, value.Parameter);
        tangents.Parameter = tangent.Parameter.unsqueeze(0).clone();
        tangents.Gradient = tangent.Gradient.unsqueeze(0).clone();
        for (int i = 0; i < rule.States.Count; i++)
            if (rule.States[i].IsNumber)
                tangents.Replace(i, NumberTangent.Seed(0, tangent.States[i].ToDouble()));
            else
                tangents.Replace(i, tangent.States[i].unsqueeze(0).clone());
        rule.TangentStep(before, tangents);
        double forward = Dot(adjoint.Parameter, tangents.Parameter[0]);
        for (int i = 0; i < rule.States.Count; i++)
            forward += rule.States[i].IsNumber ? adjoint.States[i].ToDouble() * tangents.NumberAt(i).Values.ToArray().Sum()
                : Dot(adjoint.States[i], tangents.TensorAt(i)[0]);

        using var adjoints = new UpdateAdjoints(rule.States, settings.Length, adjoint.Parameter);
        adjoints.Replace(zeros_like(value.Gradient), adjoint.Parameter.clone(), [.. adjoint.States.Select(state => state.clone())]);
        rule.AdjointStep(again, adjoints);
        double reverse = Dot(adjoints.Parameter, tangent.Parameter) + Dot(adjoints.Gradient, tangent.Gradient);
        for (int i = 0; i < rule.States.Count; i++)
            reverse += Dot(adjoints.StateAt(i), tangent.States[i]);
        for (int i = 0; i < settings.Length; i++)
            reverse += adjoints.Hyperparameters[i].ToDouble() * settings[i];
        return (forward, reverse);
    }

    private static double Dot(Tensor left, Tensor right) => (left.to(ScalarType.Float64) * right.to(ScalarType.Float64)).sum().ToDouble();
}

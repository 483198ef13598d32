using System.Reflection;
using Declarative.Interop;
using Declarative.Rules;
using TorchSharp;
using static TorchSharp.torch;

namespace Declarative.Generators.Tests;

/// <summary>Holds generated derivatives against those that TorchSharp finds through the method itself: the adjoint step against a
/// backward, the tangent step against the derivative of a backward with respect to what it starts from.</summary>
internal static class AutogradCheck
{
    private const BindingFlags Members = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    /// <summary>Asserts it for the derivatives with respect to θ, g and the tensor states; those with respect to numbers TorchSharp
    /// does not know.</summary>
    public static void AssertAgrees(Type type, double tolerance)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(7);
        var rule = (IUpdateRule)Activator.CreateInstance(type)!;
        _ = rule.Hyperparameters.Count;
        FieldInfo[] fields = [.. rule.States.Where(state => !state.IsNumber).Select(state => type.GetField(state.Name, Members)!)];
        foreach (StateDeclaration state in rule.States.Where(state => state.IsNumber))
            type.GetField(state.Name, Members)!.SetValue(rule, state.Initial);
        long[] shape = rule.RunsPerTensor ? [2, 3] : [6];
        Tensor Random() => rand(shape, dtype: ScalarType.Float64, generator: generator).add_(.2);
        Tensor[] inputs = [.. Enumerable.Range(0, 2 + fields.Length).Select(_ => Random().requires_grad_())];
        Tensor[] directions = [.. inputs.Select(_ => Random())];
        Tensor[] weights = [.. Enumerable.Range(0, 1 + fields.Length).Select(_ => Random().requires_grad_())];

        for (int i = 0; i < fields.Length; i++)
            fields[i].SetValue(rule, inputs[i + 2]);
        MethodInfo method = type.GetMethods(Members).Single(candidate => candidate.GetCustomAttribute<UpdateRuleAttribute>() is not null);
        Tensor updated = UpdateMethod.Invoke(method, rule, inputs[0], inputs[1], 3L);
        Tensor[] outputs = [updated, .. fields.Select(field => (Tensor)field.GetValue(rule)!)];
        Tensor weighted = outputs.Zip(weights, (output, weight) => (output * weight).sum()).Aggregate((sum, term) => sum + term);
        Tensor[] backward = Autograd.Gradient(weighted, inputs, [], createGraph: true).Parts;
        Tensor along = backward.Zip(directions, (part, direction) => (part * direction).sum()).Aggregate((sum, term) => sum + term);
        Tensor[] forward = along.requires_grad ? Autograd.Gradient(along, weights, [], createGraph: false).Parts : [.. weights.Select(weight => weight.zeros_like())];

        using var state0 = State(rule, inputs);
        using var adjoints = new UpdateAdjoints(rule.States, rule.Hyperparameters.Count, weights[0]);
        adjoints.Replace(zeros(shape, ScalarType.Float64), weights[0].detach().clone(),
            [.. Spread(rule, weights[1..], () => zeros([], ScalarType.Float64))]);
        rule.AdjointStep(state0, adjoints);
        AssertClose(backward[0], adjoints.Parameter, tolerance, $"{type.Name}: the adjoint of θ");
        AssertClose(backward[1], adjoints.Gradient, tolerance, $"{type.Name}: the adjoint of g");
        for (int i = 0, tensor = 2; i < rule.States.Count; i++)
            if (!rule.States[i].IsNumber)
                AssertClose(backward[tensor++], adjoints.StateAt(i), tolerance, $"{type.Name}: the adjoint of {rule.States[i].Name}");

        using var state1 = State(rule, inputs);
        using var tangents = new UpdateTangents(rule.States, [.. rule.Hyperparameters.Select(_ => NumberTangent.Zero)], 1, inputs[0].detach());
        tangents.Parameter = directions[0].unsqueeze(0).clone();
        tangents.Gradient = directions[1].unsqueeze(0).clone();
        for (int i = 0, tensor = 2; i < rule.States.Count; i++)
            if (!rule.States[i].IsNumber)
                tangents.Replace(i, directions[tensor++].unsqueeze(0).clone());
        rule.TangentStep(state1, tangents);
        AssertClose(forward[0], tangents.Parameter.squeeze(0), tolerance, $"{type.Name}: the tangent of θ");
        for (int i = 0, tensor = 1; i < rule.States.Count; i++)
            if (!rule.States[i].IsNumber)
                AssertClose(forward[tensor++], tangents.TensorAt(i).squeeze(0), tolerance, $"{type.Name}: the tangent of {rule.States[i].Name}");
    }

    private static UpdateState State(IUpdateRule rule, Tensor[] inputs)
    {
        var state = new UpdateState(rule.States, inputs[0].detach()) { Parameter = inputs[0].detach().clone(), Gradient = inputs[1].detach().clone(), Step = 3 };
        for (int i = 0, tensor = 2; i < rule.States.Count; i++)
            if (!rule.States[i].IsNumber)
                state.Replace(i, inputs[tensor++].detach().clone());
        return state;
    }

    private static IEnumerable<Tensor> Spread(IUpdateRule rule, Tensor[] tensors, Func<Tensor> elsewhere)
    {
        int next = 0;
        foreach (StateDeclaration state in rule.States)
            yield return state.IsNumber ? elsewhere() : tensors[next++].detach().clone();
    }

    private static void AssertClose(Tensor expected, Tensor actual, double tolerance, string what) =>
        Assert.True((expected.detach() - actual).abs().max().item<double>() <= 10 * tolerance * (1 + expected.abs().max().item<double>()), $"{what}: {actual.str()}, not {expected.detach().str()}");
}

using Declarative.Benchmarks;
using Declarative.Interop;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Declarative.DeviceTests;

/// <summary>The step of an optimizer on few and on many parameter tensors that have the same number of entries in all.</summary>
internal static class OptimizerTable
{
    private const int Learned = 3;

    private static readonly (string Name, Func<IUpdateRule> Rule, string[] Learned, Func<IEnumerable<Parameter>, optim.Optimizer>? Other)[] optimizers =
    [
        ("Sgd", () => new Sgd(), ["learningRate", "momentum", "weightDecay"], parameters => optim.SGD(parameters, 0.01, momentum: 0.9, weight_decay: 1e-4)),
        ("Adam", () => new Adam(), ["learningRate", "beta1", "beta2"], parameters => optim.Adam(parameters, 1e-3, 0.9, 0.999, 1e-8)),
        ("AdamW", () => new AdamW(), ["learningRate", "beta1", "weightDecay"], parameters => optim.AdamW(parameters, 1e-3, 0.9, 0.999, 1e-8, weight_decay: 1e-2)),
        ("Lamb, by tensor", () => new Lamb(), ["learningRate", "beta1", "weightDecay"], null),
    ];

    /// <summary>How much it does.</summary>
    public static string Work(SpeedSizes sizes) =>
        $"{3 * optimizers.Length * sizes.TensorCounts.Count * (sizes.WarmUps + sizes.Rounds) * sizes.OptimizerSteps:N0} of optimizers alone";

    /// <summary>Measures.</summary>
    /// <returns>Yes: there are no bars.</returns>
    public static bool Measure(Report report, SpeedSizes sizes, Device device)
    {
        report.Text($"The step of an optimizer: {sizes.Parameters:N0} parameters in float32, in few tensors or in many. "
            + $"Gradients are there: one vector for the generated step, a tensor for each parameter for TorchSharp's. With tangents: the step and its derivative with respect to {Learned} settings. Kernels are the operations that compute something; on the CPU a plain step of a rule that acts entry by entry is one loop, and none.");
        report.Table("optimizer", "tensors", "plain, µs", "kernels", "with tangents, µs", "kernels", "TorchSharp, µs", "plain over TorchSharp");
        foreach (var optimizer in optimizers)
            foreach (int tensors in sizes.TensorCounts)
                Measure(report, sizes, device, optimizer, tensors);
        return true;
    }

    private static void Measure(Report report, SpeedSizes sizes, Device device,
        (string Name, Func<IUpdateRule> Rule, string[] Learned, Func<IEnumerable<Parameter>, optim.Optimizer>? Other) optimizer, int tensors)
    {
        using DisposeScope scope = NewDisposeScope();
        using Many model = new(tensors, sizes.Parameters / tensors, device), otherModel = new(tensors, sizes.Parameters / tensors, device);
        using var parameters = new ParameterVector(model);
        IUpdateRule rule = optimizer.Rule();
        rule.Hyperparameters.Fix();
        foreach (string name in optimizer.Learned)
            rule.Hyperparameters[name].Learn();
        var problem = new BilevelProblem(model, rule, _ => throw new NotSupportedException(), _ => throw new NotSupportedException());
        var inner = new InnerOptimizer(problem, parameters, new(problem.Hyperparameters));
        using OptimizerState state = inner.CreateState(), tangentState = inner.CreateState();
        using OptimizerTangents tangents = inner.CreateTangents();
        Parameter[] others = [.. otherModel.parameters()];
        foreach (Parameter parameter in others)
            parameter.grad = randn_like(parameter, requires_grad: false) * .01;
        Tensor flat = cat([.. others.Select(parameter => parameter.grad!.reshape(-1))]);
        Tensor tangent = randn([Learned, flat.numel()], device: device);
        // A step may overwrite the tangent that it is given: each of a round has its own.
        Tensor[] copies = [.. Enumerable.Range(0, sizes.OptimizerSteps).Select(_ => tangent.clone())];
        using optim.Optimizer? other = optimizer.Other?.Invoke(others);
        long step = 0, tangentStep = 0;
        void WithTangents(Tensor gradientTangent) => inner.TangentStep(tangentState, tangents, parameters.Vector, flat, gradientTangent, tangentStep++);
        void Plain() => parameters.Update(vector => inner.Step(state, vector, flat, step++, mayOverwrite: true));
        var times = new InterleavedTimes(DeviceClock.Of(device), sizes.WarmUps, sizes.Rounds,
            () => Repeat(sizes, Plain),
            () => Repeat(sizes, () => WithTangents(copies[tangentStep % copies.Length])),
            () => Repeat(sizes, () => other?.step()));
        string Microseconds(int action) => (times.Typical(action) / sizes.OptimizerSteps * 1e6).ToNumber(0);
        report.Row(optimizer.Name, $"{tensors}", Microseconds(0), Kernels(Plain), Microseconds(1), Kernels(() => WithTangents(tangent)),
            other is null ? "" : Microseconds(2), other is null ? "" : times.Ratio(0, 2).ToNumber(2));
    }

    private static string Kernels(Action step)
    {
        try
        {
            return $"{OperationRecorder.Of(step).Launches.Values.Sum()}";
        }
        catch (PlatformNotSupportedException)
        {
            return "not counted";
        }
    }

    private static void Repeat(SpeedSizes sizes, Action step)
    {
        for (int i = 0; i < sizes.OptimizerSteps; i++)
        {
            using DisposeScope scope = NewDisposeScope();
            using var noGradient = no_grad();
            step();
        }
    }

    private sealed class Many : Module<Tensor, Tensor>
    {
        public Many(int tensors, int entries, Device device) : base(nameof(Many))
        {
            for (int i = 0; i < tensors; i++)
                register_parameter($"parameter{i}", new Parameter(randn([entries], device: device)));
        }

        public override Tensor forward(Tensor input) => input;
    }
}

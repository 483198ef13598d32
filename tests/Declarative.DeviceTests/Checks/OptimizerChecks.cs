using Declarative.Interop;
using Declarative.Rules;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Declarative.DeviceTests;

/// <summary>Every optimizer: its plain step, its derivative, and whole runs.</summary>
internal static class OptimizerChecks
{
    private const int Steps = 6;

    public static IReadOnlyList<DeviceCheck> All { get; } =
    [
        .. OptimizerCase.All.Select(optimizer => DeviceCheck.InFullPrecision($"steps: {optimizer.Name}", (place, found) => TakeSteps(optimizer, place, found))),
        .. OptimizerCase.All.Select(optimizer => DeviceCheck.InAll($"optimizer: {optimizer.Name}", (place, found) => Run(optimizer, place, found))),
        .. OptimizerCase.All.Select(optimizer => DeviceCheck.InFloat64($"finite differences: {optimizer.Name}", (place, found) => Differ(optimizer, place, found))),
    ];

    private static void TakeSteps(OptimizerCase optimizer, Place place, Comparisons found)
    {
        AgainstFormula(optimizer, place, found);
        foreach (long step in new[] { 1, 4, 8 })
        {
            (double forward, double reverse) = Transposition.Of(optimizer.CreateSet(), step, place);
            found.Close($"adjoint against tangent, step {step}", [forward], [reverse], Bar.OfSteps(place));
        }
    }

    private static void AgainstFormula(OptimizerCase optimizer, Place place, Comparisons found)
    {
        using var generator = new Generator(3);
        IUpdateRule rule = optimizer.CreateSet();
        Tensor Draw() => place.Take(randn([3, 4], dtype: ScalarType.Float64, generator: generator));
        Tensor expected = Draw();
        var values = rule.Hyperparameters.ToDictionary(item => item.Name, item => place.Vector(item.Value)[0]);
        Tensor[] states = [.. optimizer.Initial.Select(initial => full_like(expected, initial))];
        using var state = new UpdateState(rule.States, expected) { Parameter = expected };
        for (int step = 1; step <= 8; step++)
        {
            Tensor gradient = Draw();
            expected = optimizer.Formula(expected, gradient, states, values, step);
            state.Gradient = gradient;
            state.Step = step;
            rule.Step(state);
            found.Close($"plain step {step}", HostNumbers.Read(expected), HostNumbers.Read(state.Parameter), Bar.OfSteps(place));
        }
    }

    private static void Run(OptimizerCase optimizer, Place place, Comparisons found)
    {
        using var reference = new SmallProblem();
        using var small = new SmallProblem(place);
        WindowReport expected = reference.Run(optimizer.CreateSet(), Steps, options: ModeOptions.All[0].Options);
        foreach ((string name, GlocalOptions options) in ModeOptions.All)
        {
            WindowReport report = small.Run(optimizer.CreateSet(), Steps, options: options);
            found.Close($"{name}, validation loss", [expected.ValidationLoss], [report.ValidationLoss], Bar.OfRun(place));
            found.Close(name, expected.Local, report.Local, Bar.OfRun(place));
        }
    }

    private static void Differ(OptimizerCase optimizer, Place place, Comparisons found)
    {
        using var small = new SmallProblem(place);
        using Sequential model = small.CreateModel();
        FiniteDifferences.Compare(SmallProblem.Problem(model, optimizer.CreateSet()), small.Training, small.Validation, found, new() { Steps = Steps });
    }
}

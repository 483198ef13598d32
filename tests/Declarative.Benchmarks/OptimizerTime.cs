using Declarative.Rules;
using Samples;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Declarative.Benchmarks;

/// <summary>The time of a generated plain step over that of TorchSharp's own optimizer: the same parameters and gradients, and the same
/// settings, one after the other within a round.</summary>
internal static class OptimizerTime
{
    private const int Rounds = 60, Steps = 40;

    private static readonly (string Name, Func<IUpdateRule> Rule, Func<IEnumerable<Parameter>, optim.Optimizer> Other)[] pairs =
    [
        ("Sgd, momentum and weight decay", () => new Sgd(), parameters => optim.SGD(parameters, 0.01, momentum: 0.9, weight_decay: 1e-4)),
        ("Adam", () => new Adam(), parameters => optim.Adam(parameters, 1e-3, 0.9, 0.999, 1e-8)),
        ("Adam, weight decay", () => Decaying(new Adam()), parameters => optim.Adam(parameters, 1e-3, 0.9, 0.999, 1e-8, weight_decay: 1e-4)),
        ("AdamW", () => new AdamW(), parameters => optim.AdamW(parameters, 1e-3, 0.9, 0.999, 1e-8, weight_decay: 1e-2)),
    ];

    public static void Run(Report report)
    {
        report.Text("A plain step, with θ written, over one of TorchSharp's own optimizer with the same settings; one thread, single precision. Both are given their "
            + "gradient: one vector here, a tensor for each parameter there. \"With gathering\" adds joining such tensors to the vector, which a run does once a step. "
            + "Ratios are of the medians of the faster halves of the rounds: TorchSharp's own step is now and then many times slower.");
        report.Table("model", "optimizer", "ratio", "ratio of the fastest rounds", "with gathering", "generated, µs", "TorchSharp, µs");
        foreach ((string name, Func<Module<Tensor, Tensor>> create) in Models.All)
            foreach ((string optimizer, Func<IUpdateRule> rule, Func<IEnumerable<Parameter>, optim.Optimizer> other) in pairs)
                Measure(report, name, create, optimizer, rule(), other);
    }

    private static void Measure(Report report, string name, Func<Module<Tensor, Tensor>> create, string optimizer, IUpdateRule rule,
        Func<IEnumerable<Parameter>, optim.Optimizer> createOther)
    {
        using DisposeScope scope = NewDisposeScope();
        using Module<Tensor, Tensor> model = create(), otherModel = create();
        using var parameters = new ParameterVector(model);
        var problem = new BilevelProblem(model, rule, _ => throw new NotSupportedException(), _ => throw new NotSupportedException());
        problem.Hyperparameters.Fix();
        var inner = new InnerOptimizer(problem, parameters, new(problem.Hyperparameters));
        using OptimizerState state = inner.CreateState();
        Parameter[] others = [.. otherModel.parameters()];
        Tensor[] gradients = [.. others.Select(parameter => randn_like(parameter, requires_grad: false) * 0.01)];
        Tensor flat = Gathered();
        foreach ((Parameter parameter, Tensor gradient) in others.Zip(gradients))
            parameter.grad = gradient;
        using optim.Optimizer other = createOther(others);
        long step = 0;

        var times = new InterleavedTimes(Rounds,
            () => Repeat(() => parameters.Update(vector => inner.Step(state, vector, flat, step++, mayOverwrite: true))),
            () => Repeat(() => parameters.Update(vector => inner.Step(state, vector, Gathered(), step++, mayOverwrite: true))),
            () => Repeat(() => other.step()));
        report.Row(name, optimizer, times.FasterHalvesRatio(0, 2).ToNumber(2), times.FastestRatio(0, 2).ToNumber(2), times.FasterHalvesRatio(1, 2).ToNumber(2),
            (times.Fastest(0) / Steps * 1e6).ToNumber(0), (times.Fastest(2) / Steps * 1e6).ToNumber(0));

        Tensor Gathered() => cat([.. gradients.Select(gradient => gradient.reshape(-1))]);
    }

    private static void Repeat(Action step)
    {
        for (int i = 0; i < Steps; i++)
        {
            using DisposeScope scope = NewDisposeScope();
            using var noGradient = no_grad();
            step();
        }
    }

    private static Adam Decaying(Adam rule)
    {
        rule.Hyperparameters["weightDecay"].Value = 1e-4;
        return rule;
    }
}

using Declarative.Interop;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Declarative.Tests.Optimizers;

/// <summary>The generated tangent step of every optimizer against two independent computations: autograd through an unrolled run of
/// its formula, and finite differences of whole runs.</summary>
public sealed class TangentStepTests
{
    private const int Steps = 6;

    public static TheoryData<string> Names => [.. OptimizerCase.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Agrees_with_autograd_through_the_unrolled_run(string name)
    {
        OptimizerCase optimizer = OptimizerCase.Of(name);
        using var problem = new SmallProblem();
        using var scope = NewDisposeScope();

        WindowReport report = problem.Run(optimizer.CreateSet(), Steps);
        IUpdateRule rule = optimizer.CreateSet();
        (double loss, double[] expected) = Unroll(problem, optimizer, rule);

        Assert.Equal(loss, report.ValidationLoss, 1e-12);
        for (int i = 0; i < expected.Length; i++)
            AssertClose(expected[i], report.Local[i], 1e-9, rule.Hyperparameters[i].Name);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Agrees_with_finite_differences(string name)
    {
        OptimizerCase optimizer = OptimizerCase.Of(name);
        using var problem = new SmallProblem();

        WindowReport report = problem.Run(optimizer.CreateSet(), Steps);

        foreach ((Hyperparameter hyperparameter, int i) in optimizer.CreateSet().Hyperparameters.Select((item, i) => (item, i)))
        {
            const double Step = 1e-5;
            double difference = (LossAt(+Step) - LossAt(-Step)) / (2 * Step);
            AssertClose(difference, report.Local[i], 1e-6, hyperparameter.Name);
            Assert.True(Math.Abs(report.Local[i]) > 1e-7, $"{hyperparameter.Name} does not matter at these settings: {report.Local[i]:R}");

            double LossAt(double move)
            {
                IUpdateRule rule = optimizer.CreateSet();
                double coordinate = hyperparameter.Domain.ToCoordinate(hyperparameter.Value) + move;
                rule.Hyperparameters[i].Value = hyperparameter.Domain.ToValue(coordinate);
                rule.Hyperparameters.Fix();
                return problem.Run(rule, Steps).ValidationLoss;
            }
        }
    }

    // Otherwise an option could do nothing, and its cases would prove nothing.
    [Fact]
    public void Every_option_makes_a_difference()
    {
        using var problem = new SmallProblem();
        double[] losses = [.. OptimizerCase.All.Where(item => item.Name != "Asgd that averages from step 1").Select(item => problem.Run(item.CreateSet(), Steps).ValidationLoss)];
        Assert.Distinct(losses);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Survives_gradients_that_are_exactly_zero(string name)
    {
        OptimizerCase optimizer = OptimizerCase.Of(name);
        using var problem = new SmallProblem();
        foreach (bool decays in new[] { true, false })
        {
            WindowReport report = problem.Run(optimizer.CreateSet(), Steps, prepare: prepared =>
            {
                // Without weight decay, the weights of the dead input get a zero gradient and Adam's second moment stays 0.
                if (!decays)
                    prepared.Hyperparameters["weightDecay"].Fix().Value = 0;
                return prepared;
            });
            Assert.True(double.IsFinite(report.ValidationLoss));
            foreach ((double local, string hyperparameter) in report.Local.Zip(optimizer.Create().Hyperparameters.EntryNames))
                Assert.True(double.IsFinite(local) || (!decays && hyperparameter == "weightDecay"), $"{hyperparameter}: {local}");
        }
    }

    private static (double Loss, double[] Hypergradient) Unroll(SmallProblem problem, OptimizerCase optimizer, IUpdateRule rule)
    {
        // Leaves hold u, so that autograd also differentiates the domains, written a second time here.
        Tensor[] coordinates = [.. rule.Hyperparameters.Select(item => tensor(item.Domain.ToCoordinate(item.Value), dtype: ScalarType.Float64, requires_grad: true))];
        var values = rule.Hyperparameters.Zip(coordinates).ToDictionary(pair => pair.First.Name,
            pair => pair.First.Domain is PositiveDomain ? pair.Second.exp() : pair.Second.sigmoid());
        Tensor[] parameters = [.. problem.Start.Select(start => start.clone().requires_grad_())];
        Tensor[][] states = [.. parameters.Select(parameter => optimizer.Initial.Select(value => parameter.zeros_like() + value).ToArray())];
        for (int step = 1; step <= Steps; step++)
        {
            Tensor loss = cross_entropy(SmallProblem.Network(problem.Inputs, parameters), problem.Labels);
            Tensor[] gradient = Autograd.Gradient(loss, parameters, [], createGraph: true).Parts;
            parameters = [.. parameters.Select((parameter, i) => optimizer.Formula(parameter, gradient[i], states[i], values, step))];
        }
        Tensor validation = cross_entropy(SmallProblem.Network(problem.ValidationInputs, parameters), problem.ValidationLabels);
        return (validation.item<double>(), HostNumbers.Read(Autograd.Gradient(validation, coordinates, [], createGraph: false).Flat));
    }

    private static void AssertClose(double expected, double actual, double relative, string name) =>
        Assert.True(Math.Abs(expected - actual) <= relative * Math.Max(1e-2, Math.Abs(expected)), $"{name}: expected {expected:R}, got {actual:R}");
}

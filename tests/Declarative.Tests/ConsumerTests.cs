using System.Globalization;
using System.Text.RegularExpressions;

namespace Declarative.Tests;

/// <summary>What a user's own project sees: the class of the documentation compiles as it stands and gives the right hypergradient, and a
/// rule that cannot be differentiated fails the build where it is wrong.</summary>
public sealed partial class ConsumerTests
{
    internal const string HeavyBall =
        """
        // An optimizer. Its settings are learned; the generator differentiates Update at compile time, forward and reverse.
        public sealed partial class HeavyBall
        {
            [Hyperparameter(0.05, Domain.Positive)]     private double learningRate;
            [Hyperparameter(0.9,  Domain.UnitInterval)] private double momentum;
            [Hyperparameter(1e-4, Domain.Positive)]     private double weightDecay;
            [State] private Tensor velocity;

            [UpdateRule]
            private Tensor Update(Tensor parameter, Tensor gradient)
            {
                velocity = momentum * velocity + gradient + weightDecay * parameter;
                return parameter - learningRate * velocity;
            }
        }
        """;

    internal const string Usings =
        """
        using Declarative;
        using static TorchSharp.torch;

        """;

    internal const string Program =
        """
        using Declarative;
        using Declarative.Koopman;
        using TorchSharp;
        using static TorchSharp.torch;
        using static TorchSharp.torch.nn.functional;

        using var scope = NewDisposeScope();
        var inputs = randn([30, 4], dtype: ScalarType.Float64, generator: new Generator(1));
        var labels = randint(0, 3, [30], dtype: ScalarType.Int64, generator: new Generator(2));
        double[] start = [Math.Log(.05), Math.Log(.9 / .1), Math.Log(1e-2)];

        WindowReport analytic = Train(start, fix: false);
        for (int i = 0; i < 3; i++)
        {
            double[] up = [.. start], down = [.. start];
            up[i] += 1e-5;
            down[i] -= 1e-5;
            double difference = (Train(up, fix: true).ValidationLoss - Train(down, fix: true).ValidationLoss) / 2e-5;
            Console.WriteLine(FormattableString.Invariant($"{analytic.Local[i]:R} {difference:R}"));
        }

        WindowReport Train(double[] u, bool fix)
        {
            using var inner = NewDisposeScope();
            using var model = nn.Linear(4, 3, dtype: ScalarType.Float64);
            using (no_grad())
            {
                model.weight!.fill_(.1);
                model.bias!.fill_(0);
            }
            var problem = new BilevelProblem(model, new HeavyBall(), b => cross_entropy(model.call(b.Inputs), b.Targets),
                b => cross_entropy(model.call(b.Inputs), b.Targets));
            problem.Hyperparameters["learningRate"].Value = Math.Exp(u[0]);
            problem.Hyperparameters["momentum"].Value = 1 / (1 + Math.Exp(-u[1]));
            problem.Hyperparameters["weightDecay"].Value = Math.Exp(u[2]);
            if (fix)
                problem.Hyperparameters.Fix();
            using var training = new TensorBatchSource(inputs.narrow(0, 0, 20), labels.narrow(0, 0, 20), 20);
            using var validation = new TensorBatchSource(inputs.narrow(0, 20, 10), labels.narrow(0, 20, 10), 10);
            using var trainer = new BilevelTrainer(problem, training, validation, new GlocalOptions { Window = 9, Estimator = new LastSampleEstimator() });
            var last = new Last();
            trainer.Run(8, [last]);
            return last.Window!;
        }

        sealed class Last : ITrainingObserver
        {
            public WindowReport? Window { get; private set; }

            public void OnWindow(WindowReport window) => Window = window;
        }
        """;

    [Fact]
    public void HeavyBall_compiles_without_a_warning_and_its_hypergradient_agrees_with_finite_differences()
    {
        using var consumer = new ConsumerProject(Program, ["TorchSharp-cpu", "MathNet.Numerics"]);
        consumer.Write("HeavyBall.cs", Usings + HeavyBall);
        CommandResult build = consumer.Build().MustSucceed();
        Assert.DoesNotContain(": warning ", build.Output, StringComparison.OrdinalIgnoreCase);

        MustAgree(consumer.Run().MustSucceed().Output);
    }

    [Fact]
    public void An_operation_without_derivative_fails_the_build_on_that_expression()
    {
        const string Unknown = "erfinv(gradient)";
        string source = Usings + HeavyBall.Replace("+ gradient +", $"+ {Unknown} +", StringComparison.Ordinal);
        using var consumer = new ConsumerProject("return;", ["TorchSharp-cpu", "MathNet.Numerics"]);
        consumer.Write("HeavyBall.cs", source);
        CommandResult build = consumer.Build();

        MustFailAt(build, source, Unknown);
    }

    /// <summary>Each line has a hypergradient and the finite difference that it must be equal to.</summary>
    internal static void MustAgree(string output)
    {
        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Assert.Equal(3, lines.Length);
        foreach (string line in lines)
        {
            double[] pair = [.. line.Split(' ').Select(text => double.Parse(text, CultureInfo.InvariantCulture))];
            Assert.True(Math.Abs(pair[0]) > 1e-6, line);
            Assert.True(Math.Abs(pair[0] - pair[1]) <= 1e-6 * Math.Abs(pair[1]) + 1e-10, line);
        }
    }

    /// <summary>The build failed, because of that call without derivative, and says so on it.</summary>
    internal static void MustFailAt(CommandResult build, string source, string call)
    {
        Assert.NotEqual(0, build.ExitCode);
        string[] lines = source.Split('\n');
        int row = Array.FindIndex(lines, line => line.Contains(call, StringComparison.Ordinal));
        Match error = ErrorLocation().Match(build.Output);
        Assert.True(error.Success, build.Output);
        Assert.Equal($"{row + 1},{lines[row].IndexOf(call, StringComparison.Ordinal) + 1}", error.Groups[1].Value);
        Assert.Contains($"torch.{call.Split('(')[0]}(", error.Groups[2].Value, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"HeavyBall\.cs\((\d+,\d+)\): error DECL0010: ([^\r\n]*)")]
    private static partial Regex ErrorLocation();
}

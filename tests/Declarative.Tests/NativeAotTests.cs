using System.Globalization;
using System.Text.RegularExpressions;

namespace Declarative.Tests;

/// <summary>A program that is compiled ahead of time finds its parameters and hyperparameters, and learns: neither the generated code nor
/// the runtime needs reflection.</summary>
public sealed partial class NativeAotTests
{
    private const string Program =
        """
        using Declarative;
        using Declarative.Koopman;
        using TorchSharp;
        using TorchSharp.Modules;
        using static TorchSharp.torch;
        using static TorchSharp.torch.nn;
        using static TorchSharp.torch.nn.functional;

        using var scope = NewDisposeScope();
        var inputs = randn([30, 4], dtype: ScalarType.Float64, generator: new Generator(1));
        var labels = randint(0, 3, [30], dtype: ScalarType.Int64, generator: new Generator(2));
        double[] start = [Math.Log(.05), Math.Log(.9 / .1), Math.Log(.5)];

        WindowReport analytic = Train(start, fix: false, says: true);
        for (int i = 0; i < 3; i++)
        {
            double[] up = [.. start], down = [.. start];
            up[i] += 1e-5;
            down[i] -= 1e-5;
            double difference = (Train(up, fix: true).ValidationLoss - Train(down, fix: true).ValidationLoss) / 2e-5;
            Console.WriteLine(FormattableString.Invariant($"hypergradient {analytic.Local[i]:R} {difference:R}"));
        }

        WindowReport Train(double[] u, bool fix, bool says = false)
        {
            using var inner = NewDisposeScope();
            using var model = new Net();
            var loss = new WeightedLoss(model);
            var problem = new BilevelProblem(model, new HeavyBall(), loss.Training,
                b => cross_entropy(model.call(b.Inputs), b.Targets), hyperparameters: [loss]);
            problem.Hyperparameters["learningRate"].Value = Math.Exp(u[0]);
            problem.Hyperparameters["momentum"].Value = 1 / (1 + Math.Exp(-u[1]));
            problem.Hyperparameters["weight"].Value = Math.Exp(u[2]);
            if (fix)
                problem.Hyperparameters.Fix();
            if (says)
            {
                Console.WriteLine("parameters " + string.Join(" ", model.named_parameters().Select(pair => pair.name)));
                Console.WriteLine("hyperparameters " + string.Join(" ", problem.Hyperparameters.EntryNames));
            }
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

        sealed class Net : Module<Tensor, Tensor>
        {
            // A convolution's kernels are exchanged while it learns.
            private readonly Conv1d first = Conv1d(1, 2, 3, dtype: ScalarType.Float64);
            private readonly Linear second = Linear(4, 3, dtype: ScalarType.Float64);

            public Net() : base(nameof(Net))
            {
                RegisterComponents();
                int index = 0;
                using (no_grad())
                    foreach (var parameter in parameters())
                        parameter.copy_(linspace(-.5, .5 + .1 * index++, parameter.numel(), dtype: ScalarType.Float64).reshape(parameter.shape));
            }

            public override Tensor forward(Tensor input) => second.call(tanh(first.call(input.view(-1, 1, 4))).flatten(1));
        }

        sealed partial class WeightedLoss(Module<Tensor, Tensor> model)
        {
            [Hyperparameter(0.5, Domain.Positive)] private Tensor weight;

            public Tensor Training(Batch batch) => weight * cross_entropy(model.call(batch.Inputs), batch.Targets);
        }

        sealed partial class HeavyBall
        {
            [Hyperparameter(0.05, Domain.Positive)] private double learningRate;
            [Hyperparameter(0.9, Domain.UnitInterval)] private double momentum;
            [State] private Tensor velocity;

            [UpdateRule]
            private Tensor Update(Tensor parameter, Tensor gradient)
            {
                velocity = momentum * velocity + gradient;
                return parameter - learningRate * velocity;
            }
        }
        """;

    [NativeAotFact]
    public void A_native_program_finds_its_parameters_and_hyperparameters_and_has_the_right_hypergradient()
    {
        using var consumer = new ConsumerProject(Program, ["TorchSharp-cpu", "MathNet.Numerics"], warningsAsErrors: false, isNative: true);
        string[] warnings = [.. consumer.Publish().MustSucceed().Output.Split('\n').Where(line => line.Contains(": warning ", StringComparison.OrdinalIgnoreCase))];
        // Of a package's code the compiler may say something. Of ours, and of the generated, it must say nothing.
        Assert.All(warnings, warning => Assert.Matches(WarningOfAPackage(), warning));

        string[] lines = consumer.RunNative().MustSucceed().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Assert.Contains("parameters first.weight first.bias second.weight second.bias", lines);
        Assert.Contains("hyperparameters learningRate momentum weight", lines);
        string[] pairs = [.. lines.Where(line => line.StartsWith("hypergradient ", StringComparison.Ordinal))];
        Assert.Equal(3, pairs.Length);
        foreach (string line in pairs)
        {
            double[] pair = [.. line.Split(' ').Skip(1).Select(text => double.Parse(text, CultureInfo.InvariantCulture))];
            Assert.True(Math.Abs(pair[0]) > 1e-6, line);
            Assert.True(Math.Abs(pair[0] - pair[1]) <= 1e-6 * Math.Abs(pair[1]) + 1e-10, line);
        }
    }

    // It sums up what it finds in a package, but for what concerns single files.
    [GeneratedRegex(@"warning IL\d{4}: (Assembly '(?!Declarative|Consumer)[^']+' produced|TorchSharp\.)")]
    private static partial Regex WarningOfAPackage();
}

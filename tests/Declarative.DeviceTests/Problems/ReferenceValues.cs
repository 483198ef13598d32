using Declarative.Koopman;
using static TorchSharp.torch;

namespace Declarative.DeviceTests;

/// <summary>Hypergradients that were published or computed elsewhere, in float64 and with respect to φ itself, and the runs that must give them.</summary>
internal static class ReferenceValues
{
    /// <summary>"Check forward" of FAR-HO (Franceschi et al. 2017): 10 steps with momentum on six parameters that share three coefficients.</summary>
    public static class FarHo
    {
        /// <summary>The validation loss at the end.</summary>
        public const double ValidationLoss = -0.01858938478594303;

        private static readonly (string Name, double Value)[] derivatives =
        [
            ("coefficients[0]", -0.01839352817512848), ("coefficients[1]", 0.05518058452538543), ("coefficients[2]", 0.0036787056350256996),
            ("stepSize", 0.5387224999303637), ("momentum", -0.07654224468525132),
        ];

        /// <summary>The hypergradient.</summary>
        public static double[] Hypergradient => [.. derivatives.Select(pair => pair.Value)];

        /// <summary>What this library has: the validation loss and the hypergradient in the same order.</summary>
        public static (double ValidationLoss, double[] Hypergradient) Run(Place place, GlocalOptions mode)
        {
            using var scope = NewDisposeScope();
            using var model = new TwoParameters(place.Take(tensor(new double[,] { { 1, -1, 1 }, { 2, 10, 2 } })), place.Vector(-1, 1, .2));
            var loss = new QuadraticLoss(model, count: 3);
            var problem = new BilevelProblem(model, new MomentumDescent(), loss.Training,
                validation: _ => (model.First * model.Second).mean(), hyperparameters: [loss]);
            problem.Hyperparameters["stepSize"].Value = .1;
            problem.Hyperparameters["momentum"].Value = .5;
            return Take(problem, steps: 10, mode, [.. derivatives.Select(pair => pair.Name)]);
        }
    }

    /// <summary>SGD as PyTorch has it on one parameter: .75 (w - 1)² from 0, validated by ½ (w - .8)².</summary>
    public static class ScalarSgd
    {
        /// <summary>The numbers of steps, and for each the derivatives with respect to learning rate, momentum and weight decay.</summary>
        public static IReadOnlyList<(int Steps, double[] Hypergradient)> All { get; } =
        [
            (1, [-0.975, 0, 0]),
            (3, [-0.40469549561932494, -0.033475781295, 0.0043045758795]),
            (10, [-5.697894383787137, 0.892281960215197, -0.875300914049797]),
        ];

        /// <summary>What this library has.</summary>
        public static double[] Run(Place place, GlocalOptions mode, int steps)
        {
            using var scope = NewDisposeScope();
            using var model = new TwoParameters(place.Vector(0), null);
            var problem = new BilevelProblem(model, new RealSgd(),
                training: _ => .75 * (model.First - 1).square().sum(), validation: _ => .5 * (model.First - .8).square().sum());
            return Take(problem, steps, mode, ["learningRate", "momentum", "weightDecay"]).Hypergradient;
        }
    }

    private static (double ValidationLoss, double[] Hypergradient) Take(BilevelProblem problem, int steps, GlocalOptions mode, string[] names)
    {
        var recorder = new WindowRecorder();
        using var trainer = new BilevelTrainer(problem, new NoBatches(), new NoBatches(), mode with { Window = steps, Estimator = new LastSampleEstimator() });
        trainer.Run(steps, [recorder]);
        WindowReport report = recorder.Windows.Single();
        string[] entries = [.. problem.Hyperparameters.EntryNames];
        return (report.ValidationLoss, [.. names.Select(name => report.Local[Array.IndexOf(entries, name)])]);
    }
}

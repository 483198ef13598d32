using Declarative.Koopman;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Declarative.Tests.Training;

/// <summary>What a run tells about the modes of its hypergradients.</summary>
public sealed class KoopmanReportTests
{
    [Fact]
    public void A_glocal_run_tells_modes_in_steps_with_a_number_for_each_hyperparameter()
    {
        WindowReport report = Run(new AffineHankelEstimator());
        KoopmanReport modes = report.Koopman!;
        Assert.NotEmpty(modes.Modes);
        Assert.Equal(2, modes.Stride);
        Assert.All(modes.Modes, mode =>
        {
            Assert.Equal(Math.Log(mode.Eigenvalue.Magnitude) / 2, mode.GrowthRate, 1e-12);
            Assert.Equal(report.Values.Length, mode.Amplitudes.Length);
            // Dampening is fixed.
            Assert.Equal(report.Local.Select(double.IsNaN), mode.Amplitudes.Select(double.IsNaN));
        });
        Assert.Contains(report.Local, double.IsNaN);
        Assert.Equal(report.Local.Select(double.IsNaN), modes.Limit.Select(double.IsNaN));
        Assert.Contains("half-life", modes.ToString());
    }

    [Fact]
    public void A_local_run_has_no_modes() => Assert.Null(Run(new LastSampleEstimator()).Koopman);

    private static WindowReport Run(IHypergradientEstimator estimator)
    {
        using var small = new SmallProblem();
        using var scope = NewDisposeScope();
        using Sequential model = small.CreateModel();
        var problem = new BilevelProblem(model, new Sgd(), batch => cross_entropy(model.call(batch.Inputs), batch.Targets),
            batch => cross_entropy(model.call(batch.Inputs), batch.Targets));
        var recorder = new WindowRecorder();
        using var trainer = new BilevelTrainer(problem, small.Training, small.Validation,
            new GlocalOptions { Window = 60, Stride = 2, Memory = TangentMemory.Reset, Estimator = estimator });
        trainer.Run(60, [recorder]);
        return Assert.Single(recorder.Windows);
    }
}

using Declarative;
using Declarative.Koopman;

namespace Samples.Study.Outcomes;

/// <summary>The methods that are compared, in the order of the tables. A method is a line here.</summary>
internal static class TuningMethods
{
    /// <summary>The start's settings, kept: the cost of one plain training.</summary>
    public const string Fixed = "fixed";

    /// <summary>What <c>new GlocalOptions()</c> does.</summary>
    public const string Default = "local, guarded, 10, step .15";

    /// <summary>Local with tangents reset, window by window.</summary>
    public static readonly IReadOnlyList<string> Resets = ["local, reset, 10, step .15", "local, reset, 10", "local, reset, 20", "local, reset, 50"];

    /// <summary>Of <see cref="Resets"/> that with a window: what others with that window are held against. Nothing for other windows, or none.</summary>
    public static string? ReferenceOf(int? window) => window switch { Shorter => Resets[1], Short => Resets[2], Long => Resets[3], _ => null };

    private const int Shorter = 10, Short = 20, Long = 50;
    private static readonly TangentMemory Discounted = TangentMemory.Discounted(0.8);

    public static readonly IReadOnlyList<TuningMethod> All =
    [
        new("one-step", _ => Local(1, TangentMemory.Reset)),
        new("one-step, step .03", _ => Local(1, TangentMemory.Reset, step: .03)),
        new("local, reset, 50", _ => Local(Long, TangentMemory.Reset)),
        new("local, reset, 20", _ => Local(Short, TangentMemory.Reset)),
        new("local, reset, 10", _ => Local(Shorter, TangentMemory.Reset)),
        new("local, reset, 50, step .6", _ => Local(Long, TangentMemory.Reset, step: .6)),
        new("local, reset, 10, step .15", _ => Local(Shorter, TangentMemory.Reset, step: .15)),
        new("local, discounted .95, 10", _ => Local(Shorter, TangentMemory.Discounted(.95))),
        new("local, discounted, 20", _ => Local(Short, Discounted)),
        new("local, carried, 20", _ => Local(Short, TangentMemory.Carried)),
        new("tail mean, reset, 50", _ => Of(Long, TangentMemory.Reset, new TailMeanEstimator())),
        new("paper's rule, reset, 50", _ => Of(Long, TangentMemory.Reset, new SnappedHankelEstimator())),
        new("glocal, reset, 50", _ => Of(Long, TangentMemory.Reset, new AffineHankelEstimator())),
        new("glocal, discounted, 20", _ => Of(Short, Discounted, new AffineHankelEstimator(), stride: 2)),
        new("glocal, carried, 20", _ => Of(Short, TangentMemory.Carried, new AffineHankelEstimator(), stride: 2)),
        new("glocal, guarded, 20", _ => Of(Short, TangentMemory.Guarded(), new AffineHankelEstimator(), stride: 2)),
        new("glocal, guarded, 50", _ => Of(Long, TangentMemory.Guarded(), new AffineHankelEstimator(), stride: 5)),
        new("local, guarded, 20", _ => Local(Short, TangentMemory.Guarded())),
        new("local, guarded, 10", _ => Local(Shorter, TangentMemory.Guarded())),
        new(Default, _ => new GlocalOptions()),
        new("local, guarded, 10, all 2,000", _ => Local(Shorter, TangentMemory.Guarded())) { ValidationBatch = 2000 },
        new("global, 4 restarts", _ => new GlocalOptions { Outer = new OuterAdam { StepSize = 1, LargestMove = 1 } })
        {
            HasWindows = false,
            Run = (trainer, task, observers) => trainer.RunRestarted(task.Steps, rounds: 4, observers),
        },
    ];

    private static GlocalOptions Local(int window, TangentMemory memory, double step = .3) =>
        Of(window, memory, new LastSampleEstimator()) with { Outer = new OuterAdam { StepSize = step, LargestMove = step } };

    private static GlocalOptions Of(int window, TangentMemory memory, IHypergradientEstimator estimator, int stride = 1) =>
        new() { Window = window, Stride = stride, Memory = memory, Estimator = estimator };
}

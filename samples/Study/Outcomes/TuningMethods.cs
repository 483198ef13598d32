using Declarative;
using Declarative.Koopman;

namespace Samples.Study.Outcomes;

/// <summary>The methods that are compared, in the order of the tables. A method is a line here.</summary>
internal static class TuningMethods
{
    /// <summary>The start's settings, kept: the cost of one plain training.</summary>
    public const string Fixed = "fixed";

    /// <summary>What <c>new GlocalOptions()</c> does.</summary>
    public const string Default = "default";

    /// <summary>Local with tangents reset, by window: what others with that window are held against.</summary>
    public static string ReferenceOf(int window) => window == Short ? "local, reset, 20" : "local, reset, 50";

    private const int Short = 20, Long = 50;
    private static readonly TangentMemory Discounted = TangentMemory.Discounted(0.8);

    public static readonly IReadOnlyList<TuningMethod> All =
    [
        new("one-step", _ => Local(1, TangentMemory.Reset)),
        new("local, reset, 50", _ => Local(Long, TangentMemory.Reset)),
        new("local, reset, 20", _ => Local(Short, TangentMemory.Reset)),
        new("local, discounted, 20", _ => Local(Short, Discounted)),
        new("local, carried, 20", _ => Local(Short, TangentMemory.Carried)),
        new("tail mean, reset, 50", _ => Of(Long, TangentMemory.Reset, new TailMeanEstimator())),
        new("paper's rule, reset, 50", _ => Of(Long, TangentMemory.Reset, new SnappedHankelEstimator())),
        new("glocal, reset, 50", _ => Of(Long, TangentMemory.Reset, new AffineHankelEstimator())),
        new("glocal, discounted, 20", _ => Of(Short, Discounted, new AffineHankelEstimator())),
        new("glocal, carried, 20", _ => Of(Short, TangentMemory.Carried, new AffineHankelEstimator())),
        // Global with restarts: one line here; a loop of its own is the method's Run.
        new(Default, _ => new GlocalOptions()),
    ];

    private static GlocalOptions Local(int window, TangentMemory memory) => Of(window, memory, new LastSampleEstimator());

    private static GlocalOptions Of(int window, TangentMemory memory, IHypergradientEstimator estimator) =>
        new() { Window = window, Memory = memory, Estimator = estimator };
}

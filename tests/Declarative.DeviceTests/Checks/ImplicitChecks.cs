namespace Declarative.DeviceTests;

/// <summary>Implicit mode at a minimum, where the hypergradient is known in closed form.</summary>
internal static class ImplicitChecks
{
    public static IReadOnlyList<DeviceCheck> All { get; } =
    [
        DeviceCheck.InAll("implicit mode: conjugate gradients", (place, found) => Compare(new ConjugateGradients { Tolerance = Tolerance(place) }, 0, place, found)),
        DeviceCheck.InAll("implicit mode: Nyström", (place, found) => Compare(new NystromSolver { Rank = RidgeProblem.InputCount, Damping = .3 }, .3, place, found)),
        DeviceCheck.InAll("implicit mode: Neumann series", (place, found) => Compare(new NeumannSeries { Terms = 2000, Tolerance = Tolerance(place) }, 0, place, found)),
    ];

    // A residual below the unit roundoff of the vectors is out of reach.
    private static double Tolerance(Place place) => place.Precision switch
    {
        Precision.Float64 => 1e-12,
        Precision.Float32 => 1e-5,
        _ => 1e-2,
    };

    private static void Compare(ImplicitSolver solver, double damping, Place place, Comparisons found)
    {
        using var reference = new RidgeProblem();
        using var ridge = new RidgeProblem(place);
        ridge.GoToMinimum();
        WindowReport report = ridge.Run(solver);
        found.Close("closed form", reference.ClosedForm(damping), RidgeProblem.Of(report), Bar.OfRun(place) with { Share = 1 });
        found.Holds(report.Solver!.IsConverged, $"the solver did not converge: {report.Solver}");
    }
}

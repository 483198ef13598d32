using System.Globalization;

namespace Declarative.Reporting;

/// <summary>How implicit mode's solver did, in a few words.</summary>
internal static class SolverText
{
    public static string Of(SolverReport solver) => string.Create(CultureInfo.InvariantCulture,
        $"{solver.Solver} {solver.Iterations} iterations{(solver.IsConverged ? "" : $", not converged: {solver.Residual:G2}")}");
}

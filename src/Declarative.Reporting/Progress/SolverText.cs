using System.Globalization;

namespace Declarative.Reporting;

/// <summary>How implicit mode's solver did, in a few words.</summary>
internal static class SolverText
{
    public static string Of(SolverReport solver)
    {
        // An interpolated string inside another one would be of the thread's culture.
        string residual = solver.IsConverged ? "" : string.Create(CultureInfo.InvariantCulture, $", not converged: {solver.Residual:G2}");
        return string.Create(CultureInfo.InvariantCulture, $"{solver.Solver} {solver.Iterations} iterations{residual}");
    }
}

namespace Declarative;

/// <summary>How the solver of implicit mode did at the end of a window.</summary>
/// <param name="Solver">Its name.</param>
/// <param name="Iterations">Iterations, terms or columns: what each costs is one Hessian-vector product.</param>
/// <param name="Residual">The norm of what is left of the right-hand side, relative to the whole of it.</param>
/// <param name="IsConverged">Whether that is within the solver's tolerance.</param>
/// <param name="Note">The damping, and what was out of the ordinary (negative curvature); empty where there is nothing to say.</param>
public sealed record SolverReport(string Solver, int Iterations, double Residual, bool IsConverged, string Note);

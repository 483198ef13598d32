namespace Samples.Study.Estimates;

/// <summary>How an estimator did on one coordinate of one trajectory.</summary>
/// <param name="Family">The family of problems.</param>
/// <param name="Batch">Full or mini.</param>
/// <param name="Setting">Learning rate, momentum and moment of training.</param>
/// <param name="Seed">The seed.</param>
/// <param name="Estimator">The estimator.</param>
/// <param name="Window">τ, the samples it was given.</param>
/// <param name="Horizon">T, the step asked for.</param>
/// <param name="Coordinate">The hyperparameter.</param>
/// <param name="Error">|estimate - h_T| / (|h_T| + root mean square of the window's samples).</param>
/// <param name="IsSignRight">Whether the sign is that of h_T; null where |h_T| is below 5 % of the window's root mean square, as good as none.</param>
/// <param name="Cosine">Of estimate and h_T, over all coordinates divided by their window's root mean squares.</param>
internal sealed record EstimateRow(string Family, string Batch, string Setting, int Seed, string Estimator, int Window, int Horizon, string Coordinate,
    double Error, bool? IsSignRight, double Cosine);

namespace Declarative.Koopman;

/// <summary>Estimates, from a trajectory of local hypergradients, the hypergradient at a later time: the global one.</summary>
/// <remarks>Implementations are pure: they keep no state between calls, throw on no data whatever, and say in
/// <see cref="HypergradientEstimate.Failure"/> when the data did not allow an estimate.</remarks>
public interface IHypergradientEstimator
{
    /// <summary>A short name for logs and plots.</summary>
    string Name { get; }

    /// <summary>Estimates h at time <paramref name="horizon"/>.</summary>
    /// <param name="trajectory">At least one sample; sample i was taken at time i.</param>
    /// <param name="horizon">The time wanted, counted in samples from the first one, at least that of the last sample;
    /// positive infinity asks for the limit.</param>
    HypergradientEstimate Estimate(Trajectory trajectory, double horizon);
}

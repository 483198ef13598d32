namespace Declarative;

/// <summary>Adam on the unconstrained coordinates (Kingma and Ba 2015): a move has about the size of the step, whatever the scale of the
/// hypergradient.</summary>
/// <remarks>A hypergradient falls by orders of magnitude while a model trains. With Adam's usual β₂ = 0.999 the first, huge ones would
/// hold the second moment up and the settings would freeze after some twenty outer steps, so the default memory is short.</remarks>
public sealed record OuterAdam : OuterOptimizer
{
    /// <summary>The step size.</summary>
    public double StepSize { get; init; } = 0.3;

    /// <summary>β₁, of the first moment.</summary>
    public double Beta1 { get; init; } = 0.8;

    /// <summary>β₂, of the second moment.</summary>
    public double Beta2 { get; init; } = 0.9;

    /// <summary>The largest move of a coordinate in one step.</summary>
    public double LargestMove { get; init; } = 0.3;

    internal override IOuterState Start(int coordinates)
    {
        if (!(StepSize > 0) || !(LargestMove > 0) || Beta1 is not (>= 0 and < 1) || Beta2 is not (>= 0 and < 1))
            throw new ArgumentException($"Outer Adam needs a positive step and largest move, and β in [0, 1): {this}.");
        return new State(this, coordinates);
    }

    private sealed class State(OuterAdam settings, int coordinates) : IOuterState
    {
        // Keeps 0/0 away and is far below any hypergradient that means something.
        private const double Tiny = 1e-30;

        private readonly double[] first = new double[coordinates];
        private readonly double[] second = new double[coordinates];
        private readonly long[] steps = new long[coordinates];

        public double[] Step(ReadOnlySpan<double> hypergradient, ReadOnlySpan<double> scale)
        {
            double[] moves = new double[coordinates];
            for (int i = 0; i < coordinates; i++)
            {
                if (scale[i] == 0)
                    continue;
                steps[i]++;
                first[i] = settings.Beta1 * first[i] + (1 - settings.Beta1) * hypergradient[i];
                second[i] = settings.Beta2 * second[i] + (1 - settings.Beta2) * hypergradient[i] * hypergradient[i];
                double mean = first[i] / (1 - Math.Pow(settings.Beta1, steps[i]));
                double size = Math.Sqrt(second[i] / (1 - Math.Pow(settings.Beta2, steps[i])));
                double move = -settings.StepSize * scale[i] * mean / (size + Tiny);
                moves[i] = Math.Clamp(move, -settings.LargestMove, settings.LargestMove);
            }
            return moves;
        }

        public void Exchange(StateExchange with)
        {
            with.Numbers("outer first moment", first);
            with.Numbers("outer second moment", second);
            with.Counts("outer steps", steps);
        }
    }
}

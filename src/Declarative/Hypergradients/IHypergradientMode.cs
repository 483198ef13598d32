using Declarative.Koopman;

namespace Declarative;

/// <summary>A way to compute local hypergradients: takes the inner steps of a window, and gives the samples of h seen on the way.
/// A mode never decides what they are good for.</summary>
internal interface IHypergradientMode : IDisposable
{
    /// <summary>Takes the steps of a window.</summary>
    WindowSamples Run(InnerWindow window);

    /// <summary>Discounts what is remembered of earlier windows: 0 forgets it, 1 keeps it.</summary>
    void Discount(double factor);

    /// <summary>What is carried from window to window, in tensors of its own; not θ.</summary>
    ModeState Save();

    /// <summary>Goes back to what was saved.</summary>
    void Restore(ModeState saved);
}

/// <summary>What a mode carries from window to window.</summary>
/// <param name="State">o.</param>
/// <param name="Tangents">(θ̇, ȯ); null where they are zero.</param>
/// <param name="Influence">What <see cref="SettingInfluence"/> remembers.</param>
internal sealed record ModeState(OptimizerState State, OptimizerTangents? Tangents, SettingInfluence.Levels? Influence = null) : IDisposable
{
    /// <summary>Releases it.</summary>
    public void Dispose()
    {
        State.Dispose();
        Tangents?.Dispose();
    }
}

/// <summary>The steps of one window.</summary>
/// <param name="Index">The number of the window, from 0; the validation batch is drawn by it.</param>
/// <param name="FirstStep">The number of its first step, from 0.</param>
/// <param name="Steps">How many steps.</param>
/// <param name="Stride">Steps between two samples of h, a divisor of <paramref name="Steps"/>.</param>
internal readonly record struct InnerWindow(int Index, long FirstStep, int Steps, int Stride);

/// <summary>What a window gave.</summary>
/// <param name="Trajectory">h after each stride, [m, q], with respect to u; null where nothing is learned.</param>
/// <param name="TrainingLosses">The training loss of each step.</param>
/// <param name="ValidationLoss">The validation loss after the last step.</param>
/// <param name="Complaint">What is carried beyond θ and is not finite, or grew too large to be true; nothing where all is well.</param>
/// <param name="Solver">How implicit mode's solver did. Samples are then not steps of time: what they tend to is what is wanted.</param>
internal sealed record WindowSamples(Trajectory? Trajectory, double[] TrainingLosses, double ValidationLoss, string? Complaint = null,
    SolverReport? Solver = null);

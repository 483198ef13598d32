namespace Declarative;

/// <summary>Thrown when a loss is no longer a finite number.</summary>
/// <param name="message">What happened, and where.</param>
/// <param name="step">The step, from 1, at which it was first seen.</param>
public sealed class TrainingDivergedException(string message, long step) : Exception(message)
{
    /// <summary>The step, from 1, at which it was first seen.</summary>
    public long Step { get; } = step;
}

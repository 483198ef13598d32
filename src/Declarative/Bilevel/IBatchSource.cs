namespace Declarative;

/// <summary>Gives the batch of every step.</summary>
public interface IBatchSource
{
    /// <summary>The batch of a step, as a pure function of the step number: asked twice, it gives the same one. That is what makes
    /// replay, resuming and comparing methods exact.</summary>
    /// <param name="step">From 0.</param>
    Batch At(long step);
}

namespace Declarative;

/// <summary>Where a run stands between two windows, and what outer steps remember. θ, the hyperparameters and what the mode carries are elsewhere.</summary>
/// <param name="options">How the run tunes.</param>
/// <param name="coordinates">u.</param>
/// <param name="memory">What a window keeps of the tangents, settled.</param>
internal sealed class RunPosition(GlocalOptions options, LearnedCoordinates coordinates, TangentMemory memory)
{
    /// <summary>The inner steps taken.</summary>
    public long Step { get; set; }

    /// <summary>The windows taken.</summary>
    public int Window { get; set; }

    /// <summary>The outer optimizer.</summary>
    public IOuterState Outer { get; } = options.OuterOrDefault.Start(coordinates.Count);

    /// <summary>The moves of u.</summary>
    public OuterMoves Moves { get; } = new(coordinates, options.Rollbacks);

    /// <summary>What the next window keeps of the tangents.</summary>
    public WindowMemory Memory { get; } = new(memory);

    /// <summary>Which estimates have lost their trust.</summary>
    public TrustStanding Standing { get; } = new(coordinates.Count);

    /// <summary>Writes all of it down, or fills it.</summary>
    public void Exchange(StateExchange with)
    {
        Step = with.Count("step", Step);
        Window = (int)with.Count("window", Window, int.MaxValue);
        Outer.Exchange(with);
        Moves.Exchange(with);
        Memory.Exchange(with);
        Standing.Exchange(with);
    }
}

namespace Declarative;

/// <summary>Moves u, and takes the last move back, half by half, where it led into trouble.</summary>
internal sealed class OuterMoves(LearnedCoordinates coordinates, int rollbacks)
{
    // Trouble shortens the moves that follow; good windows make them longer again.
    private const double Shrinkage = .5, Recovery = 1.25;

    private double[] before = coordinates.Read();
    private double[] move = new double[coordinates.Count];
    private double[] reached = coordinates.Read();
    private double scale = 1;
    private int shrunk;

    /// <summary>The part of the last move that is left, 1 if all of it is.</summary>
    public double Left { get; private set; } = 1;

    /// <summary>Moves u.</summary>
    /// <param name="moves">[q].</param>
    public void Take(double[] moves)
    {
        before = coordinates.Read();
        coordinates.Move([.. moves.Select(entry => entry * scale)]);
        reached = coordinates.Read();
        move = [.. reached.Zip(before, (now, then) => now - then)];
        Left = 1;
        shrunk = 0;
    }

    /// <summary>Writes down what is remembered, or fills it.</summary>
    public void Exchange(StateExchange with)
    {
        with.Numbers("moves before", before);
        with.Numbers("moves last", move);
        with.Numbers("moves reached", reached);
        scale = with.Number("moves scale", scale);
        Left = with.Number("moves left", Left);
        shrunk = (int)with.Count("moves shrunk", shrunk, rollbacks);
    }

    /// <summary>Keeps u and what is remembered of moves as they are now.</summary>
    /// <returns>Puts them back.</returns>
    public Action Keep()
    {
        Action putBack = coordinates.Keep();
        (double[] reached, double scale, double left, int shrunk) kept = (reached, scale, Left, shrunk);
        return () =>
        {
            putBack();
            (reached, scale, Left, shrunk) = kept;
        };
    }

    /// <summary>Told that a window went well.</summary>
    public void Good() => scale = Math.Min(1, scale * Recovery);

    /// <summary>Halves the last move; the last time that this is allowed, takes all of it back.</summary>
    /// <returns>Whether there was anything to take back.</returns>
    public bool TryShrink()
    {
        double[] now = coordinates.Read();
        // Values that were set since are not to be moved to where others came from.
        if (shrunk == rollbacks || move.All(entry => entry == 0) || !now.SequenceEqual(reached))
            return false;
        shrunk++;
        scale *= Shrinkage;
        Left = shrunk == rollbacks ? 0 : Left * Shrinkage;
        coordinates.Move([.. now.Select((entry, i) => before[i] + Left * move[i] - entry)]);
        reached = coordinates.Read();
        return true;
    }
}

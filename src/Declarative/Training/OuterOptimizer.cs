namespace Declarative;

/// <summary>How an outer step moves u along -h. An instance holds settings only and can serve several runs.</summary>
public abstract record OuterOptimizer
{
    /// <summary>Starts on q coordinates.</summary>
    internal abstract IOuterState Start(int coordinates);
}

/// <summary>An outer optimizer at work.</summary>
internal interface IOuterState
{
    /// <summary>The move of each coordinate.</summary>
    /// <param name="hypergradient">h [q].</param>
    /// <param name="scale">The confidence in each entry, in [0, 1]: a factor on the move. At 0 the coordinate does not move and is
    /// not remembered.</param>
    double[] Step(ReadOnlySpan<double> hypergradient, ReadOnlySpan<double> scale);

    /// <summary>Writes down what is remembered, or fills it.</summary>
    void Exchange(StateExchange with);
}

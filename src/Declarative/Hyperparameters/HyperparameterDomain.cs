namespace Declarative;

/// <summary>A smooth, increasing map φ = domain(u) from the unconstrained coordinate u, in which learning moves, onto the open
/// set of legal values φ: no step in u, however wrong, gives an illegal value.</summary>
public abstract class HyperparameterDomain
{
    /// <summary>The smallest value a fixed hyperparameter may keep.</summary>
    public abstract double Min { get; }

    /// <summary>The largest value a fixed hyperparameter may keep.</summary>
    public abstract double Max { get; }

    /// <summary>The largest |u| that learning goes to: beyond it φ would not move any more, and u would have a long way back.</summary>
    public virtual double LargestCoordinate => double.MaxValue;

    /// <summary>φ = domain(u).</summary>
    public abstract double ToValue(double coordinate);

    /// <summary>u with domain(u) = φ.</summary>
    /// <param name="value">A value for which <see cref="CanLearnFrom"/> holds.</param>
    public abstract double ToCoordinate(double value);

    /// <summary>dφ/du at u.</summary>
    public abstract double Derivative(double coordinate);

    /// <summary>Whether a fixed hyperparameter may have this value: it lies in the closed domain.</summary>
    public bool Contains(double value) => double.IsFinite(value) && value >= Min && value <= Max;

    /// <summary>Whether this value has a coordinate u, so that learning can start from it: it lies in the open domain.</summary>
    public bool CanLearnFrom(double value) => Contains(value) && double.IsFinite(ToCoordinate(value));

    /// <summary>The domain that an attribute names.</summary>
    /// <param name="domain">The attribute's enumeration member.</param>
    /// <param name="min">The lower end, of <see cref="Domain.Interval"/> only.</param>
    /// <param name="max">The upper end, of <see cref="Domain.Interval"/> only.</param>
    /// <exception cref="ArgumentException">An interval whose ends are not finite and increasing.</exception>
    public static HyperparameterDomain Of(Domain domain, double min = double.NaN, double max = double.NaN) => domain switch
    {
        Domain.Real => new RealDomain(),
        Domain.Positive => new PositiveDomain(),
        Domain.UnitInterval => new IntervalDomain(0, 1),
        Domain.Interval => new IntervalDomain(min, max),
        _ => throw new ArgumentOutOfRangeException(nameof(domain), domain, "No such domain."),
    };
}

namespace Declarative.Tests.Hyperparameters;

public sealed class DomainTests
{
    public static TheoryData<Domain, double, double, double[]> Domains => new()
    {
        { Domain.Real, double.NaN, double.NaN, [-3e5, -1, 0, 2, 1e8] },
        { Domain.Positive, double.NaN, double.NaN, [1e-12, 1e-3, 1, 250, 1e10] },
        { Domain.UnitInterval, double.NaN, double.NaN, [1e-9, .01, .5, .9, .999999] },
        { Domain.Interval, -2, 5, [-1.999999, -1, 0, 4.9, 4.999999] },
        { Domain.Interval, 1000, 1001, [1000.25, 1000.5, 1000.9] },
    };

    [Theory]
    [MemberData(nameof(Domains))]
    public void Coordinate_and_value_are_inverse(Domain name, double min, double max, double[] values)
    {
        var domain = HyperparameterDomain.Of(name, min, max);
        foreach (double value in values)
        {
            Assert.True(domain.CanLearnFrom(value));
            Assert.Equal(value, domain.ToValue(domain.ToCoordinate(value)), Math.Abs(value) * 1e-9 + 1e-12);
        }
    }

    [Theory]
    [MemberData(nameof(Domains))]
    public void Derivative_is_that_of_the_map(Domain name, double min, double max, double[] values)
    {
        var domain = HyperparameterDomain.Of(name, min, max);
        foreach (double value in values)
        {
            double u = domain.ToCoordinate(value);
            double step = 1e-5 * Math.Max(1, Math.Abs(u));
            double difference = (domain.ToValue(u + step) - domain.ToValue(u - step)) / (2 * step);
            Assert.Equal(1, domain.Derivative(u) / difference, 1e-5);
        }
    }

    [Theory]
    [MemberData(nameof(Domains))]
    public void No_coordinate_however_wild_gives_an_illegal_value(Domain name, double min, double max, double[] values)
    {
        Assert.NotEmpty(values);
        var domain = HyperparameterDomain.Of(name, min, max);
        foreach (double u in new[] { -1e300, -1e4, -50, 50, 1e4, 1e300 })
        {
            Assert.True(domain.Contains(domain.ToValue(u)), $"{u} gives {domain.ToValue(u)}");
            Assert.True(domain.CanLearnFrom(domain.ToValue(u)), $"{u} gives {domain.ToValue(u)}, an end");
            Assert.True(double.IsFinite(domain.Derivative(u)));
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(double.NaN, 1)]
    [InlineData(0, double.PositiveInfinity)]
    public void An_interval_needs_finite_increasing_ends(double min, double max) =>
        Assert.Throws<ArgumentException>(() => HyperparameterDomain.Of(Domain.Interval, min, max));
}

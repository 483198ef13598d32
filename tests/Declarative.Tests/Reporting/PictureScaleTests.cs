using Declarative.Reporting;

namespace Declarative.Tests.Reporting;

public sealed class PictureScaleTests
{
    [Theory]
    [InlineData("-100 -1 -0.01 0.01 1 100", "-100 -1 0 1 100")]
    [InlineData("0.001 0.5 20", "0 0.01 0.1 1 10")]
    [InlineData("-3 -2", "-3 -2 -1 0")]
    [InlineData("", "-1 -0.5 0 0.5 1")]
    [InlineData("0 NaN", "-1 -0.5 0 0.5 1")]
    public void Symmetric_scales_have_zero_and_powers_of_ten_of_both_signs(string values, string labels)
    {
        double[] numbers = [.. values.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(double.Parse)];
        PictureScale scale = PictureScale.Symmetric(numbers);
        Assert.Equal(labels, string.Join(' ', scale.Ticks.Select(tick => tick.Label)));
        Assert.All(scale.Ticks, tick => Assert.InRange(tick.Position, scale.Low, scale.High));
        Assert.All(numbers.Where(double.IsFinite), value => Assert.InRange(scale.Position(value), scale.Low, scale.High));
    }

    [Theory]
    [InlineData(-1.7e308, 1.7e308)]
    [InlineData(-1.7e308, -1.7e308)]
    [InlineData(0, 1.7e308)]
    [InlineData(5e-324, 1.7e308)]
    public void The_largest_numbers_have_a_place(double low, double high)
    {
        foreach (PictureScale scale in (PictureScale[])[PictureScale.Of([low, high]), PictureScale.Symmetric([low, high])])
        {
            Assert.True(double.IsFinite(scale.High - scale.Low) && scale.High > scale.Low);
            Assert.InRange(scale.Position(low), scale.Low, scale.High);
            Assert.InRange(scale.Position(high), scale.Low, scale.High);
            Assert.NotEmpty(scale.Ticks);
        }
    }

    [Fact]
    public void Symmetric_positions_are_odd_grow_and_end_as_logarithms()
    {
        PictureScale scale = PictureScale.Symmetric([-1e4, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 1e4]);
        double[] sizes = [0, 1e-6, 1e-3, 0.1, 1, 10, 1e3, 1e4];
        double[] positions = [.. sizes.Select(scale.Position)];
        Assert.Equal(positions.Order(), positions);
        Assert.All(sizes, size => Assert.Equal(-scale.Position(size), scale.Position(-size), 12));
        Assert.Equal(1, scale.Position(1e4) - scale.Position(1e3), 4);
    }
}

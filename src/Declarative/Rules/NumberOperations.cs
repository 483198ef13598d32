using System.ComponentModel;

namespace Declarative.Rules;

/// <summary>Functions of numbers that generated steps use and <see cref="Math"/> lacks, or has without the values that derivatives need.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class NumberOperations
{
    /// <summary>1 / y, and 0 where y is 0: with y = √x, half of it is the derivative of √x, taken as 0 at 0.</summary>
    public static double ReciprocalOrZero(double y) => y == 0 ? 0 : 1 / y;

    /// <summary>ln x, and 0 where x is 0.</summary>
    public static double LogarithmOrZero(double x) => x == 0 ? 0 : Math.Log(x);

    /// <summary>eˣ - 1, exact where x is small.</summary>
    public static double ExponentialMinusOne(double x) => Math.Abs(x) < 1e-5 ? x + x * x / 2 : Math.Exp(x) - 1;

    /// <summary>ln(1 + x), exact where x is small.</summary>
    public static double LogarithmOfOnePlus(double x)
    {
        double sum = 1 + x;
        return sum == 1 ? x : Math.Log(sum) * (x / (sum - 1));
    }

    /// <summary>x between two bounds; unlike <see cref="Math.Clamp(double, double, double)"/> it does not throw where they cross, and then
    /// gives the upper one, as tensors do.</summary>
    public static double Clamp(double x, double low, double high) => Math.Min(Math.Max(x, low), high);

    /// <summary>1 where x > y, 0 where it is smaller, ½ where they are equal.</summary>
    public static double ShareAbove(double x, double y) => x > y ? 1 : x < y ? 0 : 0.5;
}

using Declarative.Koopman;

namespace Declarative.Tests.Koopman;

public class InnerProductsTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(4, 2, 8)]
    [InlineData(9, 5, 13)]
    [InlineData(3, 4, 7)]
    [InlineData(6, 3, 100)]
    [InlineData(4, 0, 5)]
    public void ProductsAreSums(int first, int second, int length)
    {
        double[][] a = [.. Enumerable.Range(0, first).Select(i => Enumerable.Range(0, length + 3).Select(t => Math.Sin(i + 2 * t)).ToArray())];
        double[][] b = [.. Enumerable.Range(0, second).Select(j => Enumerable.Range(0, length).Select(t => Math.Cos(3 * j + t)).ToArray())];
        var products = new double[first * second];
        InnerProducts.Compute(a, b, products);
        for (int i = 0; i < first; i++)
            for (int j = 0; j < second; j++)
                Assert.Equal(Enumerable.Range(0, length).Sum(t => a[i][t] * b[j][t]), products[i * second + j], 1e-12);
    }
}

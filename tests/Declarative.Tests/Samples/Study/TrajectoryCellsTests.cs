using Samples.Study.Cells;
using Samples.Study.Estimates;
using Samples.Study.Models;
using TorchSharp;

namespace Declarative.Tests.Samples.Study;

public sealed class TrajectoryCellsTests
{
    private const double LearningRate = 0.1, Momentum = 0.9, WeightDecay = 1e-3;

    /// <summary>Of a quadratic with full batches, against differences of a training in plain numbers.</summary>
    [Fact]
    public void Samples_are_the_derivatives_of_training_in_closed_form()
    {
        CellKey key = new("estimates", "quadratic, condition 100", "full", "lr 0.1 momentum 0.9 from 0", 0);
        CellResult result;
        using (torch.NewDisposeScope())
            result = new TrajectoryCells().Run(key, null!);        // quadratics need no images

        Assert.Equal(["step", "learningRate", "momentum", "weightDecay"], result.Columns);
        Assert.Equal([.. Enumerable.Range(1, 100), 150, 300, 1000], result.Series.Select(row => (int)row[0]));
        var (start, mean, validation) = Bowl();
        foreach (int place in new[] { 0, 9, 99, 100 })
        {
            int steps = (int)result.Series[place][0];
            double[] coordinates = [Math.Log(LearningRate), Math.Log(Momentum / (1 - Momentum)), Math.Log(WeightDecay)];
            for (int i = 0; i < 3; i++)
            {
                double[] above = [.. coordinates], below = [.. coordinates];
                above[i] += 1e-4;
                below[i] -= 1e-4;
                double difference = (Loss(above, steps) - Loss(below, steps)) / 2e-4;
                Assert.Equal(difference, result.Series[place][i + 1], 1e-6 * Math.Max(1, Math.Abs(difference)));
            }
        }

        double Loss(double[] u, int steps)
        {
            double rate = Math.Exp(u[0]), momentum = 1 / (1 + Math.Exp(-u[1])), decay = Math.Exp(u[2]), loss = 0;
            for (int j = 0; j < Quadratic.Dimension; j++)
            {
                double eigenvalue = Math.Pow(100, -j / (Quadratic.Dimension - 1.0)), θ = start[j], velocity = 0;
                for (int t = 0; t < steps; t++)
                {
                    velocity = momentum * velocity + eigenvalue * θ - mean[j] + decay * θ;
                    θ -= rate * velocity;
                }
                loss += eigenvalue * θ * θ / 2 - validation[j] * θ;
            }
            return loss;
        }
    }

    private static (double[] Start, double[] Mean, double[] Validation) Bowl()
    {
        using var scope = torch.NewDisposeScope();
        using Quadratic bowl = new(100, 2_000, seed: 0);
        return (bowl.parameters().Single().data<double>().ToArray(), bowl.Vectors.mean([0]).data<double>().ToArray(),
            bowl.ValidationVector.data<double>().ToArray());
    }
}

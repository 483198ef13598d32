using System.Globalization;
using System.Text;
using Declarative;

namespace Samples.DataReweighting;

/// <summary>Writes one row per window: the losses and, where weights are learned, what they have come to. A column for each of ten
/// thousand weights would be of no use; weights.csv has those of the end.</summary>
internal sealed class WeightLog
{
    private readonly string path;
    private readonly CorruptedLabels labels;

    /// <summary>Begins a file.</summary>
    /// <exception cref="IOException">It cannot be written there.</exception>
    public WeightLog(string folder, CorruptedLabels labels)
    {
        Directory.CreateDirectory(folder);
        path = Path.Combine(folder, "trajectory.csv");
        this.labels = labels;
        File.WriteAllText(path, "method,step,trainingLoss,validationLoss,cleanWeight,corruptedWeight,auc\n");
    }

    /// <summary>An observer that writes the rows of one method.</summary>
    public ITrainingObserver Observe(string method) => new Rows(this, method);

    /// <summary>Writes the weight of every training example, with the label it had and the one it was given.</summary>
    public static void SaveWeights(string path, double[] weights, long[] labels, long[] given)
    {
        StringBuilder lines = new("example,label,given,weight\n");
        for (int i = 0; i < weights.Length; i++)
            lines.Append(CultureInfo.InvariantCulture, $"{i},{labels[i]},{given[i]},{weights[i]:R}\n");
        File.WriteAllText(path, lines.ToString());
    }

    private sealed class Rows(WeightLog log, string method) : ITrainingObserver
    {
        public void OnWindow(WindowReport window)
        {
            StringBuilder line = new(method);
            line.Append(CultureInfo.InvariantCulture, $",{window.Step},{window.TrainingLoss:R},{window.ValidationLoss:R},");
            if (method == Experiment.Learned)
            {
                double[] weights = WeightsOf(window);
                double clean = log.labels.Clean.Average(i => weights[i]), corrupted = log.labels.Corrupted.Average(i => weights[i]);
                line.Append(CultureInfo.InvariantCulture, $"{clean:R},{corrupted:R},{log.labels.Auc(weights):R}");
            }
            else
            {
                line.Append(",,");
            }
            File.AppendAllText(log.path, line.Append('\n').ToString());
        }

        // The optimizer's settings stand before the weights.
        private double[] WeightsOf(WindowReport window) => window.Values[^(log.labels.Clean.Count + log.labels.Corrupted.Count)..];
    }
}

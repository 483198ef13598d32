using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Samples;

/// <summary>How well a classifier does on examples.</summary>
/// <param name="Loss">The mean cross-entropy.</param>
/// <param name="Accuracy">The fraction classified rightly.</param>
public readonly record struct Evaluation(double Loss, double Accuracy)
{
    private const int BatchSize = 1000;

    /// <summary>Evaluates a model in eval mode, without gradients, and leaves it in the mode it had.</summary>
    public static Evaluation Of(Module<Tensor, Tensor> model, Examples examples)
    {
        bool training = model.training;
        model.eval();
        try
        {
            using var noGradients = no_grad();
            double loss = 0;
            long right = 0;
            for (long start = 0; start < examples.Count; start += BatchSize)
            {
                using var scope = NewDisposeScope();
                long count = Math.Min(BatchSize, examples.Count - start);
                Tensor labels = examples.Labels.narrow(0, start, count);
                Tensor logits = model.call(examples.Inputs.narrow(0, start, count));
                loss += functional.cross_entropy(logits, labels, reduction: Reduction.Sum).item<float>();
                right += logits.argmax(1).eq(labels).sum().item<long>();
            }
            return new Evaluation(loss / examples.Count, (double)right / examples.Count);
        }
        finally
        {
            model.train(training);
        }
    }
}

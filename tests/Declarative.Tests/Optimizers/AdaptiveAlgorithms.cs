namespace Declarative.Tests.Optimizers;

/// <summary>Optimizers that scale by the root of squared gradients, as PyTorch's documentation writes them.</summary>
internal static class AdaptiveAlgorithms
{
    public static IReadOnlyDictionary<string, Func<ScalarAlgorithm>> All { get; } = new Dictionary<string, Func<ScalarAlgorithm>>
    {
        ["Adagrad"] = Adagrad,
        ["RmsProp"] = () => RmsProp(centered: false),
        ["RmsProp, centred"] = () => RmsProp(centered: true),
        ["Adadelta"] = Adadelta,
    };

    private static ScalarAlgorithm Adagrad()
    {
        double? sum = null;
        return (theta, g, setting, t) =>
        {
            sum ??= setting("initialAccumulator");
            double gamma = setting("learningRate") / (1 + (t - 1) * setting("learningRateDecay"));
            g += setting("weightDecay") * theta;
            sum += g * g;
            return theta - gamma * g / (Math.Sqrt(sum.Value) + setting("epsilon"));
        };
    }

    private static ScalarAlgorithm RmsProp(bool centered)
    {
        double v = 0, b = 0, average = 0;
        return (theta, g, setting, t) =>
        {
            double alpha = setting("smoothing");
            g += setting("weightDecay") * theta;
            v = alpha * v + (1 - alpha) * g * g;
            double tilde = v;
            if (centered)
            {
                average = average * alpha + (1 - alpha) * g;
                tilde -= average * average;
            }
            b = setting("momentum") * b + g / (Math.Sqrt(tilde) + setting("epsilon"));
            return theta - setting("learningRate") * b;
        };
    }

    private static ScalarAlgorithm Adadelta()
    {
        double v = 0, u = 0;
        return (theta, g, setting, t) =>
        {
            double rho = setting("smoothing"), epsilon = setting("epsilon");
            g += setting("weightDecay") * theta;
            v = v * rho + g * g * (1 - rho);
            double change = Math.Sqrt(u + epsilon) / Math.Sqrt(v + epsilon) * g;
            u = u * rho + change * change * (1 - rho);
            return theta - setting("learningRate") * change;
        };
    }
}

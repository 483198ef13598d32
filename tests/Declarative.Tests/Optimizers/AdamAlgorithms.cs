namespace Declarative.Tests.Optimizers;

/// <summary>Adam and what was made of it, as PyTorch's documentation writes them.</summary>
internal static class AdamAlgorithms
{
    public static IReadOnlyDictionary<string, Func<ScalarAlgorithm>> All { get; } = new Dictionary<string, Func<ScalarAlgorithm>>
    {
        ["Adam"] = () => Adam(decoupled: false, amsgrad: false),
        ["AdamW"] = () => Adam(decoupled: true, amsgrad: false),
        ["Adam with AMSGrad"] = () => Adam(decoupled: false, amsgrad: true),
        ["AdamW with AMSGrad"] = () => Adam(decoupled: true, amsgrad: true),
        ["Adamax"] = Adamax,
        ["NAdam"] = () => NAdam(decoupled: false),
        ["NAdam, decoupled"] = () => NAdam(decoupled: true),
        ["RAdam"] = () => RAdam(decoupled: false),
        ["RAdam, decoupled"] = () => RAdam(decoupled: true),
        ["Lamb"] = Lamb,
    };

    private static ScalarAlgorithm Adam(bool decoupled, bool amsgrad)
    {
        double m = 0, v = 0, largest = 0;
        return (theta, g, setting, t) =>
        {
            double beta1 = setting("beta1"), beta2 = setting("beta2");
            if (decoupled)
                theta -= setting("learningRate") * setting("weightDecay") * theta;
            else
                g += setting("weightDecay") * theta;
            m = beta1 * m + (1 - beta1) * g;
            v = beta2 * v + (1 - beta2) * g * g;
            largest = Math.Max(largest, v);
            double first = m / (1 - Math.Pow(beta1, t));
            double second = (amsgrad ? largest : v) / (1 - Math.Pow(beta2, t));
            return theta - setting("learningRate") * first / (Math.Sqrt(second) + setting("epsilon"));
        };
    }

    private static ScalarAlgorithm NAdam(bool decoupled)
    {
        double m = 0, v = 0, product = 1;
        return (theta, g, setting, t) =>
        {
            double beta1 = setting("beta1"), beta2 = setting("beta2");
            if (decoupled)
                theta -= setting("learningRate") * setting("weightDecay") * theta;
            else
                g += setting("weightDecay") * theta;
            double now = beta1 * (1 - .5 * Math.Pow(.96, t * setting("momentumDecay")));
            double next = beta1 * (1 - .5 * Math.Pow(.96, (t + 1) * setting("momentumDecay")));
            product *= now;
            m = beta1 * m + (1 - beta1) * g;
            v = beta2 * v + (1 - beta2) * g * g;
            double first = next * m / (1 - product * next) + (1 - now) * g / (1 - product);
            double second = v / (1 - Math.Pow(beta2, t));
            return theta - setting("learningRate") * first / (Math.Sqrt(second) + setting("epsilon"));
        };
    }

    private static ScalarAlgorithm Adamax()
    {
        double m = 0, u = 0;
        return (theta, g, setting, t) =>
        {
            double beta1 = setting("beta1");
            g += setting("weightDecay") * theta;
            m = beta1 * m + (1 - beta1) * g;
            u = Math.Max(setting("beta2") * u, Math.Abs(g) + setting("epsilon"));
            return theta - setting("learningRate") * m / ((1 - Math.Pow(beta1, t)) * u);
        };
    }

    private static ScalarAlgorithm RAdam(bool decoupled)
    {
        double m = 0, v = 0;
        return (theta, g, setting, t) =>
        {
            double beta1 = setting("beta1"), beta2 = setting("beta2"), gamma = setting("learningRate");
            if (decoupled)
                theta -= gamma * setting("weightDecay") * theta;
            else
                g += setting("weightDecay") * theta;
            m = beta1 * m + (1 - beta1) * g;
            v = beta2 * v + (1 - beta2) * g * g;
            double first = m / (1 - Math.Pow(beta1, t));
            double infinite = 2 / (1 - beta2) - 1;
            double rho = infinite - 2 * t * Math.Pow(beta2, t) / (1 - Math.Pow(beta2, t));
            if (!(rho > 5))
                return theta - gamma * first;
            double l = Math.Sqrt(1 - Math.Pow(beta2, t)) / (Math.Sqrt(v) + setting("epsilon"));
            double r = Math.Sqrt((rho - 4) * (rho - 2) * infinite / ((infinite - 4) * (infinite - 2) * rho));
            return theta - gamma * first * r * l;
        };
    }

    // The norm of a number is its absolute value.
    private static ScalarAlgorithm Lamb()
    {
        double m = 0, v = 0;
        return (theta, g, setting, t) =>
        {
            double beta1 = setting("beta1"), beta2 = setting("beta2");
            m = beta1 * m + (1 - beta1) * g;
            v = beta2 * v + (1 - beta2) * g * g;
            double ratio = m / (1 - Math.Pow(beta1, t)) / (Math.Sqrt(v / (1 - Math.Pow(beta2, t))) + setting("epsilon"));
            double step = ratio + setting("weightDecay") * theta;
            return theta - setting("learningRate") * Math.Abs(theta) / Math.Abs(step) * step;
        };
    }
}

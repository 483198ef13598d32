namespace Declarative.Tests.Optimizers;

/// <summary>Optimizers that step along the gradient or its average, as their documentation writes them.</summary>
internal static class GradientDescentAlgorithms
{
    public static IReadOnlyDictionary<string, Func<ScalarAlgorithm>> All { get; } = new Dictionary<string, Func<ScalarAlgorithm>>
    {
        ["Sgd"] = () => Sgd(nesterov: false, maximize: false),
        ["Sgd with Nesterov"] = () => Sgd(nesterov: true, maximize: false),
        ["Sgd that maximizes"] = () => Sgd(nesterov: false, maximize: true),
        ["Asgd"] = Asgd,
        // The average does not act on the parameters.
        ["Asgd that averages from step 1"] = Asgd,
        ["Lion"] = Lion,
        ["Lars"] = Lars,
    };

    private static ScalarAlgorithm Sgd(bool nesterov, bool maximize)
    {
        double b = 0;
        return (theta, g, setting, t) =>
        {
            if (maximize)
                g = -g;
            g += setting("weightDecay") * theta;
            if (t > 1)
                b = setting("momentum") * b + (1 - setting("dampening")) * g;
            else
                b = g;
            if (nesterov)
                g += setting("momentum") * b;
            else
                g = b;
            return theta - setting("learningRate") * g;
        };
    }

    private static ScalarAlgorithm Asgd()
    {
        double eta = double.NaN;
        return (theta, g, setting, t) =>
        {
            if (t == 1)
                eta = setting("learningRate");
            g += setting("weightDecay") * theta;
            theta *= 1 - setting("decay") * eta;
            theta -= eta * g;
            eta = setting("learningRate") / Math.Pow(1 + setting("decay") * setting("learningRate") * t, setting("decayPower"));
            return theta;
        };
    }

    private static ScalarAlgorithm Lion()
    {
        double m = 0;
        return (theta, g, setting, t) =>
        {
            double c = .7 * m + (1 - .7) * g;
            double next = theta - setting("learningRate") * (Math.Sign(c) + setting("weightDecay") * theta);
            m = .8 * m + (1 - .8) * g;
            return next;
        };
    }

    // The norm of a number is its absolute value.
    private static ScalarAlgorithm Lars()
    {
        double v = 0;
        return (theta, g, setting, t) =>
        {
            double beta = setting("weightDecay");
            double lambda = setting("trustCoefficient") * Math.Abs(theta) / (Math.Abs(g) + beta * Math.Abs(theta));
            v = setting("momentum") * v + setting("learningRate") * lambda * (g + beta * theta);
            return theta - v;
        };
    }
}

using TorchSharp;
using static TorchSharp.torch;

namespace Declarative.DeviceTests;

/// <summary>A built-in optimizer, settings at which each of its hyperparameters matters, and its formula written a second time, by hand,
/// with hyperparameters that autograd sees.</summary>
/// <param name="Name">Its name in test output.</param>
/// <param name="Create">Makes it.</param>
/// <param name="Settings">Values of all its hyperparameters, none at the end of its domain.</param>
/// <param name="Formula">(θ, g, o, φ, t) ↦ θ', with o changed in place: PyTorch's formula.</param>
/// <param name="Initial">The initial value of each state of the formula, in an order of its own.</param>
public sealed record OptimizerCase(
    string Name,
    Func<IUpdateRule> Create,
    IReadOnlyDictionary<string, double> Settings,
    Func<Tensor, Tensor, Tensor[], IReadOnlyDictionary<string, Tensor>, int, Tensor> Formula,
    params IReadOnlyList<double> Initial)
{
    public static IReadOnlyList<OptimizerCase> All { get; } = [.. GradientDescentCases.All, .. AdaptiveCases.All, .. AdamCases.All];

    public static IReadOnlyList<string> Names => [.. All.Select(item => item.Name)];

    public static OptimizerCase Of(string name) => All.Single(item => item.Name == name);

    /// <summary>The optimizer at these settings.</summary>
    public IUpdateRule CreateSet()
    {
        IUpdateRule rule = Create();
        if (!Settings.Keys.Order().SequenceEqual(rule.Hyperparameters.Select(item => item.Name).Order()))
            throw new InvalidOperationException($"{Name} has {string.Join(", ", rule.Hyperparameters.Select(item => item.Name))}.");
        foreach ((string name, double value) in Settings)
        {
            rule.Hyperparameters[name].Value = value;
            rule.Hyperparameters[name].Learn();
        }
        return rule;
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    // Autograd's own derivative of the root is infinite at 0, and NaN after the next product; by our convention it is 0.
    internal static Tensor Root(Tensor x)
    {
        Tensor isZero = x == 0;
        return where(isZero, x.zeros_like(), where(isZero, x.ones_like(), x).sqrt());
    }

    internal static Tensor Norm(Tensor x) => (x * x).sum().sqrt();
}

using System.Globalization;

namespace Declarative;

/// <summary>How a run computes its hypergradients.</summary>
/// <param name="Mode">Forward or reverse.</param>
/// <param name="Storage">What reverse mode keeps.</param>
/// <param name="Reason">Why, for the log.</param>
internal sealed record ModeChoice(HypergradientMode Mode, ReverseStorage Storage, string Reason)
{
    // In gradient evaluations: 1.1 on a multilayer perceptron, 2 on convolutions.
    private const double HessianVectorProduct = 1.5;

    /// <summary>Chooses what was not asked for: the cheapest that fits into the memory limit.</summary>
    /// <param name="options">What was asked for.</param>
    /// <param name="coordinates">q.</param>
    /// <param name="forwardBytes">What forward mode would carry.</param>
    /// <param name="stateBytes">What (θ, o) of one step take.</param>
    /// <param name="probe">What is known of the model.</param>
    /// <param name="budget">What memory there is; by default the options' limit.</param>
    /// <exception cref="InvalidOperationException">Nothing that was asked for is possible within the limit.</exception>
    public static ModeChoice Of(GlocalOptions options, int coordinates, double forwardBytes, double stateBytes, GraphProbe probe, MemoryBudget? budget = null)
    {
        MemoryBudget limit = budget ?? new(options.MemoryLimit);
        int steps = options.Window;
        double samples = 1.0 / options.SampleStride;
        var forward = new Candidate(HypergradientMode.Forward, default, "forward mode", 1 + coordinates * HessianVectorProduct + samples, forwardBytes, null);
        Candidate[] reverse =
        [
            new(HypergradientMode.Reverse, ReverseStorage.Graphs, "reverse mode, graphs kept", 1 + HessianVectorProduct,
                steps * (stateBytes + (probe.GraphBytes ?? 0)), Obstacle(options, probe)),
            new(HypergradientMode.Reverse, ReverseStorage.States, "reverse mode, states kept", 2 + HessianVectorProduct, steps * stateBytes, null),
            new(HypergradientMode.Reverse, ReverseStorage.Checkpoints, "reverse mode, checkpoints kept", 3 + HessianVectorProduct,
                2.0 * CheckpointTape.Spacing(steps) * stateBytes, null),
        ];
        bool needsForward = options.Memory != TangentMemory.Reset;
        Candidate[] wanted =
        [
            .. options.Mode == HypergradientMode.Reverse ? [] : new[] { forward },
            .. options.Mode == HypergradientMode.Forward || needsForward ? [] : reverse.Where(one => options.Storage is ReverseStorage.Automatic || one.Storage == options.Storage),
        ];
        Candidate[] possible = [.. wanted.Where(one => one.Obstacle is null && one.Bytes <= limit.Bytes).OrderBy(one => one.Cost)];
        if (possible.Length == 0)
            throw new InvalidOperationException($"Hypergradients of q = {coordinates} coordinates over windows of {steps} steps do not fit: "
                + string.Join("; ", wanted.Select(one => one.Refusal(limit))) + $". Shorten the window, fix hyperparameters or {limit.Remedy}.");
        Candidate chosen = possible[0];
        string reason = wanted.Length == 1 ? needsForward ? $"as tangents are {options.Memory}" : "as asked for"
            : string.Create(CultureInfo.InvariantCulture, $"about {chosen.Cost:0.#} gradients a step and {chosen.Bytes / (1 << 20):0.#} MiB")
                + string.Concat(wanted.Where(one => one != chosen).Select(one => "; " + (possible.Contains(one)
                    ? string.Create(CultureInfo.InvariantCulture, $"{one.Name} about {one.Cost:0.#}") : one.Refusal(limit))));
        return new(chosen.Mode, chosen.Storage, $"{chosen.Name} ({reason})");
    }

    /// <summary>Writes down what was chosen, or reads it.</summary>
    /// <param name="with">Where to, or where from.</param>
    /// <param name="settled">What this run has chosen; null where it has not yet.</param>
    /// <returns>What was written.</returns>
    public static ModeChoice Exchange(StateExchange with, ModeChoice? settled)
    {
        var mode = (HypergradientMode)with.Count("mode", (long)(settled?.Mode ?? default), (long)HypergradientMode.Implicit);
        var storage = (ReverseStorage)with.Count("storage", (long)(settled?.Storage ?? default), (long)ReverseStorage.Checkpoints);
        string reason = with.Text("mode's reason", settled?.Reason ?? "");
        if (settled is not null ? mode != settled.Mode || storage != settled.Storage
            : mode is not (HypergradientMode.Forward or HypergradientMode.Reverse) || mode == HypergradientMode.Reverse == (storage == ReverseStorage.Automatic))
            throw with.Unfit($"it took its steps in another mode: {reason}");
        return settled ?? new(mode, storage, reason);
    }

    private static string? Obstacle(GlocalOptions options, GraphProbe probe) =>
        !probe.CanStandIn ? "a part of the model is implemented in native code"
        : probe.GraphBytes is null && options.Storage != ReverseStorage.Graphs ? "their size cannot be measured here" : null;

    private sealed record Candidate(HypergradientMode Mode, ReverseStorage Storage, string Name, double Cost, double Bytes, string? Obstacle)
    {
        public string Refusal(MemoryBudget limit) => Obstacle is not null ? $"{Name} is not possible, as {Obstacle}"
            : $"{Name} would take {(long)Bytes} bytes, above the limit of {limit}";
    }
}

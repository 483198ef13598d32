using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using TorchSharp;
using static TorchSharp.torch;

namespace Declarative;

/// <summary>What tells one run from another, as lines of text: a checkpoint is refused where they differ.</summary>
internal static class RunIdentity
{
    /// <summary>The version of this library.</summary>
    public static string Library { get; } = typeof(RunIdentity).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "";

    /// <summary>The trained parameters: name, type and shape of each.</summary>
    public static string[] Parameters(ParameterVector parameters) =>
        [.. parameters.Slices.Select(slice => $"{slice.Name} {parameters.Vector.dtype} [{string.Join(", ", slice.Shape)}]")];

    /// <summary>The update rules, and what they remember.</summary>
    public static string[] Rules(BilevelProblem problem) => [.. problem.Groups.Select(group =>
        $"{group.Name}: {group.Optimizer.GetType().FullName}({string.Join(", ", group.Optimizer.States.Select(state => state.Name + (state.IsUsed ? "" : " (not used)")))})")];

    /// <summary>The hyperparameters: of each entry its name, its domain, and whether it is learned.</summary>
    public static string[] Hyperparameters(HyperparameterSet hyperparameters) => [.. hyperparameters.SelectMany(item =>
        Enumerable.Range(0, item.Count).Select(entry => Invariant(() => $"{item.NameOf(entry)} in {item.Domain}, {(item.IsLearned ? "learned" : "fixed")}")))];

    /// <summary>The options that decide what a run computes. The memory limit only decides how, which a checkpoint tells by itself.</summary>
    public static string[] Options(GlocalOptions options) => Invariant<string[]>(() =>
    [
        $"{nameof(options.Window)} {options.Window}",
        $"{nameof(options.Stride)} {options.Stride}",
        $"{nameof(options.Horizon)} {options.Horizon}",
        $"{nameof(options.Mode)} {options.Mode}",
        $"{nameof(options.Storage)} {options.Storage}",
        $"{nameof(options.Solver)} {options.Solver}",
        $"{nameof(options.Memory)} {options.Memory}",
        $"{nameof(options.Estimator)} {options.Estimator.Name}",
        $"{nameof(options.Trust)} {options.Trust}",
        $"{nameof(options.Outer)} {options.OuterOrDefault}",
        $"{nameof(options.Seed)} {options.Seed}",
        $"{nameof(options.Rollbacks)} {options.Rollbacks}",
    ]);

    /// <summary>The data: the batches that were used last.</summary>
    public static string[] Data(LossEvaluation losses, RunPosition position) => position.Step == 0 ? [] :
    [
        $"training batch of step {position.Step}: {Digest(() => losses.TrainingBatch(position.Step - 1))}",
        $"validation batch of window {position.Window}: {Digest(() => losses.ValidationBatch(position.Window - 1))}",
    ];

    private static string Digest(Func<Batch> draw)
    {
        using var scope = NewDisposeScope();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var hashed = new HashedStream(Stream.Null, hash);
        var writer = new StateWriter(hashed);
        try
        {
            Batch batch = draw();
            foreach (Tensor part in (ReadOnlySpan<Tensor>)[batch.Inputs, batch.Targets, batch.Indices])
                if (part is { is_sparse: false })
                    writer.Tensor("", part);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // A source that is shorter than the one of the run that wrote has no such batch.
            return $"not there ({e.Message})";
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 8));
    }

    // Records print their numbers as people of the thread's culture write them.
    private static T Invariant<T>(Func<T> text)
    {
        CultureInfo culture = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
            return text();
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }
}

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

    /// <summary>The trained parameters: group, name, type and shape of each.</summary>
    public static string[] Parameters(BilevelProblem problem, ParameterVector parameters) => [.. parameters.Slices.Select(slice =>
        $"{(problem.Groups.Count > 1 ? problem.Groups.First(group => group.Contains(slice.Name)).Name + ": " : "")}{slice.Name} {parameters.Vector.dtype} [{string.Join(", ", slice.Shape)}]")];

    /// <summary>The update rules, and what they remember.</summary>
    public static string[] Rules(BilevelProblem problem) => [.. problem.Groups.Select(group =>
        $"{group.Name}: {group.Optimizer.GetType().FullName}({string.Join(", ", group.Optimizer.States.Select(state => state.Name + (state.IsUsed ? "" : " (not used)")))})")];

    /// <summary>The hyperparameters: of each entry its name, its domain, and whether it is learned.</summary>
    public static string[] Hyperparameters(HyperparameterSet hyperparameters) => Invariant<string[]>(() => [.. hyperparameters.SelectMany(item =>
        Enumerable.Range(0, item.Count).Select(entry => $"{item.NameOf(entry)} in {item.Domain}, {(item.IsLearned ? "learned" : "fixed")}"))]);

    /// <summary>The schedules, known by their factors at the first, a middle and the last step taken: a user's function need not be there for others.</summary>
    /// <param name="hyperparameters">Those that have them.</param>
    /// <param name="taken">The steps taken.</param>
    public static string[] Schedules(HyperparameterSet hyperparameters, long taken) => taken == 0 ? [] : [.. hyperparameters.OfType<NumberHyperparameter>()
        .Where(item => item.HasSchedule)
        .Select(item => $"{item.NameOf(0)}, schedule {string.Join(' ', new[] { 0, taken / 2, taken - 1 }.Select(step => item.FactorAt(step).ToString("R", CultureInfo.InvariantCulture)))}")];

    /// <summary>The options that decide what a run computes. The memory limit only decides how, which a checkpoint tells by itself.</summary>
    /// <param name="options">The options.</param>
    /// <param name="memory">What a window keeps of the tangents, settled: where that is automatic, the limit takes part in it.</param>
    public static string[] Options(GlocalOptions options, TangentMemory memory) => Invariant<string[]>(() =>
    [
        $"{nameof(options.Window)} {options.Window}",
        $"{nameof(options.Stride)} {options.Stride}",
        $"{nameof(options.Horizon)} {options.Horizon}",
        $"{nameof(options.Mode)} {options.Mode}",
        $"{nameof(options.Products)} {options.Products}",
        $"{nameof(options.Storage)} {options.Storage}",
        $"{nameof(options.Solver)} {options.Solver}",
        $"{nameof(options.Memory)} {memory}",
        $"{nameof(options.Estimator)} {options.Estimator.Name}",
        $"{nameof(options.Trust)} {options.Trust}",
        $"{nameof(options.Outer)} {options.OuterOrDefault}",
        $"{nameof(options.Seed)} {options.Seed}",
        $"{nameof(options.Rollbacks)} {options.Rollbacks}",
    ]);

    /// <summary>The data: the batches that were used last.</summary>
    /// <param name="losses">Has the batch sources.</param>
    /// <param name="position">Where the run stands.</param>
    /// <param name="isReading">Whether a batch may be missing: a source that is shorter than the one of the run that wrote has no such batch.</param>
    public static string[] Data(LossEvaluation losses, RunPosition position, bool isReading) => position.Step == 0 ? [] :
    [
        $"training batch of step {position.Step}: {Digest(() => losses.TrainingBatch(position.Step - 1), isReading)}",
        $"validation batch of window {position.Window}: {Digest(() => losses.ValidationBatch(position.Window - 1), isReading)}",
    ];

    private static string Digest(Func<Batch> draw, bool mayBeMissing)
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
        catch (Exception e) when (mayBeMissing && e is not OutOfMemoryException)
        {
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

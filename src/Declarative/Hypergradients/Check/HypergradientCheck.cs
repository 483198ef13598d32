using Declarative.Interop;
using TorchSharp;
using static TorchSharp.torch;

namespace Declarative;

/// <summary>Checks the hypergradients of a problem, in one call from a unit test: every mode against every other and against finite differences
/// in float64, what float32 costs in accuracy, and hyperparameters that cannot be learned as their hypergradient is zero.</summary>
/// <example><code>HypergradientCheck.Run(problem, trainingBatches, validationBatches).ThrowIfFailed();</code></example>
public static class HypergradientCheck
{
    /// <summary>Takes a few steps from where the problem is now, again and again, and compares.</summary>
    /// <param name="problem">The problem. It is given back as it was: parameters, buffers and hyperparameters to the bit and in their own type,
    /// what is learned and fixed, each module's training or evaluation mode. No parameter is replaced, so that optimizers and trainers that hold
    /// them go on. It must not be used by another thread meanwhile.</param>
    /// <param name="training">The training batches. Their floating-point inputs and targets are converted to the type of the check.</param>
    /// <param name="validation">The validation batches, of which the first is used.</param>
    /// <param name="options">What to do.</param>
    /// <returns>The table.</returns>
    /// <remarks>Buffers (batch-norm statistics) are constants of differentiation: runs with a hyperparameter moved see the buffers of the run with
    /// none moved, and a note says by how much finite differences with live ones deviate. Where a loss cannot be computed in float64, as it holds
    /// float32 tensors of its own, the check falls back to float32 and says so.</remarks>
    /// <exception cref="ArgumentException">An option makes no sense, nothing is learned, or the model's parameters cannot be trained.</exception>
    /// <exception cref="InvalidOperationException">A loss is not usable; the message says why.</exception>
    public static HypergradientCheckResult Run(BilevelProblem problem, IBatchSource training, IBatchSource validation,
        HypergradientCheckOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(validation);
        options ??= new();
        options.Check();
        if (!problem.Hyperparameters.Any(item => item.IsLearned))
            throw new ArgumentException("No hyperparameter of the problem is learned: there is nothing to check. Learn() one.", nameof(problem));
        using var scope = NewDisposeScope();
        using var borrowed = new BorrowedProblem(problem);
        using var kernels = new RunKernels(problem.Model, differentiatesTwice: true);
        var notes = new List<string>();
        ReplayedRun Replay(ScalarType type) => new(borrowed, training, validation, options, kernels, type);
        using ReplayedRun run = Start(borrowed.Type, options, Replay, notes);
        var examination = new HypergradientExamination(problem, run, options, notes);
        // From here on the problem is of another type, and nothing is run any more in the former one.
        bool isDouble = options.ChangesType && run.Type == ScalarType.Float64;
        double[]? single = isDouble && examination.Comparable is { } mode ? Single(mode, Replay, notes) : null;
        notes.AddRange(kernels.Notes.Distinct().Select(note => $"Kernels: {note}."));
        return examination.Conclude(single);
    }

    private static ReplayedRun Start(ScalarType type, HypergradientCheckOptions options, Func<ScalarType, ReplayedRun> replay, List<string> notes)
    {
        if (!options.ChangesType || type == ScalarType.Float64)
            return replay(type);
        try
        {
            return replay(ScalarType.Float64);
        }
        catch (Exception e)
        {
            // Where the problem itself is at fault, this throws again, and that is the exception to see.
            ReplayedRun run = replay(type);
            notes.Add($"Not in float64: {NativeErrors.Sentence(e)} Finite differences in {type.ToString().ToLowerInvariant()} judge coarsely. Register the "
                + "tensors that a loss or the model holds as buffers, or convert them where they are used.");
            return run;
        }
    }

    private static double[]? Single(CheckedMode mode, Func<ScalarType, ReplayedRun> replay, List<string> notes)
    {
        try
        {
            using ReplayedRun run = replay(ScalarType.Float32);
            return run.Hypergradient(mode);
        }
        catch (Exception e)
        {
            notes.Add($"Not compared with float32: {NativeErrors.Sentence(e)}");
            return null;
        }
    }
}

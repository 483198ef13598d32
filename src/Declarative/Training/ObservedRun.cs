using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Declarative.Interop;
using static TorchSharp.torch;

namespace Declarative;

/// <summary>Runs from their announcement to their result, or to the exception that ends them: who watches hears of either.</summary>
/// <param name="problem">What is trained.</param>
/// <param name="options">How it is tuned.</param>
/// <param name="parts">The problem in parts.</param>
/// <param name="plan">The mode.</param>
/// <param name="position">Where the run stands.</param>
internal sealed class ObservedRun(BilevelProblem problem, GlocalOptions options, ModeParts parts, ModePlan plan, Func<RunPosition> position)
{
    /// <summary>What the next run's log should say besides what it finds itself.</summary>
    public IReadOnlyList<string> Notes { get; set; } = [];

    /// <summary>Runs.</summary>
    /// <param name="observers">Who watches.</param>
    /// <param name="steps">The steps announced.</param>
    /// <param name="windowSteps">The steps of a window.</param>
    /// <param name="reason">The mode and why; null where it is the plan's.</param>
    /// <param name="checkpoints">Where to write one when the run is cancelled.</param>
    /// <param name="cancellation">Asks it to stop.</param>
    /// <param name="train">Takes the windows, and gives the report of the last one.</param>
    public TrainingResult Run(ObserverGroup observers, long steps, int windowSteps, string? reason, RunCheckpoints? checkpoints,
        CancellationToken cancellation, Func<WindowReport> train)
    {
        using var scope = NewDisposeScope();
        parts.Losses.Cancellation = cancellation;
        try
        {
            using RunKernels kernels = plan.Begin(position().Step);
            TrainingResult result = Train(observers, Announce(steps, windowSteps, reason ?? plan.Reason, kernels), checkpoints, train);
            observers.Completed(result);
            return result;
        }
        finally
        {
            parts.Losses.Cancellation = default;
        }
    }

    private TrainingPlan Announce(long steps, int windowSteps, string reason, RunKernels kernels) => new(steps, windowSteps, problem.Hyperparameters.EntryNames,
        parts.Parameters.Count, parts.Coordinates.Count, reason, [.. kernels.Notes, .. Notes])
    {
        FirstStep = position().Step,
        Device = parts.Parameters.Vector.device.ToString(),
        Values = problem.Hyperparameters.EntryValues,
        Options = options,
    };

    private TrainingResult Train(ObserverGroup observers, TrainingPlan announced, RunCheckpoints? checkpoints, Func<WindowReport> train)
    {
        try
        {
            observers.Started(announced);
            Notes = [];
            var clock = Stopwatch.StartNew();
            WindowReport last = train();
            problem.Hyperparameters.Publish();
            return new()
            {
                Steps = position().Step,
                TrainingLoss = last.TrainingLoss,
                ValidationLoss = last.ValidationLoss,
                Hyperparameters = announced.Names.Zip(last.Values).ToDictionary(pair => pair.First, pair => pair.Second),
                Elapsed = clock.Elapsed,
            };
        }
        catch (Exception exception)
        {
            Exception last = parts.Losses.IsCancellation(exception) ? WriteLast(checkpoints, observers) ?? exception : exception;
            observers.Failed(last);
            ExceptionDispatchInfo.Throw(last);
            throw;
        }
    }

    // What went wrong with it outweighs that the run was cancelled: whoever means to resume must know.
    private Exception? WriteLast(RunCheckpoints? checkpoints, ObserverGroup observers)
    {
        try
        {
            checkpoints?.Offer(position().Step, isEnd: true, observers);
            return null;
        }
        catch (Exception exception)
        {
            return exception;
        }
    }
}

using Declarative.Interop;

namespace Declarative;

/// <summary>How a run computes its hypergradients: settled by the options where they say it, and else by a look at the model when the first run
/// begins.</summary>
internal sealed class ModePlan : IDisposable
{
    /// <summary>Each learned setting costs forward mode a Hessian-vector product a step: with more than these, memory costs more than it gives.</summary>
    private const int MostRemembered = 6;

    private readonly HyperparameterSet hyperparameters;
    private readonly GlocalOptions options;
    private readonly ModeParts parts;
    private readonly MemoryBudget budget;
    private readonly bool wasAutomatic;
    private IHypergradientMode? mode;
    private bool isProbed;
    private RunKernels.Needs needs;

    /// <summary>Settles what the options say.</summary>
    /// <exception cref="ArgumentException">Implicit mode does not see a learned hyperparameter.</exception>
    /// <exception cref="InvalidOperationException">The tangents of forward mode need more memory than the limit.</exception>
    public ModePlan(HyperparameterSet hyperparameters, GlocalOptions options, ModeParts parts)
    {
        this.hyperparameters = hyperparameters;
        this.parts = parts;
        wasAutomatic = options.Memory.IsAutomatic;
        budget = MemoryBudget.Of(options.MemoryLimit, parts.Parameters.Vector.device);
        Memory = Settle(options, parts, budget);
        this.options = options with { Memory = Memory };
        if (parts.Coordinates.Count == 0)
            Adopt(new(HypergradientMode.Forward, default, "plain steps (nothing is learned)"));
        else if (options.Mode == HypergradientMode.Forward)
            Adopt(new(HypergradientMode.Forward, default, $"forward mode (as asked for{Remembered})"));
        else if (options.Mode == HypergradientMode.Implicit)
            Adopt(new(HypergradientMode.Implicit, default, $"implicit mode, {options.Solver.Name} (as asked for)"));
    }

    /// <summary>The mode. There is one once a run has begun.</summary>
    public IHypergradientMode Mode => mode!;

    /// <summary>What was settled, and why; null where a look at the model is still to come.</summary>
    public ModeChoice? Settled { get; private set; }

    /// <summary>What a window keeps of the tangents, settled.</summary>
    public TangentMemory Memory { get; }

    /// <summary>Which mode it is, and why, for the log.</summary>
    public string Reason => Settled?.Reason ?? "";

    /// <summary>Settles the mode, where it is not settled yet.</summary>
    /// <exception cref="InvalidOperationException">The tangents of forward mode need more memory than the limit.</exception>
    public void Adopt(ModeChoice choice)
    {
        mode ??= choice.Mode switch
        {
            HypergradientMode.Forward => new ForwardMode(parts, budget, Memory),
            HypergradientMode.Implicit => new ImplicitMode(parts, hyperparameters, options.Solver),
            _ => new ReverseMode(parts, choice.Storage),
        };
        Settled ??= choice;
    }

    /// <summary>Begins a run.</summary>
    /// <param name="step">Its first step, from 0.</param>
    /// <returns>The kernels that the model runs on until they are disposed.</returns>
    /// <exception cref="InvalidOperationException">The training loss is not usable, or nothing that was asked for fits into the memory.</exception>
    public RunKernels Begin(long step)
    {
        var kernels = new RunKernels(parts.Model, differentiatesTwice: parts.Coordinates.Count > 0);
        try
        {
            kernels.Meet(needs);
            if (parts.Coordinates.Count > 0 && !isProbed)
                Probe(step, kernels);
            return kernels;
        }
        catch
        {
            kernels.Dispose();
            throw;
        }
        finally
        {
            parts.Losses.RestoreMode();
        }
    }

    /// <summary>Releases what the mode carries.</summary>
    public void Dispose() => mode?.Dispose();

    // Told where it was not asked for.
    private string Remembered => wasAutomatic ? $"; tangents {Memory}" : "";

    private static TangentMemory Settle(GlocalOptions options, ModeParts parts, MemoryBudget budget)
    {
        if (!options.Memory.IsAutomatic)
            return options.Memory;
        int learned = parts.Coordinates.Count;
        bool may = options.Mode == HypergradientMode.Forward || (options.Mode == HypergradientMode.Automatic && options.Storage == ReverseStorage.Automatic);
        return may && learned is > 0 and <= MostRemembered && ForwardMode.Bytes(parts, options.Memory) <= budget.Bytes
            ? TangentMemory.Guarded(options.Memory.Discount) : TangentMemory.Reset;
    }

    private void Probe(long step, RunKernels kernels)
    {
        GraphProbe probe = GraphProbe.Of(parts.OpenWindow(), step, kernels);
        if (mode is null)
            Adopt(ModeChoice.Of(options, parts.Coordinates.Count, ForwardMode.Bytes(parts, Memory), parts.StateBytes, probe, budget));
        if (mode is ForwardMode forward && forward.ChooseProducts(options.Products, step) is { } note)
            kernels.Notes.Add(note);
        // Not before: what was refused is looked at again by the next run.
        needs = kernels.Met;
        isProbed = true;
    }
}

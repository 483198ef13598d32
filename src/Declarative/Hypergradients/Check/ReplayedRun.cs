using Declarative.Interop;
using TorchSharp;
using static TorchSharp.torch;

namespace Declarative;

/// <summary>A few steps of a problem in one floating-point type, which can be taken again and again from the same start: by each mode, and by
/// finite differences with a hyperparameter moved. Buffers are constants of differentiation, so that what they were before each step is
/// recorded and put back.</summary>
internal sealed class ReplayedRun : IDisposable
{
    private readonly BorrowedProblem borrowed;
    private readonly HypergradientCheckOptions options;
    private readonly ParameterVector parameters;
    private readonly ModeParts parts;
    private readonly TapeContext context;
    private readonly Tensor start;
    private readonly List<Tensor[]> recorded = [];
    private readonly GraphProbe? probe;

    /// <summary>Gives the problem that type, takes the steps, and records them.</summary>
    /// <param name="borrowed">The problem.</param>
    /// <param name="training">The training batches, of any type.</param>
    /// <param name="validation">The validation batches, of any type.</param>
    /// <param name="options">Which steps.</param>
    /// <param name="kernels">What the model runs on.</param>
    /// <param name="type">The type.</param>
    /// <exception cref="InvalidOperationException">A loss is not usable, or not of that type.</exception>
    public ReplayedRun(BorrowedProblem borrowed, IBatchSource training, IBatchSource validation, HypergradientCheckOptions options, RunKernels kernels,
        ScalarType type)
    {
        using var scope = NewDisposeScope();
        this.borrowed = borrowed;
        this.options = options;
        Type = type;
        BilevelProblem problem = borrowed.Problem;
        borrowed.CopyAs(type);
        Coordinates = new(problem.Hyperparameters);
        parameters = new(problem.Model, problem.Groups);
        start = parameters.Vector.clone().DetachFromDisposeScope();
        try
        {
            var losses = new LossEvaluation(problem, parameters, new ConvertedBatches(training, type), new ConvertedBatches(validation, type),
                unchecked((ulong)options.Seed));
            parts = new(problem.Model, new(problem, parameters, Coordinates), parameters, Coordinates, losses);
            context = parts.OpenWindow();
            probe = Probe(kernels);
            Unreached = Record();
        }
        catch
        {
            Dispose();
            throw;
        }
        BuffersChange = recorded[0].Zip(recorded[^1]).Any(pair => !HostNumbers.Read(pair.First).SequenceEqual(HostNumbers.Read(pair.Second)));
    }

    /// <summary>The type.</summary>
    public ScalarType Type { get; }

    /// <summary>The coordinates u of everything that is learned.</summary>
    public LearnedCoordinates Coordinates { get; }

    /// <summary>p.</summary>
    public long ParameterCount => parameters.Count;

    /// <summary>The learned tensors that no gradient reaches, of no step's loss and not of the validation loss.</summary>
    public IReadOnlyList<TensorHyperparameter> Unreached { get; }

    /// <summary>Whether the steps change buffers.</summary>
    public bool BuffersChange { get; }

    private long End => options.FirstStep + options.Steps;

    /// <summary>The validation loss after the steps.</summary>
    /// <param name="row">A coordinate.</param>
    /// <param name="by">By how much it is moved for this run.</param>
    /// <param name="liveBuffers">Whether buffers may take another way than they were recorded to take.</param>
    /// <param name="count">How many coordinates, from that one on, are moved together.</param>
    public (double Coordinate, double Loss) Moved(int row, double by, bool liveBuffers = false, int count = 1)
    {
        try
        {
            if (by != 0)
            {
                double[] moves = new double[Coordinates.Count];
                moves.AsSpan(row, count).Fill(by);
                Coordinates.Move(moves);
            }
            return (Coordinates.Read()[row], ValidationLoss(liveBuffers));
        }
        finally
        {
            if (by != 0)
                borrowed.RestoreHyperparameters();
        }
    }

    /// <summary>Why a mode cannot be run; nothing where it can.</summary>
    public string? Obstacle(CheckedMode mode)
    {
        if (Coordinates.Count - Unreached.Sum(item => item.Count) is not > 0)
            return "no gradient reaches any hyperparameter";
        using var scope = NewDisposeScope();
        if (mode.Mode == HypergradientMode.Forward)
        {
            double bytes = ForwardMode.Bytes(parts, TangentMemory.Reset);
            return Coordinates.Count > CheckedMode.LargestForward ? $"it takes a Hessian-vector product a step for each of {Coordinates.Count} coordinates"
                : bytes > options.MemoryLimit ? $"its tangents would take {(long)bytes} bytes" : null;
        }
        if (mode.Storage != ReverseStorage.Graphs)
            return null;
        return probe is { CanStandIn: false } ? "a part of the model is implemented in native code (embeddings, recurrent and transformer modules)"
            : probe?.GraphBytes * options.Steps > options.MemoryLimit ? $"they would take {probe?.GraphBytes * options.Steps} bytes" : null;
    }

    /// <summary>h [q] at the end of the steps; zero for what no gradient reaches.</summary>
    public double[] Hypergradient(CheckedMode mode)
    {
        using var scope = NewDisposeScope();
        Rewind();
        foreach (TensorHyperparameter item in Unreached)
            item.Fix();
        try
        {
            var reached = new LearnedCoordinates(borrowed.Problem.Hyperparameters);
            ModeParts replayed = parts with { Optimizer = new(borrowed.Problem, parameters, reached), Coordinates = reached, Leaves = new(reached, parameters) };
            using IHypergradientMode running = mode.Mode == HypergradientMode.Forward ? new ForwardMode(replayed, new(long.MaxValue), TangentMemory.Reset)
                : new ReverseMode(replayed, mode.Storage);
            var trajectory = running.Run(new(0, options.FirstStep, options.Steps, options.Steps)).Trajectory!;
            double[] found = trajectory[trajectory.Length - 1].ToArray();
            double[] all = new double[Coordinates.Count];
            foreach (Hyperparameter item in borrowed.Problem.Hyperparameters)
                if (reached.RowOf(item) is { } row)
                    Array.Copy(found, row, all, Coordinates.RowOf(item)!.Value, item.Count);
            return all;
        }
        finally
        {
            foreach (TensorHyperparameter item in Unreached)
                item.Learn();
            borrowed.RestoreHyperparameters();
        }
    }

    /// <summary>Releases what the run took; the problem stays in this type until it is given another, or given back.</summary>
    public void Dispose()
    {
        borrowed.RestoreModes();
        parameters.Dispose();
        start.Dispose();
        foreach (Tensor buffer in recorded.SelectMany(kept => kept))
            buffer.Dispose();
    }

    // Before anything is recorded, as it may choose other kernels.
    private GraphProbe? Probe(RunKernels kernels)
    {
        try
        {
            return GraphProbe.Of(context, options.FirstStep, kernels);
        }
        catch (Exception)
        {
            // Plain steps will throw this too, or each mode will: there it is said.
            return null;
        }
    }

    private TensorHyperparameter[] Record()
    {
        using var scope = NewDisposeScope();
        using var grad = enable_grad();
        TensorHyperparameter[] owners = [.. Coordinates.Tensors];
        var isReached = new bool[owners.Length];
        using OptimizerState state = parts.Optimizer.CreateState();
        for (long step = options.FirstStep; step < End; step++)
        {
            using var stepScope = NewDisposeScope();
            KeepBuffers();
            (Tensor loss, LossGradient gradient) = parts.Losses.Training(step, context.Leaves, createGraph: false);
            Note(loss, gradient, "training");
            using var noGradient = no_grad();
            parameters.Update(parameter => parts.Optimizer.Step(state, parameter, gradient.Flat, step, mayOverwrite: true));
        }
        KeepBuffers();
        (Tensor atEnd, LossGradient last) = parts.Losses.Validation(parts.Losses.ValidationBatch(0), context.Leaves);
        Note(atEnd, last, "validation");
        return [.. owners.Where((_, i) => !isReached[i])];

        void Note(Tensor loss, LossGradient gradient, string name)
        {
            if (loss.dtype != Type)
                throw new InvalidOperationException($"The {name} loss is {loss.dtype} though the model is {Type}.");
            for (int i = 0; i < isReached.Length; i++)
                isReached[i] |= gradient.DependsOn(i);
        }
    }

    private void KeepBuffers() => recorded.Add(Array.ConvertAll(context.Buffers.Save(), buffer => buffer.DetachFromDisposeScope()));

    private double ValidationLoss(bool liveBuffers)
    {
        using var scope = NewDisposeScope();
        using var grad = enable_grad();
        Rewind();
        using OptimizerState state = parts.Optimizer.CreateState();
        for (int i = 0; i < options.Steps; i++)
        {
            using var stepScope = NewDisposeScope();
            if (!liveBuffers)
                context.Buffers.Restore(recorded[i]);
            context.TakeStep(state, options.FirstStep + i);
        }
        if (!liveBuffers)
            context.Buffers.Restore(recorded[^1]);
        return HostNumbers.Read(parts.Losses.ValidationLoss(parts.Losses.ValidationBatch(0)))[0];
    }

    private void Rewind()
    {
        parameters.Write(start);
        context.Buffers.Restore(recorded[0]);
    }
}

/// <summary>A mode that a check compares.</summary>
internal sealed record CheckedMode(string Name, HypergradientMode Mode, ReverseStorage Storage = default)
{
    /// <summary>The most coordinates for which forward mode is still worth its time.</summary>
    public const int LargestForward = 1000;

    /// <summary>All of them, as the columns of a table.</summary>
    public static IReadOnlyList<CheckedMode> All { get; } =
    [
        new("forward mode", HypergradientMode.Forward),
        new("reverse mode with graphs", HypergradientMode.Reverse, ReverseStorage.Graphs),
        new("reverse mode with states", HypergradientMode.Reverse, ReverseStorage.States),
        new("reverse mode with checkpoints", HypergradientMode.Reverse, ReverseStorage.Checkpoints),
    ];
}

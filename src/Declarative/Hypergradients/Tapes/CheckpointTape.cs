using TorchSharp;
using static TorchSharp.torch;

namespace Declarative;

/// <summary>Keeps (θ, o) before every ⌈√τ⌉-th step. The steps between are taken again, segment by segment, on the way back: memory for
/// 2√τ states, and one more gradient a step than <see cref="StateTape"/>, to the same bits (Griewank 1992; Chen et al. 2016).</summary>
internal sealed class CheckpointTape(TapeContext context, OptimizerState state, int steps) : IWindowTape
{
    private readonly int spacing = Spacing(steps);
    private readonly List<(long Step, KeptState State)> checkpoints = [];
    private StateTape? segment;
    private OptimizerState? segmentState;
    private long firstOfSegment = long.MaxValue;

    /// <summary>The steps between two checkpoints.</summary>
    public static int Spacing(int steps) => (int)Math.Ceiling(Math.Sqrt(steps));

    /// <inheritdoc/>
    public Tensor Forward(long step)
    {
        if (checkpoints.Count == 0 || step - checkpoints[^1].Step == spacing)
            checkpoints.Add((step, new(context, state)));
        return context.TakeStep(state, step);
    }

    /// <inheritdoc/>
    public void Finish()
    {
    }

    /// <inheritdoc/>
    public TapeStep Back(long step)
    {
        if (step < firstOfSegment)
            Retake(upTo: step);
        return segment!.Back(step);
    }

    /// <summary>Releases what was kept.</summary>
    public void Dispose()
    {
        Forget();
        foreach ((_, KeptState kept) in checkpoints)
            kept.Dispose();
    }

    private void Retake(long upTo)
    {
        Forget();
        (firstOfSegment, KeptState start) = checkpoints[^1];
        checkpoints.RemoveAt(checkpoints.Count - 1);
        using (start)
        {
            start.Point.Restore();
            segmentState = start.State.Copy();
        }
        segment = new(context, segmentState);
        for (long step = firstOfSegment; step <= upTo; step++)
        {
            using var scope = NewDisposeScope();
            segment.Forward(step);
        }
    }

    private void Forget()
    {
        segment?.Dispose();
        segmentState?.Dispose();
        (segment, segmentState) = (null, null);
    }
}

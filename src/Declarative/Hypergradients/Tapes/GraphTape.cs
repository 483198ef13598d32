using Declarative.Interop;
using TorchSharp;
using static TorchSharp.torch;

namespace Declarative;

/// <summary>Keeps each step's autograd graph: nothing is computed again. Each step has leaves of its own, which stand in for the
/// parameters by an exchange of handles, so that no graph ever sees a write to θ.</summary>
internal sealed class GraphTape(TapeContext context, OptimizerState state) : IWindowTape
{
    private readonly Stack<KeptGraph> kept = [];
    private KeptGraph? open;
    private Tensor? reached;
    private (Tensor Parameter, long[] Version)? first;

    /// <inheritdoc/>
    public Tensor Forward(long step)
    {
        using var scope = NewDisposeScope();
        Tensor parameter = reached ?? context.Parameters.Vector.clone().DetachFromDisposeScope();
        reached = null;
        var graph = new KeptGraph(parameter, context.Parameters, state.Copy());
        kept.Push(graph);
        first ??= (parameter, TensorContents.Versions([parameter]));
        (Tensor loss, LossGradient gradient, bool isWhole) = context.Losses.TrainingAt(step, graph.At, context.Leaves);
        if (!isWhole)
            throw new InvalidOperationException("A part of the model that is implemented in native code came into use in the middle of a run: "
                + "graphs cannot be kept. Set Storage = ReverseStorage.States.");
        graph.Gradient = gradient;
        using var noGradient = no_grad();
        Tensor next = context.Optimizer.Step(state, parameter, gradient.Flat, step);
        // A rule may return the parameter itself, or a state.
        reached = (ReferenceEquals(next, parameter) || state.Holds(next) ? next.clone() : next).DetachFromDisposeScope();
        return loss.detach().MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Finish()
    {
        // The leaves of the window's first step are views of one vector, which nothing but a loss writes to.
        if (first is { } start && !TensorContents.Versions([start.Parameter]).SequenceEqual(start.Version))
            throw ParameterVector.WrittenElsewhere(context.Parameters.Slices.FirstOrDefault(slice => !HostNumbers.AreEqual(slice.Of(start.Parameter), slice.Of(context.Parameters.Vector)),
                context.Parameters.Slices[0]).Name);
        context.Parameters.Write(reached!);
    }

    /// <inheritdoc/>
    public TapeStep Back(long step)
    {
        open?.Dispose();
        open = kept.Pop();
        return new(open.Parameter, open.State, open.Gradient!, open.At);
    }

    /// <summary>Releases what was kept.</summary>
    public void Dispose()
    {
        open?.Dispose();
        reached?.Dispose();
        foreach (KeptGraph graph in kept)
            graph.Dispose();
    }

    private sealed class KeptGraph : IDisposable
    {
        private LossGradient? gradient;

        public KeptGraph(Tensor parameter, ParameterVector shapes, OptimizerState state)
        {
            Parameter = parameter;
            State = state;
            At = [.. shapes.Slices.Select(slice => slice.Of(parameter).requires_grad_().DetachFromDisposeScope())];
        }

        public Tensor Parameter { get; }

        public Tensor[] At { get; }

        public OptimizerState State { get; }

        public LossGradient? Gradient
        {
            get => gradient;
            set
            {
                gradient = value;
                foreach (Tensor tensor in Tensors)
                    tensor.DetachFromDisposeScope();
            }
        }

        private IEnumerable<Tensor> Tensors => gradient is null ? [] : [.. gradient.Parts, .. gradient.LeafParts, gradient.Flat];

        public void Dispose()
        {
            Parameter.Dispose();
            State.Dispose();
            foreach (Tensor tensor in At.Concat(Tensors))
                tensor.Dispose();
        }
    }
}

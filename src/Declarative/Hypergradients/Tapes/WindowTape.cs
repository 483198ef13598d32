using Declarative.Interop;
using TorchSharp;
using static TorchSharp.torch;

namespace Declarative;

/// <summary>What reverse mode keeps of a window, so that it can go back through it.</summary>
internal interface IWindowTape : IDisposable
{
    /// <summary>Takes one step, and keeps what is needed.</summary>
    /// <param name="step">From 0; one after the other.</param>
    /// <returns>The training loss, in the present dispose scope.</returns>
    Tensor Forward(long step);

    /// <summary>Called after the last step: θ is in the parameter vector from here on.</summary>
    void Finish();

    /// <summary>Goes back to before a step: to the last one first, then to each that came before it.</summary>
    /// <param name="step">The step's number, as it was given to <see cref="Forward"/>.</param>
    TapeStep Back(long step);
}

/// <summary>A step of a window, as it was before it was taken. Its tensors are the tape's or belong to the present dispose scope.</summary>
/// <param name="Parameter">θ [p].</param>
/// <param name="State">o.</param>
/// <param name="Gradient">g, with its graph.</param>
/// <param name="At">The leaves from which that graph was made, shaped like the parameters.</param>
internal sealed record TapeStep(Tensor Parameter, OptimizerState State, LossGradient Gradient, Tensor[] At);

namespace Declarative;

/// <summary>What reverse mode keeps of a window. All give the same hypergradient; they trade memory for time.</summary>
public enum ReverseStorage
{
    /// <summary>The fastest that the memory limit and the model allow.</summary>
    Automatic,

    /// <summary>Each step's autograd graph. Only for models all of whose parameters belong to managed modules: TorchSharp's
    /// <c>Embedding</c>, recurrent and transformer modules are native.</summary>
    Graphs,

    /// <summary>Parameters and optimizer state of each step; one more gradient a step.</summary>
    States,

    /// <summary>Those of every ⌈√τ⌉-th step; two more gradients a step.</summary>
    Checkpoints,
}

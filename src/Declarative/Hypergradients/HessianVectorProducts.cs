namespace Declarative;

/// <summary>How forward mode computes the q Hessian-vector products of a step.</summary>
public enum HessianVectorProducts
{
    /// <summary>One after the other on the CPU. On a GPU, where small kernels cost their launch, the quicker way: a run tries both when it begins.</summary>
    Automatic,

    /// <summary>One backward for each.</summary>
    Sequential,

    /// <summary>All of them in one backward, whose operations carry a batch of q tensors (libtorch's vectorized map, which autograd in Python calls
    /// <c>is_grads_batched</c>). Operations that it does not know are taken one by one within it. It needs the memory of q backwards.</summary>
    Batched,
}

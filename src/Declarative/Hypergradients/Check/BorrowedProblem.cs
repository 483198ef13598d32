using Declarative.Interop;
using TorchSharp;
using static TorchSharp.torch;

namespace Declarative;

/// <summary>A problem on loan: its parameters, buffers and tensor hyperparameters can be given contents of another type to work on, and all
/// that a run changes goes back exactly as it was. No tensor is replaced by another, and none of the lender's memory is written.</summary>
internal sealed class BorrowedProblem : IDisposable
{
    private readonly (nn.Module Module, bool IsTraining)[] modes;
    private readonly (Hyperparameter Hyperparameter, double[] Values, double[] Coordinates)[] settings;
    private readonly Tensor[] tensors;
    private readonly Tensor[] contents;
    private readonly int firstLeaf;
    private readonly Tensor randomState;

    /// <summary>Notes how everything is.</summary>
    public BorrowedProblem(BilevelProblem problem)
    {
        using var scope = NewDisposeScope();
        Problem = problem;
        Tensor first = ParameterVector.Trained(problem.Model) is [(_, var parameter), ..] ? parameter
            : throw new ArgumentException("The model has no parameter that requires a gradient.");
        Type = first.dtype;
        Device = first.device;
        modes = [(problem.Model, problem.Model.training), .. problem.Model.modules().Where(module => !ReferenceEquals(module, problem.Model))
            .Select(module => (module, module.training))];
        settings = [.. problem.Hyperparameters.Select(item => (item, item.Values.ToArray(), item.Coordinates.ToArray()))];
        Tensor[] leaves = [.. problem.Hyperparameters.OfType<TensorHyperparameter>().Select(item => item.Leaf)];
        tensors = [.. problem.Model.parameters().Concat(ModuleInternals.Buffers(problem.Model)).Concat(leaves).DistinctBy(tensor => tensor.Handle)];
        firstLeaf = tensors.Length - leaves.Length;
        contents = [.. tensors.Select(tensor => tensor.detach().DetachFromDisposeScope())];
        randomState = random.get_rng_state().DetachFromDisposeScope();
    }

    /// <summary>The problem.</summary>
    public BilevelProblem Problem { get; }

    /// <summary>The type of its parameters, as it was lent.</summary>
    public ScalarType Type { get; }

    /// <summary>Where its parameters are.</summary>
    public Device Device { get; }

    /// <summary>Puts everything back, and gives every tensor a copy of its contents: those of floating point in one type, hyperparameters on the
    /// parameters' device.</summary>
    public void CopyAs(ScalarType type)
    {
        using var scope = NewDisposeScope();
        TensorContents.Give(tensors, [.. contents.Select((tensor, i) => !tensor.is_floating_point() ? tensor.clone()
            : tensor.to(type, i < firstLeaf ? tensor.device : Device, copy: true))]);
        RestoreModes();
        // In float64 a leaf holds φ to the last bit, which its float32 contents do not.
        RestoreHyperparameters();
    }

    /// <summary>Puts u and φ back, to the bit.</summary>
    public void RestoreHyperparameters()
    {
        foreach ((Hyperparameter item, double[] values, double[] coordinates) in settings)
        {
            item.SetValues(values);
            if (!item.IsLearned || item.Coordinates.SequenceEqual(coordinates))
                continue;
            // u has been moved before, and is not quite the coordinate of its value.
            double[] moves = [.. coordinates.Zip(item.Coordinates.ToArray(), (wanted, present) => wanted - present)];
            item.Move(moves);
        }
    }

    /// <summary>Puts every module back into the mode in which it was given.</summary>
    public void RestoreModes()
    {
        // The parts after the whole, as a module takes its parts along.
        foreach ((nn.Module module, bool isTraining) in modes)
            if (module.training != isTraining)
                module.train(isTraining);
    }

    /// <summary>Gives everything back.</summary>
    public void Dispose()
    {
        using var scope = NewDisposeScope();
        TensorContents.Give(tensors, contents);
        RestoreHyperparameters();
        RestoreModes();
        random.set_rng_state(randomState);
        randomState.Dispose();
        foreach (Tensor tensor in contents)
            tensor.Dispose();
    }
}

using Declarative.Rules;
using TorchSharp;
using static TorchSharp.torch;

namespace Declarative;

/// <summary>o of all parameter groups.</summary>
internal sealed class OptimizerState(UpdateState[] groups) : IDisposable
{
    /// <summary>The states of each group.</summary>
    public UpdateState[] Groups => groups;

    /// <summary>Whether a tensor is one of the states.</summary>
    public bool Holds(Tensor tensor) => Array.Exists(groups, group => group.Holds(tensor));

    /// <summary>The states as they are now, in tensors of their own.</summary>
    public OptimizerState Copy() => new([.. groups.Select(group => group.Copy())]);

    /// <summary>Becomes what another one is, in the tensors that are there: that needs no memory, which may be what a window lacked.</summary>
    public void Become(OptimizerState other)
    {
        foreach ((UpdateState group, UpdateState of) in groups.Zip(other.Groups))
            group.Become(of);
    }

    /// <summary>Writes the states down, or fills them.</summary>
    public void Exchange(StateExchange with)
    {
        for (int i = 0; i < groups.Length; i++)
            groups[i].Exchange(with, $"state {i}");
    }

    /// <summary>Releases the states.</summary>
    public void Dispose() => Array.ForEach(groups, group => group.Dispose());
}

/// <summary>(θ̇, ȯ) of all parameter groups.</summary>
internal sealed class OptimizerTangents(UpdateTangents[] groups) : IDisposable
{
    /// <summary>The tangents of each group.</summary>
    public UpdateTangents[] Groups => groups;

    /// <summary>θ̇ [q, p].</summary>
    public Tensor Parameter => FlatParts.Join(groups, group => group.Parameter, 1);

    /// <summary>The largest and the smallest entry of θ̇ in each group; NaN where there is one.</summary>
    public Tensor Extremes => stack([.. groups.SelectMany(group => new[] { group.Parameter.max(), group.Parameter.min() })]);

    /// <summary>Multiplies all that is carried by a factor: 0 forgets it, 1 keeps it.</summary>
    public void Discount(double factor) => Array.ForEach(groups, group => group.Discount(factor));

    /// <summary>Multiplies all that is carried for each coordinate by a factor of its own.</summary>
    public void ScaleRows(RowFactors factors) => Array.ForEach(groups, group => group.ScaleRows(factors));

    /// <summary>The tangents as they are now, in tensors of their own.</summary>
    public OptimizerTangents Copy() => new([.. groups.Select(group => group.Copy())]);

    /// <summary>Becomes what another one is, in the tensors that are there.</summary>
    public void Become(OptimizerTangents other)
    {
        foreach ((UpdateTangents group, UpdateTangents of) in groups.Zip(other.Groups))
            group.Become(of);
    }

    /// <summary>Writes the tangents down, or fills them.</summary>
    public void Exchange(StateExchange with)
    {
        for (int i = 0; i < groups.Length; i++)
            groups[i].Exchange(with, $"tangent {i}");
    }

    /// <summary>Releases the tangents.</summary>
    public void Dispose() => Array.ForEach(groups, group => group.Dispose());
}

/// <summary>θ̄, ō, ḡ and φ̄ of all parameter groups.</summary>
/// <param name="groups">Those of each group.</param>
/// <param name="ranges">The range of θ that is each group's.</param>
internal sealed class OptimizerAdjoints(UpdateAdjoints[] groups, (long Offset, long Count)[] ranges) : IDisposable
{
    /// <summary>Those of each group.</summary>
    public UpdateAdjoints[] Groups => groups;

    /// <summary>θ̄ [p].</summary>
    public Tensor Parameter => FlatParts.Join(groups, group => group.Parameter);

    /// <summary>ḡ [p].</summary>
    public Tensor Gradient => FlatParts.Join(groups, group => group.Gradient);

    /// <summary>φ̄, a column for each entry of a hyperparameter, summed over the steps so far.</summary>
    public Tensor Hyperparameters => FlatParts.Join(groups, group => group.Hyperparameters);

    /// <summary>Adds to θ̄ what θ contributes through the gradient.</summary>
    /// <param name="value">[p].</param>
    public void AddParameter(Tensor value)
    {
        using var scope = NewDisposeScope();
        for (int i = 0; i < groups.Length; i++)
            groups[i].AddParameter(groups.Length == 1 ? value : value.narrow(0, ranges[i].Offset, ranges[i].Count));
    }

    /// <summary>Releases the adjoints.</summary>
    public void Dispose() => Array.ForEach(groups, group => group.Dispose());
}

/// <summary>Flat tensors of all parameters, in the parts that belong to the groups.</summary>
internal static class FlatParts
{
    /// <summary>The whole of the groups' parts, one behind the other; of one group the part itself.</summary>
    public static Tensor Join<T>(T[] groups, Func<T, Tensor> part, long dimension = 0) =>
        groups is [var only] ? part(only) : cat([.. groups.Select(part)], dimension);
}

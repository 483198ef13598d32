using System.Diagnostics.CodeAnalysis;
using Declarative.Interop;
using static TorchSharp.torch;

namespace Declarative;

/// <summary>A bilevel problem: choose hyperparameters φ that minimise a validation loss at the parameters θ which training with φ
/// reaches.</summary>
/// <remarks>The caller owns the model and the losses; nothing of them is patched or copied.</remarks>
[SuppressMessage("ApiDesign", "RS0026",
    Justification = "An update rule is no list of groups: a parameter added to one constructor makes no call of the other ambiguous.")]
public sealed class BilevelProblem
{
    /// <summary>Puts a problem together.</summary>
    /// <param name="model">Any module. Its parameters that require a gradient are trained.</param>
    /// <param name="optimizer">The update rule and its hyperparameters.</param>
    /// <param name="training">The training loss ℓ of a batch, a scalar.</param>
    /// <param name="validation">The validation loss ℓ̃ of a batch, a scalar. The model is in evaluation mode when it is called.</param>
    /// <param name="hyperparameters">Further owners of hyperparameters: losses, models.</param>
    /// <exception cref="ArgumentException">Two hyperparameters have the same name.</exception>
    /// <exception cref="LibTorchLoadException">libtorch is not there, or does not load.</exception>
    public BilevelProblem(nn.Module model, IUpdateRule optimizer, Func<Batch, Tensor> training, Func<Batch, Tensor> validation,
        IEnumerable<IHyperparameterOwner>? hyperparameters = null)
        : this(model, [ParameterGroup.All(optimizer ?? throw new ArgumentNullException(nameof(optimizer)))], training, validation, hyperparameters)
    {
    }

    /// <summary>Puts a problem together whose parameters are trained in groups.</summary>
    /// <param name="model">Any module. Its parameters that require a gradient are trained.</param>
    /// <param name="groups">The groups: each of those parameters belongs to exactly one.</param>
    /// <param name="training">The training loss ℓ of a batch, a scalar.</param>
    /// <param name="validation">The validation loss ℓ̃ of a batch, a scalar. The model is in evaluation mode when it is called.</param>
    /// <param name="hyperparameters">Further owners of hyperparameters: losses, models.</param>
    /// <exception cref="ArgumentException">Two hyperparameters or groups have the same name, or two groups the same update rule.</exception>
    /// <exception cref="LibTorchLoadException">libtorch is not there, or does not load.</exception>
    public BilevelProblem(nn.Module model, IReadOnlyList<ParameterGroup> groups, Func<Batch, Tensor> training, Func<Batch, Tensor> validation,
        IEnumerable<IHyperparameterOwner>? hyperparameters = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(groups);
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(validation);
        NativeLibraries.Check();
        if (groups.Count == 0)
            throw new ArgumentException("There is no parameter group.", nameof(groups));
        if (groups.Contains(null!))
            throw new ArgumentException("A parameter group is null.", nameof(groups));
        foreach (ParameterGroup group in groups)
        {
            if (groups.Count(other => other.Name == group.Name) > 1)
                throw new ArgumentException($"Two parameter groups are named '{group.Name}': names must differ.", nameof(groups));
            if (groups.Count(other => ReferenceEquals(other.Optimizer, group.Optimizer)) > 1)
                throw new ArgumentException($"Group '{group.Name}' shares its update rule with another: each needs an instance of its own.", nameof(groups));
        }
        IHyperparameterOwner[] owners = [.. groups.Select(group => group.Optimizer), .. hyperparameters ?? []];
        if (Array.IndexOf(owners, null) >= 0)
            throw new ArgumentException("An owner of hyperparameters is null.", nameof(hyperparameters));
        foreach (ParameterGroup group in groups)
            foreach (Hyperparameter item in group.Optimizer.Hyperparameters)
                item.Group = group.Name.Length > 0 ? group.Name : null;
        Model = model;
        Groups = groups;
        Training = training;
        Validation = validation;
        Hyperparameters = new(owners.SelectMany(owner => owner.Hyperparameters));
    }

    /// <summary>The model whose parameters are trained.</summary>
    public nn.Module Model { get; }

    /// <summary>The parameter groups; a single one, without a name, where all parameters share an update rule.</summary>
    public IReadOnlyList<ParameterGroup> Groups { get; }

    /// <summary>The training loss.</summary>
    public Func<Batch, Tensor> Training { get; }

    /// <summary>The validation loss.</summary>
    public Func<Batch, Tensor> Validation { get; }

    /// <summary>The hyperparameters of all owners, the optimizer's first.</summary>
    public HyperparameterSet Hyperparameters { get; }
}

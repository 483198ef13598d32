namespace Declarative;

/// <summary>A class that declares hyperparameters. The generated part of an annotated class implements it.</summary>
public interface IHyperparameterOwner
{
    /// <summary>The declared hyperparameters, in source order. Reading it first gives the fields their start values.</summary>
    HyperparameterSet Hyperparameters { get; }
}

namespace Declarative.Generators.Rules;

/// <summary>Where operations are computed as they are read.</summary>
internal interface IComputation
{
    /// <summary>Computes an operation, in simplest form.</summary>
    Node Compute(Operation operation, params Node[] arguments);
}

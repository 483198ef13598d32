namespace Declarative.Generators;

/// <summary>The names of the generator's incremental steps, for the tests that watch what is computed again.</summary>
internal static class TrackingNames
{
    /// <summary>Finding the classes whose first annotated member is a hyperparameter.</summary>
    public const string FindHyperparameters = nameof(FindHyperparameters);

    /// <summary>Finding the classes whose first annotated member is an update rule.</summary>
    public const string FindRules = nameof(FindRules);

    /// <summary>Finding the classes whose first annotated member is a state.</summary>
    public const string FindStates = nameof(FindStates);

    /// <summary>Reading a class.</summary>
    public const string Parse = nameof(Parse);

    /// <summary>Differentiating and simplifying.</summary>
    public const string Differentiate = nameof(Differentiate);

    /// <summary>Writing source.</summary>
    public const string Emit = nameof(Emit);

    /// <summary>What is needed to emit the module initializer.</summary>
    public const string Assembly = nameof(Assembly);
}

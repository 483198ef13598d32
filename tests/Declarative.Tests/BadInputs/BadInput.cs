namespace Declarative.Tests.BadInputs;

/// <summary>A row of the table: something that a program may do wrong, and what it must be told.</summary>
/// <param name="Name">What is wrong.</param>
/// <param name="Exception">The type of the exception, exactly.</param>
/// <param name="Says">What its message must contain: the culprit, and the remedy.</param>
/// <param name="Act">Does it.</param>
public sealed record BadInput(string Name, Type Exception, string[] Says, Action<Scene> Act)
{
    private static readonly Action<Scene> nothing = _ => { };

    /// <summary>What the program did before, without being refused: the state that must be left untouched is that after it.</summary>
    public Action<Scene> Prepare { get; init; } = nothing;

    /// <summary>Whether the program did anything before.</summary>
    public bool IsPrepared => Prepare != nothing;

    /// <summary>Makes good what was prepared; losses and batches are put back by themselves.</summary>
    public Action<Scene> Repair { get; init; } = nothing;

    /// <summary>What is possible afterwards.</summary>
    public Aftermath After { get; init; } = Aftermath.GoesOn;

    /// <summary>Whether a window has been taken before it is thrown, so that the model has moved on.</summary>
    public bool IsLate { get; init; }

    /// <summary>Whether the row shows only once the trainer has taken steps.</summary>
    public bool NeedsSteps { get; init; }

    /// <summary>A row whose exception is of a type.</summary>
    public static BadInput Of<T>(string name, Action<Scene> act, params string[] says) where T : Exception => new(name, typeof(T), says, act);

    /// <summary>A row whose action makes something.</summary>
    public static BadInput Of<T>(string name, Func<Scene, object?> act, params string[] says) where T : Exception =>
        Of<T>(name, scene => { act(scene); }, says);

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>What is possible after a bad input.</summary>
public enum Aftermath
{
    /// <summary>The trainer goes on as if it had never been.</summary>
    GoesOn,

    /// <summary>A new trainer on the same model does.</summary>
    NewTrainer,

    /// <summary>Nothing: the program has destroyed a part of the model.</summary>
    Nothing,
}

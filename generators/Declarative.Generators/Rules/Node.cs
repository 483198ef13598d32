namespace Declarative.Generators.Rules;

/// <summary>What an expression of the rule language gives.</summary>
internal enum ValueKind
{
    /// <summary>A tensor of floating-point numbers.</summary>
    Tensor,

    /// <summary>A <c>double</c> on the host.</summary>
    Number,

    /// <summary>A <c>bool</c> on the host, never active.</summary>
    Flag,

    /// <summary>A tensor of conditions, never active.</summary>
    Mask,

    /// <summary>A tensor's shape, or a list of dimensions.</summary>
    Shape,
}

/// <summary>What is known of a tensor's shape.</summary>
internal enum Extent
{
    /// <summary>That of the parameter.</summary>
    Parameter,

    /// <summary>No dimension: one entry.</summary>
    Scalar,

    /// <summary>Nothing.</summary>
    Unknown,
}

/// <summary>An expression of the intermediate representation: pure, compared by value.</summary>
internal abstract record Node(ValueKind Kind);

/// <summary>A number known at compile time.</summary>
internal sealed record Constant(double Value) : Node(ValueKind.Number)
{
    public static Constant Zero { get; } = new(0);

    public static Constant One { get; } = new(1);
}

/// <summary>A condition known at compile time.</summary>
internal sealed record Flag(bool Value) : Node(ValueKind.Flag);

/// <summary>A name that is assigned once: an input of the rule, or the target of a <see cref="Let"/> or <see cref="Merge"/>.</summary>
/// <param name="Name">Unique within the rule.</param>
/// <param name="Kind">What it holds.</param>
/// <param name="IsTemporary">Whether the source has no name for it, so that it may be folded into the expression that uses it.</param>
/// <param name="Extent">What is known of its shape, if it is a tensor.</param>
internal sealed record Variable(string Name, ValueKind Kind, bool IsTemporary = false, Extent Extent = Extent.Parameter) : Node(Kind);

/// <summary>A member of the class that is neither hyperparameter nor state: configuration, constant during a step.</summary>
/// <param name="Text">How C# writes it.</param>
/// <param name="Kind">What it holds.</param>
/// <param name="IsDouble">Whether it is a <c>double</c>, not a number that C# would compute with differently: 1 / 2 is 0.</param>
internal sealed record Setting(string Text, ValueKind Kind, bool IsDouble = true) : Node(Kind);

/// <summary>An operation on expressions.</summary>
internal sealed record Apply(Operation Operation, EquatableArray<Node> Arguments, ValueKind Kind) : Node(Kind);

/// <summary>A sum of terms, the form in which tensors are computed: one pass over memory a term.</summary>
internal sealed record Sum(EquatableArray<Term> Terms) : Node(ValueKind.Tensor);

/// <summary>A number times a tensor; the number alone where there is no tensor.</summary>
internal sealed record Term(Node Factor, Node? Tensor);

/// <summary>Tensors side by side, as an argument of a call; never part of a statement.</summary>
internal sealed record NodeList(EquatableArray<Node> Items) : Node(ValueKind.Shape);

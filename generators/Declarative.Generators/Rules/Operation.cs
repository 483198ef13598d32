namespace Declarative.Generators.Rules;

/// <summary>The operations of the intermediate representation. Each works on numbers and on tensors entry by entry.</summary>
internal enum Operation
{
    Add,
    Subtract,
    Multiply,
    Divide,
    Negate,
    Reciprocal,
    Square,
    SquareRoot,
    Power,
    Exponential,
    Logarithm,
    Absolute,
    Sign,

    /// <summary>1 / x, and 0 where x is 0; only in derivatives.</summary>
    ReciprocalOrZero,

    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    And,
    Or,
    Not,

    /// <summary>A value taken as a constant.</summary>
    Stop,

    /// <summary>A tensor like another, every entry the same number.</summary>
    Fill,
}

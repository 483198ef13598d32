namespace Declarative.Generators.Rules;

/// <summary>The operations of the intermediate representation; what each means and how it is differentiated is in
/// <see cref="Operations"/>.</summary>
internal enum Operation
{
    // Arithmetic, on numbers and on tensors entry by entry.
    Add,
    Subtract,
    Multiply,
    Divide,
    Negate,
    Reciprocal,
    Square,
    SquareRoot,
    Power,
    Remainder,

    // Functions.
    Exponential,
    ExponentialMinusOne,
    Logarithm,
    LogarithmOfOnePlus,
    Sigmoid,
    HyperbolicTangent,
    Softplus,
    Sine,
    Cosine,
    Tangent,
    HyperbolicSine,
    HyperbolicCosine,
    Arctangent,
    ErrorFunction,

    // Kinks and steps.
    Absolute,
    Maximum,
    Minimum,
    Clamp,
    Select,
    Sign,
    Floor,
    Ceiling,
    Round,
    Truncate,

    // Conditions: of numbers, and of tensors entry by entry.
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    And,
    Or,
    Not,
    IsFinite,
    IsNotANumber,

    /// <summary>A value taken as a constant.</summary>
    Stop,

    /// <summary>A tensor like another, every entry the same number.</summary>
    Fill,

    /// <summary>A tensor as it meets another of a different shape; written by whoever reads it, so that it is never computed.</summary>
    Broadcast,

    // Reductions.
    Sum,
    SumAlong,
    Largest,
    LargestAlong,
    CumulativeSum,

    // Shapes.
    Reshape,
    Flatten,
    Squeeze,
    Unsqueeze,
    Expand,
    Transpose,
    TransposeMatrix,
    Permute,
    Narrow,
    Index,
    Concatenate,
    Stack,
    MatrixProduct,

    // What a shape is: numbers, and lists of them.
    EntryCount,
    Size,
    Rank,
    ShapeOf,
    ShapeList,

    // Only in derivatives.

    /// <summary>1 / x, and 0 where x is 0.</summary>
    ReciprocalOrZero,

    /// <summary>ln x, and 0 where x is 0.</summary>
    LogarithmOrZero,

    /// <summary>1 where x > y, 0 where x is smaller, and ½ where they are equal: what of a maximum's derivative goes to x.</summary>
    ShareAbove,

    /// <summary>x where a condition holds, and 0 elsewhere, whatever x is there.</summary>
    KeepWhere,

    /// <summary>What of the derivative of a largest entry goes to each entry: equal shares among the largest.</summary>
    ShareOfLargest,

    /// <summary>The same, along dimensions.</summary>
    ShareOfLargestAlong,
}

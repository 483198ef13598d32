namespace Declarative;

/// <summary>The values a hyperparameter may take, in the form an attribute can hold. Each member has its class derived from
/// <see cref="HyperparameterDomain"/>, which holds the mathematics.</summary>
public enum Domain
{
    /// <summary>Every finite number.</summary>
    Real,

    /// <summary>(0, ∞), learned on a logarithmic scale. Closed: 0 is a value that a fixed hyperparameter may keep.</summary>
    Positive,

    /// <summary>(0, 1), learned on a logit scale. Closed: 0 and 1 may be kept by a fixed hyperparameter.</summary>
    UnitInterval,

    /// <summary>(Min, Max), learned on a scaled logit. Needs <see cref="HyperparameterAttribute.Min"/> and
    /// <see cref="HyperparameterAttribute.Max"/>.</summary>
    Interval,
}

namespace Declarative;

/// <summary>Supplies a partial derivative of a method that an update rule calls and the rule language does not know:
/// <c>[DerivativeOf(nameof(F))] static Tensor FByX(Tensor x, double c, Tensor value)</c> is ∂F/∂x of <c>Tensor F(Tensor x, double c)</c>.</summary>
/// <remarks>F must act entry by entry. The derivative takes F's parameters and then its value, and gives the partial derivative with
/// respect to one argument, entry by entry: a tensor where F gives one, a number where F gives a number. It belongs to the class of the
/// rule. An argument on which the derivative depends and for which none is supplied is an error.</remarks>
[AttributeUsage(AttributeTargets.Method)]
public sealed class DerivativeOfAttribute : Attribute
{
    /// <summary>A derivative of a method of the same class.</summary>
    /// <param name="method">The method's name.</param>
    public DerivativeOfAttribute(string method) => Method = method;

    /// <summary>A derivative of a method of another class.</summary>
    /// <param name="type">The class that declares the method.</param>
    /// <param name="method">The method's name.</param>
    public DerivativeOfAttribute(Type type, string method)
    {
        Type = type;
        Method = method;
    }

    /// <summary>The class that declares the method; null for the class of the rule.</summary>
    public Type? Type { get; }

    /// <summary>The method's name.</summary>
    public string Method { get; }

    /// <summary>The position, from 0, of the parameter with respect to which this is the derivative.</summary>
    public int Argument { get; set; }
}

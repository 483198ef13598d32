using System.Linq;

namespace Declarative.Generators.Rules;

/// <summary>A call of a method that the rule language does not know, and of which the user supplies derivatives.</summary>
/// <param name="Text">How C# writes the method: <c>global::N.T.F</c>, or <c>.F</c> where the first argument is the receiver.</param>
/// <param name="Arguments">All of them, in the order of the parameters.</param>
/// <param name="Casts">How C# writes the conversion of each argument; empty for none.</param>
/// <param name="Partials">How C# writes the method that gives the partial derivative with respect to each argument; empty for none.</param>
/// <param name="Kind">What it gives.</param>
internal sealed record Call(
    string Text, EquatableArray<Node> Arguments, EquatableArray<string> Casts, EquatableArray<string> Partials, ValueKind Kind) : Node(Kind)
{
    /// <summary>The name of the derivative rule.</summary>
    public const string Rule = "supplied derivative";

    /// <summary>The method's name, as that of a variable.</summary>
    public string ResultName
    {
        get
        {
            string name = Text.Substring(Text.LastIndexOf('.') + 1).TrimStart('@');
            return char.ToLowerInvariant(name[0]) + name.Substring(1) + "Value";
        }
    }

    /// <summary>The partial derivative with respect to an argument: a call of the method that supplies it, with the value as last argument.</summary>
    public Call PartialOf(int argument, Node value) => new(
        Partials[argument], Arguments.Append(value).ToEquatable(), Casts.Append("").ToEquatable(),
        Arguments.Select(_ => "").Append("").ToEquatable(), Kind);

    /// <summary>Whether there is a derivative with respect to an argument.</summary>
    public bool HasPartial(int argument) => Partials[argument].Length > 0;
}

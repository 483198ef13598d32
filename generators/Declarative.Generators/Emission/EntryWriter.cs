using System;
using System.Collections.Generic;
using System.Linq;
using Declarative.Generators.Rules;

namespace Declarative.Generators.Emission;

/// <summary>Writes tensors as their entries, a register of them at a time: <c>System.Numerics.Vector&lt;T&gt;</c> in place of a tensor.</summary>
/// <param name="names">Names that are still free.</param>
internal sealed class EntryWriter(UniqueNames names)
{
    /// <summary>What an entry's type is called.</summary>
    public const string EntryType = "TEntry";

    /// <summary>The runtime's operations on entries.</summary>
    public const string Operations = "global::Declarative.Rules.EntryOperations.";

    private const string Vector = "global::System.Numerics.Vector.";
    private const int Primary = 8;
    private const int Product = 6;
    private const int Sum = 5;

    // An operation that is not here makes its rule run operation by operation.
    private static readonly Dictionary<Operation, string> forms = new()
    {
        [Operation.Reciprocal] = Operations + "Reciprocal({0})",
        [Operation.Square] = Operations + "Square({0})",
        [Operation.SquareRoot] = Vector + "SquareRoot({0})",
        [Operation.Fill] = "{1}",
        [Operation.Absolute] = Vector + "Abs({0})",
        [Operation.Sign] = Operations + "Sign({0})",
        [Operation.Maximum] = Vector + "Max({0}, {1})",
        [Operation.Minimum] = Vector + "Min({0}, {1})",
        [Operation.Clamp] = $"{Vector}Min({Vector}Max({{0}}, {{1}}), {{2}})",
        [Operation.Select] = Vector + "ConditionalSelect({0}, {1}, {2})",
        [Operation.Equal] = Vector + "Equals({0}, {1})",
        [Operation.NotEqual] = $"{Vector}OnesComplement({Vector}Equals({{0}}, {{1}}))",
        [Operation.Less] = Vector + "LessThan({0}, {1})",
        [Operation.LessOrEqual] = Vector + "LessThanOrEqual({0}, {1})",
        [Operation.Greater] = Vector + "GreaterThan({0}, {1})",
        [Operation.GreaterOrEqual] = Vector + "GreaterThanOrEqual({0}, {1})",
        [Operation.And] = Vector + "BitwiseAnd({0}, {1})",
        [Operation.Or] = Vector + "BitwiseOr({0}, {1})",
        [Operation.Not] = Vector + "OnesComplement({0})",
    };

    private readonly Dictionary<Node, string> numbers = [];

    /// <summary>The numbers that entries have met so far, and the names of their registers.</summary>
    public IReadOnlyDictionary<Node, string> Numbers => numbers;

    /// <summary>Whether a value can be written.</summary>
    public static bool CanWrite(Node node) => node switch
    {
        Variable variable => variable.Kind is ValueKind.Mask || variable.Extent == Extent.Parameter,
        Sum sum => sum.Terms.All(term => IsNumber(term.Factor) && (term.Tensor is null || (!IsMask(term.Tensor) && CanWrite(term.Tensor)))),
        Apply apply => (forms.ContainsKey(apply.Operation) || apply.Operation is Operation.Add or Operation.Subtract or Operation.Multiply or Operation.Divide
            or Operation.Negate) && apply.Arguments.Select((argument, i) => IsMask(argument) == TakesMask(apply.Operation, i)
                && (IsTensor(argument) ? CanWrite(argument) : IsNumber(argument))).All(can => can),
        _ => false,
    };

    // All bits of an entry of a mask are those of its truth; no number is, and none must be taken for the other.
    private static bool TakesMask(Operation operation, int argument) =>
        operation is Operation.And or Operation.Or or Operation.Not || (operation is Operation.Select && argument == 0);

    private static bool IsMask(Node node) => node.Kind is ValueKind.Mask;

    /// <summary>Whether a value is a number, or a condition, that may be computed in advance: it calls nothing.</summary>
    public static bool IsNumber(Node node) => node.Kind is ValueKind.Number or ValueKind.Flag && node switch
    {
        Variable or Constant or Flag or Setting => true,
        Apply apply => apply.Arguments.All(IsNumber),
        _ => false,
    };

    /// <summary>Whether a value has entries.</summary>
    public static bool IsTensor(Node node) => node.Kind is ValueKind.Tensor or ValueKind.Mask;

    /// <summary>Writes a value for which <see cref="CanWrite"/> holds.</summary>
    public string Write(Node node) => Write(node, 0);

    private string Write(Node node, int binding)
    {
        (string text, int own) = node switch
        {
            { Kind: ValueKind.Number } => (Register(node), Primary),
            Variable variable => (variable.Name, Primary),
            Sum sum => Write(sum),
            Apply apply => Write(apply),
            _ => throw new InvalidOperationException($"{node.GetType().Name} has no entries."),
        };
        return own < binding ? $"({text})" : text;
    }

    private (string Text, int Binding) Write(Sum sum)
    {
        // The order is the rule's; a term that is subtracted cannot come first.
        Term[] terms = [.. sum.Terms.OrderBy(term => IsMinusOne(term.Factor) ? 1 : 0)];
        string text = Write(terms[0], isSubtracted: false, binding: terms.Length == 1 ? Product : Sum);
        foreach (Term term in terms.Skip(1))
            text += IsMinusOne(term.Factor) ? $" - {Write(term, isSubtracted: true, Product)}" : $" + {Write(term, isSubtracted: false, Product)}";
        return (text, terms.Length == 1 ? Product : Sum);
    }

    private string Write(Term term, bool isSubtracted, int binding) => term.Tensor is not { } tensor ? isSubtracted ? Register(Constant.One) : Register(term.Factor)
        : isSubtracted || term.Factor is Constant { Value: 1 } ? Write(tensor, binding)
        : $"{Register(term.Factor)} * {Write(tensor, Product + 1)}";

    private (string Text, int Binding) Write(Apply apply)
    {
        EquatableArray<Node> arguments = apply.Arguments;
        return apply.Operation switch
        {
            Operation.Add => ($"{Write(arguments[0], Sum)} + {Write(arguments[1], Product)}", Sum),
            Operation.Subtract => ($"{Write(arguments[0], Sum)} - {Write(arguments[1], Product)}", Sum),
            Operation.Multiply => ($"{Write(arguments[0], Product)} * {Write(arguments[1], Product + 1)}", Product),
            Operation.Divide => ($"{Write(arguments[0], Product)} / {Write(arguments[1], Product + 1)}", Product),
            Operation.Negate => ($"-{Write(arguments[0], Primary)}", Product + 1),
            _ => (string.Format(System.Globalization.CultureInfo.InvariantCulture, forms[apply.Operation], [.. arguments.Select(argument => (object)Write(argument))]), Primary),
        };
    }

    private string Register(Node number)
    {
        if (numbers.TryGetValue(number, out string name))
            return name;
        string bare = number switch
        {
            Variable variable => variable.Name,
            Constant => "constant",
            Apply apply => UniqueNames.OfResult(apply.Operation),
            _ => "setting",
        };
        name = names.Take(UniqueNames.Prefixed("every", bare));
        numbers.Add(number, name);
        return name;
    }

    private static bool IsMinusOne(Node node) => node is Constant { Value: -1 };
}

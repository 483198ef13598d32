using System;
using System.Globalization;
using System.Linq;
using Declarative.Generators.Rules;

namespace Declarative.Generators.Emission;

/// <summary>Writes numbers and conditions as C# expressions, with no more parentheses than needed.</summary>
internal static class NumberWriter
{
    private const int Primary = 8;
    private const int Prefix = 7;

    /// <summary>A number as a C# literal, the same on every machine.</summary>
    public static string Literal(double value)
    {
        if (double.IsNaN(value))
            return "double.NaN";
        if (double.IsInfinity(value))
            return value > 0 ? "double.PositiveInfinity" : "double.NegativeInfinity";
        string text = value.ToString("R", CultureInfo.InvariantCulture);
        return text.Any(character => character is '.' or 'E' or 'e') ? text : text + ".0";
    }

    /// <summary>A number or a condition.</summary>
    public static string Write(Node node) => Write(node, 0);

    /// <summary>A number on which a method can be called.</summary>
    public static string WriteReceiver(Node node) => node is Constant { Value: >= 0 } constant ? Literal(constant.Value) : Write(node, Primary);

    private static string Write(Node node, int binding)
    {
        (string text, int own) = node switch
        {
            Constant { Value: < 0 } constant => (Short(constant.Value), Prefix),
            Constant constant => (Short(constant.Value), Primary),
            Flag flag => (flag.Value ? "true" : "false", Primary),
            Variable variable => (variable.Name, Primary),
            Setting { Kind: ValueKind.Number, IsDouble: false } setting => ("(double)" + setting.Text, Prefix),
            Setting setting => (setting.Text, Primary),
            Apply apply => Write(apply),
            Call call => (CallWriter.Write(call), Primary),
            _ => throw new InvalidOperationException($"{node.GetType().Name} is no number."),
        };
        return own < binding ? $"({text})" : text;
    }

    private static (string Text, int Binding) Write(Apply apply)
    {
        EquatableArray<Node> arguments = apply.Arguments;
        return apply.Operation switch
        {
            Operation.Add => Infix("+", 5, 6),
            Operation.Subtract => Infix("-", 5, 6),
            Operation.Multiply => Infix("*", 6, 7),
            Operation.Divide => Infix("/", 6, 7),
            Operation.Less => Infix("<", 4, 5),
            Operation.LessOrEqual => Infix("<=", 4, 5),
            Operation.Greater => Infix(">", 4, 5),
            Operation.GreaterOrEqual => Infix(">=", 4, 5),
            Operation.Equal => Infix("==", 3, 4),
            Operation.NotEqual => Infix("!=", 3, 4),
            Operation.And => Infix("&&", 2, 2),
            Operation.Or => Infix("||", 1, 1),
            Operation.Negate => ("-" + Write(arguments[0], Primary), Prefix),
            Operation.Not => ("!" + Write(arguments[0], Primary), Prefix),
            Operation.Reciprocal => ("1 / " + Write(arguments[0], 7), 6),
            Operation.Square => ($"{Write(arguments[0], 6)} * {Write(arguments[0], 6)}", 6),
            _ => (ExpressionWriter.Fill(apply.Operation.Definition().Number ?? throw new InvalidOperationException($"{apply.Operation} does not work on numbers."),
                arguments), Primary),
        };

        (string, int) Infix(string symbol, int left, int right) => ($"{Write(arguments[0], left)} {symbol} {Write(arguments[1], right)}", left);
    }

    // Whole numbers meet doubles only; 1 reads better than 1.0.
    private static string Short(double value) =>
        value == Math.Floor(value) && Math.Abs(value) < 1e9 ? value.ToString("R", CultureInfo.InvariantCulture) : Literal(value);
}

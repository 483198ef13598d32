using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;
using Declarative.Generators.Rules;

namespace Declarative.Generators.Emission;

/// <summary>Writes expressions of every kind, by the text that their operations are defined with.</summary>
internal static class ExpressionWriter
{
    private static readonly Regex placeholder = new(@"\{(?<index>\d)(?<all>\.\.)?(?<long>:long)?\}|\{\{|\}\}", RegexOptions.CultureInvariant);

    public static string Write(Node node) => node.Kind switch
    {
        ValueKind.Tensor or ValueKind.Mask => TensorWriter.Expression(node),
        _ => NumberWriter.Write(node),
    };

    /// <summary>A number that is a dimension, an index or a count.</summary>
    public static string WriteWholeNumber(Node node) => node is Constant ? Write(node) : $"(long)({Write(node)})";

    /// <summary>Fills a text with arguments: <c>{1}</c> is one, <c>{1:long}</c> one that is a whole number, <c>{1..}</c> are all from there
    /// on. A text that begins with an argument calls a method on it.</summary>
    public static string Fill(string text, EquatableArray<Node> arguments) => placeholder.Replace(text, match =>
    {
        if (match.Value.Length == 2)
            return match.Value.Substring(1);
        int index = match.Groups["index"].Value[0] - '0';
        Func<Node, string> write = match.Groups["long"].Success ? WriteWholeNumber : Write;
        return match.Groups["all"].Success ? string.Join(", ", arguments.Skip(index).Select(write))
            : match.Index == 0 && match.Length < text.Length && arguments[index].Kind == ValueKind.Number ? NumberWriter.WriteReceiver(arguments[index])
            : write(arguments[index]);
    });

    /// <summary>Whether what is written has the shape that it stands for, rather than one which becomes that when it meets the others.</summary>
    public static bool IsWhole(Node node) => node switch
    {
        Apply { Operation: Operation.Broadcast } => false,
        Apply apply when apply.Operation.Definition().Shape == ShapeRule.EntryByEntry => apply.Arguments.Any(argument => IsTensor(argument) && IsWhole(argument))
            || apply.Arguments.OfType<Apply>().Any(argument => argument.Operation == Operation.Broadcast && apply.Arguments.OfType<Apply>().Any(other =>
                other.Operation == Operation.Broadcast && other.Arguments[0].Equals(argument.Arguments[1]) && other.Arguments[1].Equals(argument.Arguments[0]))),
        Sum sum => sum.Terms.Any(term => term.Tensor is not null && IsWhole(term.Tensor)),
        _ => true,
    };

    /// <summary>A tensor in the shape that it stands for.</summary>
    public static string WriteWhole(Node node)
    {
        if (IsWhole(node))
            return Write(node);
        Apply meeting = Meetings(node).First();
        return $"{Write(node)}.ExpandWith({Write(meeting.Arguments[1])})";
    }

    private static IEnumerable<Apply> Meetings(Node node) => node switch
    {
        Apply { Operation: Operation.Broadcast } meeting => [meeting],
        Apply apply => apply.Arguments.SelectMany(Meetings),
        Sum sum => sum.Terms.SelectMany(term => term.Tensor is null ? [] : Meetings(term.Tensor)),
        _ => [],
    };

    private static bool IsTensor(Node node) => node.Kind is ValueKind.Tensor or ValueKind.Mask;
}

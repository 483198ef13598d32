using System.Linq;
using Declarative.Generators.Rules;

namespace Declarative.Generators.Emission;

/// <summary>Writes calls of methods that are the user's.</summary>
internal static class CallWriter
{
    public static string Write(Call call)
    {
        string[] arguments = [.. call.Arguments.Select((argument, i) => Write(argument, call.Casts[i]))];
        return call.Text[0] == '.'
            ? $"{arguments[0]}{call.Text}({string.Join(", ", arguments.Skip(1))})"
            : $"{call.Text}({string.Join(", ", arguments)})";
    }

    private static string Write(Node argument, string cast)
    {
        string text = ExpressionWriter.Write(argument);
        return cast.Length == 0 ? text : $"{cast}({text})";
    }
}

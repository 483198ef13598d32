using System.Globalization;
using System.Runtime.CompilerServices;
using System.Threading;

namespace Declarative.Generators.Incrementality;

/// <summary>Tells objects apart without keeping them alive: each has a number of its own.</summary>
internal static class ObjectNumber
{
    private static readonly ConditionalWeakTable<object, string> Numbers = new();
    private static int last;

    public static string Of(object item) =>
        Numbers.GetValue(item, static _ => Interlocked.Increment(ref last).ToString(CultureInfo.InvariantCulture));
}

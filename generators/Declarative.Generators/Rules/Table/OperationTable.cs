using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;

namespace Declarative.Generators.Rules;

/// <summary>All calls that the rule language knows, as data: the parser reads it, tests and documentation enumerate it.</summary>
internal static class OperationTable
{
    public static ImmutableArray<OperationRow> Rows { get; } =
    [
        .. ArithmeticRows.All, .. FunctionRows.All, .. KinkRows.All, .. ReductionRows.All, .. ShapeRows.All, .. FillRows.All,
    ];

    private static readonly Dictionary<string, OperationRow> bySymbol = Rows.ToDictionary(row => row.Symbol);

    /// <summary>The row of a bound method, if there is one.</summary>
    public static OperationRow? Find(string symbol) => bySymbol.TryGetValue(symbol, out OperationRow row) ? row : null;
}

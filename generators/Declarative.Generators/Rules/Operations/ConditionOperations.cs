using System.Collections.Generic;

namespace Declarative.Generators.Rules;

/// <summary>Conditions have no derivative. On numbers they are written by <c>NumberWriter</c>, as operators.</summary>
internal static class ConditionOperations
{
    public static IReadOnlyDictionary<Operation, OperationDefinition> All { get; } = new Dictionary<Operation, OperationDefinition>
    {
        [Operation.Equal] = new("", "{0}.IsEqual({1})", null),
        [Operation.NotEqual] = new("", "{0}.IsNotEqual({1})", null),
        [Operation.Less] = new("", "{0}.IsLess({1})", null),
        [Operation.LessOrEqual] = new("", "{0}.IsLessOrEqual({1})", null),
        [Operation.Greater] = new("", "{0}.IsGreater({1})", null),
        [Operation.GreaterOrEqual] = new("", "{0}.IsGreaterOrEqual({1})", null),
        [Operation.And] = new("", "{0}.logical_and({1})", null),
        [Operation.Or] = new("", "{0}.logical_or({1})", null),
        [Operation.Not] = new("", "{0}.logical_not()", null),
        [Operation.IsFinite] = new("", "{0}.isfinite()", "double.IsFinite({0})"),
        [Operation.IsNotANumber] = new("", "{0}.isnan()", "double.IsNaN({0})"),
    };
}

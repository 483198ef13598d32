using System.Collections;
using System.Reflection;
using Microsoft.CodeAnalysis;

namespace Declarative.Generators.Tests;

/// <summary>Walks through everything that an object holds.</summary>
internal static class ObjectGraph
{
    private static readonly Type[] banned =
        [typeof(Compilation), typeof(ISymbol), typeof(SyntaxNode), typeof(SyntaxTree), typeof(SemanticModel), typeof(IOperation), typeof(Location), typeof(Diagnostic)];

    /// <summary>Asserts that an object, kept between runs, does not keep a compilation alive.</summary>
    public static void AssertHoldsNoCompilation(object root)
    {
        var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
        Visit(root, root.GetType().Name);

        void Visit(object? node, string path)
        {
            if (node is null or string || !seen.Add(node))
                return;
            Type type = node.GetType();
            Assert.False(banned.Any(item => item.IsAssignableFrom(type)), $"{path} holds a {type.Name}");
            if (type.IsPrimitive || type.IsEnum)
                return;
            if (node is IEnumerable items)
                foreach (object? item in items)
                    Visit(item, path + "[]");
            for (Type? current = type; current is not null; current = current.BaseType)
                foreach (FieldInfo field in current.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
                    if (!field.FieldType.IsPrimitive && !field.FieldType.IsPointer)
                        Visit(field.GetValue(node), $"{path}.{field.Name}");
        }
    }
}

using System.Collections.Generic;
using System.Linq;
using Declarative.Generators.Analyzers;
using Declarative.Generators.Models;
using Declarative.Generators.Rules;
using Microsoft.CodeAnalysis;

namespace Declarative.Generators.Parsing;

/// <summary>The partial derivatives that the class of a rule supplies for methods that the rule language does not know.</summary>
internal sealed class SuppliedDerivatives
{
    /// <summary>What else can be done where no derivative can be supplied.</summary>
    public const string NoAdvice = "write it with operations of the rule language";

    private readonly Scope scope;
    private readonly Dictionary<IMethodSymbol, Function> functions = new(SymbolEqualityComparer.Default);
    private readonly HashSet<IMethodSymbol> refused = new(SymbolEqualityComparer.Default);
    private readonly List<(IMethodSymbol Derivative, IMethodSymbol Of)> supplied = [];
    private readonly HashSet<IMethodSymbol> called = new(SymbolEqualityComparer.Default);

    public SuppliedDerivatives(Scope scope, Compilation compilation)
    {
        this.scope = scope;
        foreach (ISymbol member in scope.Class.GetMembers())
            if (member is IMethodSymbol { MethodKind: MethodKind.Ordinary } method && method.Find(KnownNames.DerivativeOfAttribute) is { } attribute)
                Add(method, attribute, compilation);
    }

    /// <summary>A method with supplied derivatives.</summary>
    /// <param name="Text">How C# writes it.</param>
    /// <param name="Parameters">What it is given: a receiver that is a tensor comes first.</param>
    /// <param name="Casts">How C# writes the conversion of each argument.</param>
    /// <param name="Partials">How C# writes the derivative with respect to each argument; empty for none.</param>
    /// <param name="Kind">What it gives.</param>
    internal sealed record Function(string Text, (ITypeSymbol Type, string Name)[] Parameters, string[] Casts, string[] Partials, ValueKind Kind);

    /// <summary>What is supplied for a method; null for nothing.</summary>
    public Function? Find(IMethodSymbol method)
    {
        if (functions.Count == 0 || !functions.TryGetValue(method, out Function function))
            return null;
        called.Add(method);
        return function;
    }

    /// <summary>Reports the derivatives of methods that the rule does not call.</summary>
    public void ReportUnused()
    {
        foreach ((IMethodSymbol derivative, IMethodSymbol of) in supplied)
            if (!called.Contains(of))
                scope.Report(Diagnostics.UnusedDerivative, derivative, derivative.Name, of.Name);
    }

    /// <summary>What can be done about a method without a derivative.</summary>
    /// <param name="method">The method.</param>
    /// <param name="argument">The argument of which the derivative is missing.</param>
    public string Advice(IMethodSymbol method, int argument)
    {
        method = (method.ReducedFrom ?? method).OriginalDefinition;
        if (!CanHave(method) || argument >= ParametersOf(method).Length)
            return NoAdvice;
        bool isOwn = SymbolEqualityComparer.Default.Equals(method.ContainingType.OriginalDefinition, scope.Class.OriginalDefinition);
        string type = method.ContainingType.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat);
        string of = isOwn ? $"nameof({method.Name})" : $"typeof({type}), nameof({type}.{method.Name})";
        string name = Identifier.Capitalized(method.Name.TrimEnd('_')) + "By" + Identifier.Capitalized(ParametersOf(method)[argument].Name);
        return $"{NoAdvice}, or supply '[DerivativeOf({of}{(argument == 0 ? "" : $", Argument = {argument}")})] {Signature(method, name, isStatic: true)}'";
    }

    private void Add(IMethodSymbol derivative, AttributeData attribute, Compilation compilation)
    {
        var type = attribute.ConstructorArguments.Length > 1 ? attribute.ConstructorArguments[0].Value as INamedTypeSymbol : null;
        var name = attribute.ConstructorArguments.Length > 0 ? attribute.ConstructorArguments[attribute.ConstructorArguments.Length - 1].Value as string : null;
        int argument = attribute.NamedArguments.FirstOrDefault(named => named.Key == "Argument").Value.Value as int? ?? 0;
        IMethodSymbol[] candidates = [.. Candidates(type, name ?? "").Where(candidate => compilation.IsSymbolAccessibleWithin(candidate, scope.Class))];
        IMethodSymbol? of = candidates.FirstOrDefault(candidate => Fits(derivative, candidate)) ?? candidates.FirstOrDefault();
        if (of is null)
            scope.Report(Diagnostics.IllegalDerivative, derivative, derivative.Name, "given a method of doubles and tensors that gives one of them", name ?? "");
        else if (argument < 0 || argument >= ParametersOf(of).Length || !IsActiveType(ParametersOf(of)[argument].Type))
            scope.Report(Diagnostics.IllegalDerivative, derivative, derivative.Name, "given the position of a parameter that is a double or a tensor", of.Name);
        else if (!Fits(derivative, of))
        {
            refused.Add(of);
            scope.Report(Diagnostics.IllegalDerivative, derivative, derivative.Name, $"'{Signature(of, derivative.Name, derivative.IsStatic)}'", of.Name);
        }
        else
        {
            if (!functions.TryGetValue(of, out Function function))
                functions.Add(of, function = New(of));
            function.Partials[argument] = TextOf(derivative);
            supplied.Add((derivative, of));
        }
    }

    /// <summary>Whether a derivative of a method has been reported: nothing more need be said about calls of it.</summary>
    public bool IsRefused(IMethodSymbol method) => refused.Contains(method);

    private IEnumerable<IMethodSymbol> Candidates(INamedTypeSymbol? type, string name)
    {
        for (INamedTypeSymbol? owner = type ?? scope.Class; owner is not null; owner = owner.BaseType)
            foreach (ISymbol member in owner.OriginalDefinition.GetMembers(name))
                if (member is IMethodSymbol method && CanHave(method) && (type is null || method.IsStatic || type.Is(KnownNames.Tensor)))
                    yield return method;
    }

    private static bool CanHave(IMethodSymbol method) => method is { IsGenericMethod: false, IsExtensionMethod: false, MethodKind: MethodKind.Ordinary }
        && (method.IsStatic || method.ContainingType.Is(KnownNames.Tensor) || !method.DeclaringSyntaxReferences.IsEmpty)
        && IsActiveType(method.ReturnType)
        && method.Parameters.All(parameter => parameter.RefKind == RefKind.None
            && (IsActiveType(parameter.Type) || parameter.Type.IsNumber() || parameter.Type.IsEnum() || parameter.Type.SpecialType == SpecialType.System_Boolean))
        && (method.ReturnType.Is(KnownNames.Tensor) || !ParametersOf(method).Any(parameter => parameter.Type.Is(KnownNames.Tensor)));

    private static bool IsActiveType(ITypeSymbol type) => type.SpecialType == SpecialType.System_Double || type.Is(KnownNames.Tensor);

    private static bool Fits(IMethodSymbol derivative, IMethodSymbol of)
    {
        (ITypeSymbol Type, string Name)[] expected = [.. ParametersOf(of), (of.ReturnType, "value")];
        return derivative.Parameters.Length == expected.Length && !derivative.IsGenericMethod && !derivative.IsAsync
            && SymbolEqualityComparer.Default.Equals(derivative.ReturnType, of.ReturnType)
            && derivative.Parameters.Zip(expected, (parameter, wanted) =>
                parameter.RefKind == RefKind.None && SymbolEqualityComparer.Default.Equals(parameter.Type, wanted.Type)).All(fits => fits);
    }

    private static (ITypeSymbol Type, string Name)[] ParametersOf(IMethodSymbol method)
    {
        IEnumerable<(ITypeSymbol, string)> parameters = method.Parameters.Select(parameter => (parameter.Type, parameter.Name));
        return method.IsStatic || !method.ContainingType.Is(KnownNames.Tensor) ? [.. parameters] : [(method.ContainingType, "x"), .. parameters];
    }

    private static Function New(IMethodSymbol method)
    {
        (ITypeSymbol Type, string Name)[] parameters = ParametersOf(method);
        string text = method.IsStatic ? TextOf(method) : method.ContainingType.Is(KnownNames.Tensor) ? "." + Identifier.Escape(method.Name) : TextOf(method);
        return new(text, parameters, [.. parameters.Select(parameter => Cast(parameter.Type))], [.. parameters.Select(_ => "")],
            method.ReturnType.Is(KnownNames.Tensor) ? ValueKind.Tensor : ValueKind.Number);
    }

    // Numbers are doubles in the generated step.
    private static string Cast(ITypeSymbol type) => IsActiveType(type) || type.SpecialType == SpecialType.System_Boolean ? ""
        : $"({type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat)})";

    private static string TextOf(IMethodSymbol method) =>
        (method.IsStatic ? method.ContainingType.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat) : "this") + "." + Identifier.Escape(method.Name);

    private static string Signature(IMethodSymbol of, string name, bool isStatic)
    {
        (ITypeSymbol Type, string Name)[] parameters = ParametersOf(of);
        string value = parameters.Any(parameter => parameter.Name == "value") ? "result" : "value";
        return $"{(isStatic ? "static " : "")}{Short(of.ReturnType)} {name}("
            + string.Join(", ", parameters.Append((of.ReturnType, value)).Select(parameter => $"{Short(parameter.Item1)} {Identifier.Escape(parameter.Item2)}")) + ")";
    }

    // Users write Tensor, by "using static TorchSharp.torch".
    private static string Short(ITypeSymbol type) => type.Is(KnownNames.Tensor) ? "Tensor"
        : type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat);
}

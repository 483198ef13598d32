using System.Linq;
using Declarative.Generators.Analyzers;
using Declarative.Generators.Models;
using Microsoft.CodeAnalysis;

namespace Declarative.Generators.Parsing;

/// <summary>Reads a field or a partial property with <c>[State]</c>.</summary>
internal static class StateParser
{
    /// <param name="member">The member.</param>
    /// <param name="canHaveStates">Whether its class has a rule, or is there to be derived from.</param>
    /// <param name="report">Told what is wrong.</param>
    public static StateModel Parse(ISymbol member, bool canHaveStates, Report report)
    {
        Location? location = member.Locations.FirstOrDefault();
        ITypeSymbol type = DeclaredMember.TypeOf(member);
        if (!DeclaredMember.CanBeGenerated(member, hasSetter: true))
            report(Diagnostics.ReadOnlyMember, location, member.Name, "{ get; set; }");
        if (!canHaveStates || !(type.Is(KnownNames.Tensor) || type.SpecialType == SpecialType.System_Double))
            report(Diagnostics.IllegalState, location, member.Name, "must be a 'Tensor' or a 'double' of a class with an update rule, or of an abstract class");
        else if (StateCondition.NameOf(member) is { } name && type.SpecialType == SpecialType.System_Double)
            report(Diagnostics.IllegalState, location, member.Name, $"is a number, which costs nothing, so that it needs no If = \"{name}\"");
        else if (StateCondition.NameOf(member) is { } missing && StateCondition.Find(member) is null)
            report(Diagnostics.IllegalState, location, member.Name, $"is there only if '{missing}', which must be a 'bool': a field, a property, or a parameter of its class's primary constructor");
        return Read(member, member.ContainingType);
    }

    /// <summary>Reads a state of which has been reported what is wrong.</summary>
    /// <param name="member">The member.</param>
    /// <param name="type">The class for which code is generated: its own, or one that inherits it.</param>
    public static StateModel Read(ISymbol member, INamedTypeSymbol type)
    {
        double initial = member.Find(KnownNames.StateAttribute)!.NamedArguments.FirstOrDefault(argument => argument.Key == "Initial").Value.Value as double? ?? 0;
        return new(member.Name, DeclaredMember.TypeOf(member).SpecialType == SpecialType.System_Double, initial,
            StateCondition.Find(member) is { } condition ? ConfigurationName.Of(condition, type) : null);
    }
}

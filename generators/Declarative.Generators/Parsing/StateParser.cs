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
            report(Diagnostics.IllegalState, location, member.Name);
        return Read(member);
    }

    /// <summary>Reads a state of which has been reported what is wrong.</summary>
    public static StateModel Read(ISymbol member)
    {
        double initial = member.Find(KnownNames.StateAttribute)!.NamedArguments.FirstOrDefault(argument => argument.Key == "Initial").Value.Value as double? ?? 0;
        return new(member.Name, DeclaredMember.TypeOf(member).SpecialType == SpecialType.System_Double, initial);
    }
}

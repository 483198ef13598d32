using System.Globalization;
using System.Linq;
using Declarative.Generators.Analyzers;
using Declarative.Generators.Models;
using Microsoft.CodeAnalysis;

namespace Declarative.Generators.Parsing;

/// <summary>Reads a field or a partial property with <c>[Hyperparameter]</c>.</summary>
internal static class HyperparameterParser
{
    /// <param name="member">The member.</param>
    /// <param name="attribute">Its attribute.</param>
    /// <param name="hasRule">Whether its class has an update rule.</param>
    /// <param name="report">Told what is wrong.</param>
    public static HyperparameterModel Parse(ISymbol member, AttributeData attribute, bool hasRule, Report report)
    {
        Location? location = member.Locations.FirstOrDefault();
        ITypeSymbol type = DeclaredMember.TypeOf(member);
        if (!DeclaredMember.CanBeGenerated(member, hasSetter: false))
            report(Diagnostics.ReadOnlyMember, location, member.Name, "{ get; }");
        bool isTensor = type.Is(KnownNames.Tensor);
        bool isNumber = type.SpecialType == SpecialType.System_Double;
        // The rule that reads a number may be that of a derived class.
        if (hasRule ? !isNumber : !isTensor && !(isNumber && member.ContainingType.IsAbstract))
            report(Diagnostics.UnsupportedHyperparameterType, location, member.Name, type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat));

        double start = attribute.ConstructorArguments.Length > 0 ? attribute.ConstructorArguments[0].Value as double? ?? double.NaN : double.NaN;
        string domain = attribute.ConstructorArguments.Length > 1 ? DomainName(attribute.ConstructorArguments[1]) : "Real";
        double min = Named(attribute, "Min") as double? ?? double.NaN;
        double max = Named(attribute, "Max") as double? ?? double.NaN;
        if (Complaint(start, domain, min, max) is { } complaint)
            report(Diagnostics.IllegalStart, attribute.Location() ?? location, member.Name, complaint);

        var size = Named(attribute, "Size") as string;
        (string? count, string? reason) = size is null ? (null, null) : isTensor ? SizeMember.Read(member.ContainingType, size) : (null, "but only tensors have a size");
        if (reason is not null)
            report(Diagnostics.IllegalSize, attribute.Location() ?? location, member.Name, size!, reason);
        return new(DeclaredMember.StorageOf(member), Identifier.CamelCase(member.Name), isTensor, start, domain, min, max, count);
    }

    private static string DomainName(TypedConstant constant) =>
        (constant.Type as INamedTypeSymbol)?.GetMembers().OfType<IFieldSymbol>()
            .FirstOrDefault(member => member.HasConstantValue && Equals(member.ConstantValue, constant.Value))?.Name ?? "";

    private static string? Complaint(double start, string domain, double min, double max)
    {
        if (domain.Length == 0)
            return "names no domain";
        bool isInterval = domain == "Interval";
        if (isInterval && !(IsFinite(min) && IsFinite(max) && min < max))
            return "needs finite Min and Max with Min < Max";
        if (!isInterval && !(double.IsNaN(min) && double.IsNaN(max)))
            return "has Min or Max, which only Domain.Interval takes";
        (double low, double high) = domain switch
        {
            "Positive" => (0, double.PositiveInfinity),
            "UnitInterval" => (0, 1),
            "Interval" => (min, max),
            _ => (double.NegativeInfinity, double.PositiveInfinity),
        };
        // The ends belong to the domain: a hyperparameter that starts there is fixed until it is given another value.
        bool isInside = IsFinite(start) && start >= low && start <= high;
        return isInside ? null : string.Format(CultureInfo.InvariantCulture, "starts at {0}, outside its domain [{1}, {2}]", start, low, high);
    }

    private static bool IsFinite(double value) => !double.IsNaN(value) && !double.IsInfinity(value);

    private static object? Named(AttributeData attribute, string name) => attribute.NamedArguments.FirstOrDefault(argument => argument.Key == name).Value.Value;
}

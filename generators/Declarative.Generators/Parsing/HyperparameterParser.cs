using System.Globalization;
using System.Linq;
using Declarative.Generators.Analyzers;
using Declarative.Generators.Models;
using Microsoft.CodeAnalysis;

namespace Declarative.Generators.Parsing;

/// <summary>Reads a field with <c>[Hyperparameter]</c>.</summary>
internal static class HyperparameterParser
{
    public static HyperparameterModel Parse(IFieldSymbol field, AttributeData attribute, bool hasRule, Report report)
    {
        Location? location = field.Locations.FirstOrDefault();
        if (field.IsStatic || field.IsConst || field.IsReadOnly)
            report(Diagnostics.ReadOnlyMember, location, field.Name);
        bool isTensor = field.Type.Is(KnownNames.Tensor);
        if (hasRule ? field.Type.SpecialType != SpecialType.System_Double : !isTensor)
            report(Diagnostics.UnsupportedHyperparameterType, location, field.Name, field.Type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat));

        double start = attribute.ConstructorArguments.Length > 0 ? attribute.ConstructorArguments[0].Value as double? ?? double.NaN : double.NaN;
        string domain = attribute.ConstructorArguments.Length > 1 ? DomainName(attribute.ConstructorArguments[1]) : "Real";
        double min = Named(attribute, "Min") as double? ?? double.NaN;
        double max = Named(attribute, "Max") as double? ?? double.NaN;
        if (Complaint(start, domain, min, max) is { } complaint)
            report(Diagnostics.IllegalStart, LocationOf(attribute) ?? location, field.Name, complaint);

        var size = Named(attribute, "Size") as string;
        if (size is not null && !(isTensor && IsInteger(field.ContainingType, size)))
            report(Diagnostics.IllegalSize, LocationOf(attribute) ?? location, field.Name, size);
        return new(Identifier.Escape(field.Name), Identifier.CamelCase(field.Name), isTensor, start, domain, min, max,
            size is null ? null : Identifier.Escape(size));
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

    private static bool IsInteger(INamedTypeSymbol type, string member) => type.GetMembers(member).Any(candidate => candidate switch
    {
        IPropertySymbol property => property.Type.SpecialType == SpecialType.System_Int32 && property.GetMethod is not null,
        IFieldSymbol sizeField => sizeField.Type.SpecialType == SpecialType.System_Int32,
        _ => false,
    });

    private static Location? LocationOf(AttributeData attribute) => attribute.ApplicationSyntaxReference?.GetSyntax().GetLocation();
}

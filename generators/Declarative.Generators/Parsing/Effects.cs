using Microsoft.CodeAnalysis;

namespace Declarative.Generators.Parsing;

/// <summary>Recognizes randomness and effects, which an update rule must not have.</summary>
internal static class Effects
{
    private const string Random = "is random";
    private const string Impure = "has an effect outside of the rule";
    private const string Changing = "gives something else at each call";

    /// <summary>What is wrong with a method or property; null for nothing that is known.</summary>
    public static string? Of(ISymbol symbol)
    {
        INamedTypeSymbol? type = symbol.ContainingType;
        return type?.Name switch
        {
            "torch" or "Tensor" or "functional" => IsRandom(symbol.Name) ? Random : symbol.Name is "print" or "save" or "manual_seed" ? Impure : null,
            "Random" or "RandomNumberGenerator" => Random,
            "Guid" => symbol.Name == "NewGuid" ? Random : null,
            "DateTime" or "DateTimeOffset" => symbol is { IsStatic: true, Name: "Now" or "UtcNow" or "Today" } ? Changing : null,
            "Stopwatch" => Changing,
            "Environment" => symbol.Name.StartsWith("TickCount", System.StringComparison.Ordinal) ? Changing : Impure,
            "Console" or "Debug" or "Trace" or "File" or "Directory" or "Debugger" or "TensorExtensionMethods" when IsSystem(type) || symbol.Name is "print" => Impure,
            _ => null,
        };
    }

    private static bool IsSystem(INamedTypeSymbol type) => type.ContainingNamespace is { IsGlobalNamespace: false } space
        && (space.Name == "System" || space.ContainingNamespace?.Name == "System");

    private static bool IsRandom(string name) => name is "rand" or "randn" or "randint" or "randperm" or "bernoulli" or "bernoulli_" or "normal" or "normal_"
        or "uniform_" or "random_" or "exponential_" or "geometric_" or "cauchy_" or "log_normal_" or "multinomial" or "poisson"
        or "rand_like" or "randn_like" or "randint_like" or "dropout" or "dropout_" or "dropout1d" or "dropout2d" or "dropout3d"
        or "alpha_dropout" or "feature_alpha_dropout" or "feature_dropout" or "rrelu";
}

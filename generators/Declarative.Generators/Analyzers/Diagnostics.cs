using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Declarative.Generators.Analyzers;

/// <summary>Everything that the analyzers say. An id is never used again for something else.</summary>
internal static class Diagnostics
{
    private const string Declarations = "Declarative.Declarations";
    private const string UpdateRules = "Declarative.UpdateRules";

    public static readonly DiagnosticDescriptor NotPartial = Error("DECL0001", Declarations, "The class must be partial",
        "'{0}' must be a partial class, so that its hyperparameters and its step can be generated into it");

    public static readonly DiagnosticDescriptor UnsupportedHyperparameterType = Error("DECL0002", Declarations, "Unsupported type of hyperparameter",
        "Hyperparameter '{0}' is of type '{1}'; it must be a 'double' in a class with an update rule, or a 'Tensor' in a class without one");

    public static readonly DiagnosticDescriptor ReadOnlyMember = Error("DECL0003", Declarations, "Static, constant or read-only field",
        "'{0}' must be an instance field that can be written: generated code sets it");

    public static readonly DiagnosticDescriptor IllegalStart = Error("DECL0004", Declarations, "The start value or the domain is not legal",
        "Hyperparameter '{0}' {1}");

    public static readonly DiagnosticDescriptor IllegalSize = Error("DECL0005", Declarations, "The size is not legal",
        "Hyperparameter '{0}' names the size '{1}', which must be an instance or static 'int' field or property of its class; only tensors have a size");

    public static readonly DiagnosticDescriptor IllegalRuleSignature = Error("DECL0006", UpdateRules, "The update rule has another signature",
        "'{0}' must be the only update rule of its class, and be 'Tensor {0}(Tensor parameter, Tensor gradient)' or "
        + "'Tensor {0}(Tensor parameter, Tensor gradient, long step)', an instance method with a body");

    public static readonly DiagnosticDescriptor IllegalState = Error("DECL0007", Declarations, "Unsupported state",
        "State '{0}' must be a 'Tensor' or a 'double' of a class with an update rule");

    public static readonly DiagnosticDescriptor Collision = Error("DECL0008", Declarations, "The name is taken",
        "'{0}' collides with '{1}', which is generated or has the same name as a hyperparameter");

    public static readonly DiagnosticDescriptor InheritedHyperparameters = Error("DECL0009", Declarations, "A base class declares hyperparameters",
        "'{0}' derives from '{1}', which declares hyperparameters of its own; declare all of them in one class");

    public static readonly DiagnosticDescriptor UnknownOperation = Error("DECL0010", UpdateRules, "No derivative rule for this operation",
        "'{0}' has no derivative rule, so the hypergradient through it would be lost; write it with operations of the rule language");

    public static readonly DiagnosticDescriptor UnsupportedSyntax = Error("DECL0011", UpdateRules, "Not part of the rule language",
        "{0} is not part of the rule language, so this update rule cannot be differentiated");

    public static readonly DiagnosticDescriptor ActiveControlFlow = Error("DECL0012", UpdateRules, "Control flow depends on an active value",
        "This condition depends on '{0}', whose derivative would be lost; a condition may depend on configuration and on the step only");

    public static readonly DiagnosticDescriptor IllegalWrite = Error("DECL0013", UpdateRules, "Write to something that is no state",
        "'{0}' is neither a state nor a local: an update rule may write nothing else; mark a field that it remembers with [State]");

    public static readonly DiagnosticDescriptor DerivativeLost = Error("DECL0014", UpdateRules, "The derivative is lost",
        "Here a tensor becomes a plain number, and its derivative is lost; keep it a tensor");

    /// <summary>All of them, by id.</summary>
    public static ImmutableArray<DiagnosticDescriptor> All { get; } = ImmutableArray.Create(
        NotPartial, UnsupportedHyperparameterType, ReadOnlyMember, IllegalStart, IllegalSize, IllegalRuleSignature, IllegalState, Collision,
        InheritedHyperparameters, UnknownOperation, UnsupportedSyntax, ActiveControlFlow, IllegalWrite, DerivativeLost);

    private static DiagnosticDescriptor Error(string id, string category, string title, string message) =>
        new(id, title, message, category, DiagnosticSeverity.Error, isEnabledByDefault: true);
}

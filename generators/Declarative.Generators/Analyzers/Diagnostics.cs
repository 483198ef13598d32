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
        "Hyperparameter '{0}' is of type '{1}'; it must be a 'double' in a class with an update rule or an abstract one, "
        + "or a 'Tensor' in a class without an update rule");

    public static readonly DiagnosticDescriptor ReadOnlyMember = Error("DECL0003", Declarations, "Static, constant or read-only field",
        "'{0}' must be an instance field that can be written, or a partial property '{1}': generated code sets it");

    public static readonly DiagnosticDescriptor IllegalStart = Error("DECL0004", Declarations, "The start value or the domain is not legal",
        "Hyperparameter '{0}' {1}");

    public static readonly DiagnosticDescriptor IllegalSize = Error("DECL0005", Declarations, "The size is not legal",
        "Hyperparameter '{0}' names the size '{1}', {2}");

    public static readonly DiagnosticDescriptor IllegalRuleSignature = Error("DECL0006", UpdateRules, "The update rule has another signature",
        "'{0}' must be the only update rule of its class, and be 'Tensor {0}(Tensor parameter, Tensor gradient)' or "
        + "'Tensor {0}(Tensor parameter, Tensor gradient, long step)', an instance method with a body");

    public static readonly DiagnosticDescriptor IllegalState = Error("DECL0007", Declarations, "Unsupported state",
        "State '{0}' {1}");

    public static readonly DiagnosticDescriptor Collision = Error("DECL0008", Declarations, "The name is taken",
        "'{0}' collides with '{1}', which is generated, is called by generated code, or has the same name as a hyperparameter");

    public static readonly DiagnosticDescriptor InheritedHyperparameters = Error("DECL0009", Declarations, "The hyperparameters of a base class are not known",
        "'{0}' derives from '{1}', whose hyperparameters are not known: no code has been generated for it, because of an error in it, "
        + "because its project does not use the generator, or because it implements IHyperparameterOwner by hand");

    public static readonly DiagnosticDescriptor UnknownOperation = Error("DECL0010", UpdateRules, "No derivative rule for this operation",
        "'{0}' has no derivative rule, so the hypergradient through it would be lost; {1}");

    public static readonly DiagnosticDescriptor UnsupportedSyntax = Error("DECL0011", UpdateRules, "Not part of the rule language",
        "{0} is not part of the rule language, so this update rule cannot be differentiated");

    public static readonly DiagnosticDescriptor ActiveControlFlow = Error("DECL0012", UpdateRules, "Control flow depends on an active value",
        "This condition depends on '{0}', whose derivative would be lost; a condition may depend on configuration and on the step only");

    public static readonly DiagnosticDescriptor IllegalWrite = Error("DECL0013", UpdateRules, "Write to something that is no state",
        "'{0}' is neither a state nor a local: an update rule may write nothing else; mark a field that it remembers with [State]");

    public static readonly DiagnosticDescriptor DerivativeLost = Error("DECL0014", UpdateRules, "The derivative is lost",
        "Here a tensor becomes a plain number, and its derivative is lost; keep it a tensor");

    public static readonly DiagnosticDescriptor GradientStopped = Error("DECL0015", UpdateRules, "The derivative is stopped",
        "'{0}' stops the derivative of '{1}'; where that is meant, write Derivative.Stop(...)");

    public static readonly DiagnosticDescriptor NeedlessStop = Warning("DECL0016", UpdateRules, "Needless stop",
        "'{0}' has no derivative that Derivative.Stop could stop; remove it");

    public static readonly DiagnosticDescriptor UnusedHyperparameter = Warning("DECL0017", Declarations, "The hyperparameter is never used",
        "Hyperparameter '{0}' is never read, so that its hypergradient is always zero");

    public static readonly DiagnosticDescriptor NoInfluence = Warning("DECL0018", UpdateRules, "The hyperparameter has no influence",
        "Hyperparameter '{0}' is read, but no derivative leads from it to the updated parameter: its hypergradient is always zero");

    public static readonly DiagnosticDescriptor ZeroDerivative = Warning("DECL0019", UpdateRules, "The derivative of this operation is zero",
        "The derivative of '{0}' is zero, so that of its argument is lost; where that is meant, write Derivative.Stop(...) around the argument");

    public static readonly DiagnosticDescriptor Kink = Info("DECL0020", UpdateRules, "The operation has a kink",
        "'{0}' is not differentiable everywhere: {1}");

    public static readonly DiagnosticDescriptor DynamicLoop = Error("DECL0021", UpdateRules, "The loop's bounds are not constant",
        "This loop cannot be unrolled: {0}");

    public static readonly DiagnosticDescriptor StateNeverSet = Warning("DECL0022", UpdateRules, "The state is never set",
        "State '{0}' is read, but no step sets it: it always has its initial value");

    public static readonly DiagnosticDescriptor StateNeverRead = Warning("DECL0023", UpdateRules, "The state is never read",
        "State '{0}' is never read: it costs memory and tangents for nothing");

    public static readonly DiagnosticDescriptor SideEffect = Error("DECL0024", UpdateRules, "Randomness or a side effect in an update rule",
        "'{0}' {1}; an update rule is a function of parameter, gradient, state, hyperparameters and step");

    public static readonly DiagnosticDescriptor IgnoredAttribute = Error("DECL0025", Declarations, "The attribute is ignored here",
        "[{0}] is ignored here: {1}");

    public static readonly DiagnosticDescriptor AmbiguousWrite = Error("DECL0026", UpdateRules, "The write in place reaches another value",
        "'{0}' writes in place to what '{1}' may read as well; write it as an assignment");

    public static readonly DiagnosticDescriptor IllegalDerivative = Error("DECL0027", UpdateRules, "The derivative has another signature",
        "'{0}' must be {1} to be a derivative of '{2}'");

    public static readonly DiagnosticDescriptor UnusedDerivative = Warning("DECL0028", UpdateRules, "The derivative is never used",
        "'{0}' is a derivative of '{1}', which the update rule does not call");

    public static readonly DiagnosticDescriptor MissingCreate = Error("DECL0029", Declarations, "The hyperparameters are not created",
        "'{0}' overrides RegisterComponents; it must call CreateHyperparameters() after base.RegisterComponents()");

    public static readonly DiagnosticDescriptor UnsupportedTypeKind = Error("DECL0030", Declarations, "Hyperparameters need a class",
        "'{0}' is {1}; hyperparameters and update rules belong in a class");

    public static readonly DiagnosticDescriptor WrongShape = Error("DECL0031", UpdateRules, "The value is not shaped like the parameter",
        "'{0}' must be shaped like the parameter, but this value is {1}");

    /// <summary>All of them, by id.</summary>
    public static ImmutableArray<DiagnosticDescriptor> All { get; } = ImmutableArray.Create(
        NotPartial, UnsupportedHyperparameterType, ReadOnlyMember, IllegalStart, IllegalSize, IllegalRuleSignature, IllegalState, Collision,
        InheritedHyperparameters, UnknownOperation, UnsupportedSyntax, ActiveControlFlow, IllegalWrite, DerivativeLost, GradientStopped, NeedlessStop,
        UnusedHyperparameter, NoInfluence, ZeroDerivative, Kink, DynamicLoop, StateNeverSet, StateNeverRead, SideEffect, IgnoredAttribute,
        AmbiguousWrite, IllegalDerivative, UnusedDerivative, MissingCreate, UnsupportedTypeKind, WrongShape);

    private static DiagnosticDescriptor Error(string id, string category, string title, string message) =>
        Descriptor(id, category, title, message, DiagnosticSeverity.Error);

    private static DiagnosticDescriptor Warning(string id, string category, string title, string message) =>
        Descriptor(id, category, title, message, DiagnosticSeverity.Warning);

    private static DiagnosticDescriptor Info(string id, string category, string title, string message) =>
        Descriptor(id, category, title, message, DiagnosticSeverity.Info);

    private static DiagnosticDescriptor Descriptor(string id, string category, string title, string message, DiagnosticSeverity severity) =>
        new(id, title, message, category, severity, isEnabledByDefault: true, helpLinkUri: $"generators/docs/{id}.md");
}

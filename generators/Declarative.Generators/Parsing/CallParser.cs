using System.Collections.Generic;
using System.Linq;
using Declarative.Generators.Analyzers;
using Declarative.Generators.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Declarative.Generators.Parsing;

/// <summary>Lowers calls: those of the operation table, those that only manage memory, those of methods in source, and those of which
/// the class supplies derivatives.</summary>
internal sealed class CallParser(Scope scope, ExpressionParser expressions, OperationParser operations, Inliner methods, Compilation compilation)
{
    private readonly StructuralCalls structural = new(scope, expressions);

    /// <summary>The derivatives that the class of the rule supplies.</summary>
    public SuppliedDerivatives Derivatives { get; } = new(scope, compilation);

    public Node? Invocation(IInvocationOperation invocation)
    {
        IMethodSymbol method = invocation.TargetMethod;
        IMethodSymbol definition = (method.ReducedFrom ?? method).OriginalDefinition;
        if (IsSupplied(invocation) && Derivatives.Find(definition) is { } supplied)
            return Supplied(invocation, supplied);
        if (structural.Kind(method) is { } kind)
            return structural.Call(invocation, kind);
        bool isBase = invocation.Instance?.Syntax is BaseExpressionSyntax;
        if (methods.Target(method, invocation.Instance, isVirtualCall: !isBase) is { } target)
            return methods.Call(invocation, target);
        if (!isBase && methods.IsOpen(method, invocation.Instance))
            return scope.Unsupported(invocation, $"'{method.Name}', which a derived class may override,");
        if (OperationParser.Find(method) is { } row)
            return Row(invocation, row);
        if (Effects.Of(definition) is { } effect)
            return scope.Report(Diagnostics.SideEffect, invocation.Syntax, Display(method), effect);
        if (OperationParser.LosesDerivative(invocation))
            return scope.Report(Diagnostics.DerivativeLost, invocation.Syntax);
        bool isForEffect = invocation.Parent is IExpressionStatementOperation && (method.ReturnsVoid || !method.ContainingType.Is(KnownNames.Tensor));
        return isForEffect ? scope.Report(Diagnostics.SideEffect, invocation.Syntax, Display(method), "is called for its effect")
            : Unknown(invocation, method);
    }

    private Node? Row(IInvocationOperation invocation, OperationRow row) => expressions.InOrder(Operands(invocation, withDefaults: false), () =>
    {
        // An option is no number.
        foreach (IArgumentOperation argument in invocation.Arguments)
            if (argument.ArgumentKind == ArgumentKind.Explicit && argument.Value.Type.IsEnum())
                return scope.Unsupported(argument.Value, $"A constant of type '{argument.Value.Type?.Name}'");
        Node? receiver = row.IsInPlace || row.IsView ? expressions.Evaluate(First(invocation)) : null;
        Node? value = operations.Invocation(invocation, row);
        if (value is null || !(row.IsInPlace || row.IsView) || receiver is null)
            return value;
        return row.IsView ? scope.View(receiver, value) : structural.Write(invocation, receiver, value);
    });

    private Node? Supplied(IInvocationOperation invocation, SuppliedDerivatives.Function function)
    {
        IOperation[] operands = Operands(invocation);
        return expressions.InOrder(operands, () =>
        {
            Node?[] arguments = [.. operands.Select(expressions.Lower)];
            if (arguments.Contains(null))
                return null;
            for (int i = 0; i < arguments.Length; i++)
            {
                if ((arguments[i]!.Kind == ValueKind.Tensor) != function.Parameters[i].Type.Is(KnownNames.Tensor))
                    return scope.Unsupported(operands[i], arguments[i]!.Kind == ValueKind.Tensor ? "A tensor in place of a number" : "A number in place of a tensor");
                if (scope.IsActive(arguments[i]!) && function.Partials[i].Length == 0)
                    return Unknown(invocation, invocation.TargetMethod, i);
            }
            return scope.Keep(new Call(function.Text, arguments.OfType<Node>().ToEquatable(), function.Casts.ToEquatable(), function.Partials.ToEquatable(), function.Kind));
        });
    }

    private Node? Unknown(IInvocationOperation invocation, IMethodSymbol method, int? argument = null)
    {
        if (Derivatives.IsRefused((method.ReducedFrom ?? method).OriginalDefinition))
            return null;
        IOperation[] operands = Operands(invocation);
        foreach (IOperation operand in operands)
            if (argument is null && operand.Type is not null && IsValue(operand.Type) && expressions.FirstActive(operand) is not null)
                argument = System.Array.IndexOf(operands, operand);
        return scope.Report(Diagnostics.UnknownOperation, invocation.Syntax, Display(method),
            IsSupplied(invocation) ? Derivatives.Advice(method, argument ?? 0) : SuppliedDerivatives.NoAdvice);
    }

    // Of another object nothing is known.
    private static bool IsSupplied(IInvocationOperation invocation) =>
        invocation.Instance is null or IInstanceReferenceOperation || invocation.Instance.Type.Is(KnownNames.Tensor);

    private static bool IsValue(ITypeSymbol type) => type.IsNumber() || type.Is(KnownNames.Tensor);

    private static string Display(IMethodSymbol method) => method.ToDisplayString(SymbolDisplayFormat.CSharpShortErrorMessageFormat);

    private static IOperation First(IInvocationOperation invocation) => invocation.Instance ?? Operands(invocation)[0];

    // In the order of the parameters; a receiver that is an argument of its own comes first.
    private static IOperation[] Operands(IInvocationOperation invocation, bool withDefaults = true)
    {
        IEnumerable<IOperation> arguments = invocation.Arguments
            .Where(argument => withDefaults || argument.ArgumentKind != ArgumentKind.DefaultValue)
            .OrderBy(argument => argument.Parameter?.Ordinal).Select(argument => argument.Value);
        return invocation.Instance is null or IInstanceReferenceOperation ? [.. arguments] : [invocation.Instance, .. arguments];
    }
}

using System.Linq;
using Declarative.Generators.Analyzers;
using Declarative.Generators.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Declarative.Generators.Parsing;

/// <summary>Calls that compute nothing: they manage memory, copy, write in place, or say what has no derivative.</summary>
internal sealed class StructuralCalls(Scope scope, ExpressionParser expressions)
{
    internal enum CallKind
    {
        /// <summary>A scope in which tensors are released; it means nothing to generated code.</summary>
        OpenScope,

        /// <summary>The receiver, or the first argument, as it is.</summary>
        Same,

        /// <summary>Nothing that matters.</summary>
        Nothing,

        /// <summary>Derivative.Stop.</summary>
        Stop,

        /// <summary>A way to stop the derivative that is not the rule language's.</summary>
        Detach,

        /// <summary>The same for all that is computed in a scope.</summary>
        WithoutGradient,

        /// <summary>Detach only with the argument false.</summary>
        RequireGradient,
    }

    /// <summary>What a method is; null for any other.</summary>
    public CallKind? Kind(IMethodSymbol method) => method.ContainingType?.Name switch
    {
        "Tensor" => method.Name switch
        {
            "MoveToOuterDisposeScope" or "DetachFromDisposeScope" or "MoveToOtherDisposeScope" or "alias" => CallKind.Same,
            "Dispose" or "retain_grad" => CallKind.Nothing,
            "detach" or "detach_" => CallKind.Detach,
            "requires_grad_" => CallKind.RequireGradient,
            _ => null,
        },
        "DisposeScope" => method.Name switch
        {
            "MoveToOuter" or "MoveToOther" or "Detach" or "Attach" or "Include" => method.Parameters.Length > 0 ? CallKind.Same : null,
            "Dispose" or "DisposeEverything" or "DisposeEverythingBut" => CallKind.Nothing,
            _ => null,
        },
        "torch" => method.Name switch
        {
            "NewDisposeScope" => CallKind.OpenScope,
            "no_grad" or "inference_mode" => CallKind.WithoutGradient,
            _ => null,
        },
        "Derivative" when method.Name == "Stop" && method.ContainingType.ContainingNamespace is { Name: "Declarative", ContainingNamespace.IsGlobalNamespace: true } => CallKind.Stop,
        _ => null,
    };

    /// <summary>What such a call gives.</summary>
    public Node? Call(IInvocationOperation invocation, CallKind kind)
    {
        if (kind is CallKind.OpenScope)
            return TupleValue.Nothing;
        if (kind is CallKind.WithoutGradient)
            return WithoutGradient(invocation);
        IOperation? operand = invocation.Instance?.Type?.Name == "DisposeScope" ? invocation.Arguments.FirstOrDefault()?.Value
            : invocation.Instance ?? invocation.Arguments.FirstOrDefault()?.Value;
        if (kind is CallKind.Nothing || operand is null || (kind is CallKind.Same && invocation.Parent is IExpressionStatementOperation))
            return TupleValue.Nothing;
        if (expressions.Evaluate(operand) is not { } value)
            return null;
        if (scope.Read(value) is not { Kind: ValueKind.Tensor } && kind is not (CallKind.Stop or CallKind.Same))
            return scope.Unsupported(operand, "A number in place of a tensor");
        switch (kind)
        {
            case CallKind.Stop:
                return Stop(invocation, operand, scope.Read(value));
            case CallKind.Detach:
                return scope.IsActive(value) ? Detach(invocation, operand) : value;
            case CallKind.RequireGradient:
                bool stops = invocation.Arguments.FirstOrDefault()?.Value.ConstantValue is { HasValue: true, Value: false };
                return stops && scope.IsActive(value) ? Detach(invocation, operand) : value;
            default:
                return value;
        }
    }

    /// <summary>Writes a value in place.</summary>
    public Node? Write(IInvocationOperation invocation, Node target, Node value)
    {
        IOperation receiver = invocation.Instance ?? invocation.Arguments[0].Value;
        if (scope.Read(target).Kind != ValueKind.Tensor)
            return scope.Unsupported(receiver, "A number in place of a tensor");
        if (target is Reference cell && scope.Overlap(cell, SourceText.Of(receiver.Syntax)) is { } other)
            return scope.Report(Diagnostics.AmbiguousWrite, invocation.Syntax, invocation.TargetMethod.Name, other);
        bool isIntermediate = invocation.Parent is IInvocationOperation { Instance: { } next, TargetMethod.Name: var name }
            && next == invocation && name.EndsWith("_", System.StringComparison.Ordinal);
        return scope.Write(target, value, isIntermediate);
    }

    private Node? Stop(IInvocationOperation invocation, IOperation operand, Node value)
    {
        if (scope.IsActive(value))
            return scope.Keep(new Apply(Operation.Stop, EquatableArray.Of(value), value.Kind));
        scope.Warn(Diagnostics.NeedlessStop, invocation.Syntax, SourceText.Of(operand.Syntax));
        return value;
    }

    private Node? Detach(IInvocationOperation invocation, IOperation operand) =>
        scope.Report(Diagnostics.GradientStopped, invocation.Syntax, invocation.TargetMethod.Name, expressions.ActiveName(operand));

    private Node? WithoutGradient(IInvocationOperation invocation)
    {
        for (IOperation? outer = invocation.Parent; outer is not null; outer = outer.Parent)
            switch (outer)
            {
                case IUsingOperation block:
                    return Stopped(invocation, block.Body);
                case IUsingDeclarationOperation { Parent: IBlockOperation block } declaration:
                    return Stopped(invocation, [.. block.Operations.SkipWhile(statement => statement != declaration).Skip(1)]);
                case IBlockOperation:
                    return TupleValue.Nothing;
            }
        return TupleValue.Nothing;
    }

    private Node? Stopped(IInvocationOperation invocation, params IOperation[] statements)
    {
        foreach (IOperation statement in statements)
            if (expressions.FirstActive(statement) is { } name)
                return scope.Report(Diagnostics.GradientStopped, invocation.Syntax, invocation.TargetMethod.Name, name);
        return TupleValue.Nothing;
    }
}

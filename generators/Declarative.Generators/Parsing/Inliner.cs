using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Declarative.Generators.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Declarative.Generators.Parsing;

/// <summary>Lowers calls of methods in source by lowering their bodies in place.</summary>
internal sealed class Inliner(Scope scope, ExpressionParser expressions, Compilation compilation, CancellationToken cancellation)
{
    private const int MaximumDepth = 60;

    private readonly MethodBodies bodies = new(compilation, cancellation);
    private readonly List<IMethodSymbol> active = [];
    private readonly Dictionary<IMethodSymbol, bool> readsInputs = new(SymbolEqualityComparer.Default);

    /// <summary>Notes the rule itself, which nothing that it calls may call again.</summary>
    public void Enter(IMethodSymbol rule, IBlockOperation body)
    {
        active.Add(rule);
        bodies.Note(body);
    }

    /// <summary>The method that a call reaches, if its body is in source and known.</summary>
    /// <param name="method">The method as the call names it.</param>
    /// <param name="instance">The receiver.</param>
    /// <param name="isVirtualCall">Whether the call looks for an override.</param>
    public IMethodSymbol? Target(IMethodSymbol method, IOperation? instance, bool isVirtualCall)
    {
        method = method.OriginalDefinition;
        if (method.MethodKind == MethodKind.LocalFunction || method.IsStatic)
            return bodies.Find(method) is null ? null : method;
        if (instance is not IInstanceReferenceOperation)
            return null;
        if (isVirtualCall && (method.IsVirtual || method.IsAbstract || method.IsOverride) && !method.IsSealed)
        {
            if (!scope.Class.IsSealed)
                return null;
            method = Override(method);
        }
        return bodies.Find(method) is null ? null : method;
    }

    /// <summary>Whether only a derived class knows what a call does.</summary>
    public bool IsOpen(IMethodSymbol method, IOperation? instance) => instance is IInstanceReferenceOperation && !scope.Class.IsSealed
        && (method.IsVirtual || method.IsAbstract || method.IsOverride) && !method.IsSealed && !method.DeclaringSyntaxReferences.IsEmpty;

    /// <summary>Whether a method of the class reads a hyperparameter or a state, by itself or through others.</summary>
    public bool ReadsInputs(IMethodSymbol method)
    {
        if (readsInputs.TryGetValue(method, out bool known))
            return known;
        readsInputs[method] = false;
        bool reads = false;
        foreach (IOperation operation in bodies.Find(method)?.Descendants() ?? [])
            reads = reads || operation switch
            {
                IFieldReferenceOperation field => scope.IsInput(field.Field),
                IPropertyReferenceOperation { Property: { } input } when scope.IsInput(input) => true,
                IPropertyReferenceOperation { Property.GetMethod: { } getter } property => Reads(getter, property.Instance),
                IInvocationOperation call => Reads(call.TargetMethod, call.Instance),
                _ => false,
            };
        return readsInputs[method] = reads;

        bool Reads(IMethodSymbol called, IOperation? instance) => Target(called, instance, isVirtualCall: true) is { } target && ReadsInputs(target);
    }

    /// <summary>A call: the arguments are evaluated, and then the body.</summary>
    public Node? Call(IInvocationOperation invocation, IMethodSymbol target)
    {
        foreach (IArgumentOperation argument in invocation.Arguments)
            if (argument.Parameter is null or { RefKind: RefKind.Ref or RefKind.Out })
                return scope.Unsupported(argument, "An argument by reference");
        var arguments = new List<(IParameterSymbol Parameter, Node? Value)>();
        foreach (IArgumentOperation argument in invocation.Arguments)
        {
            IParameterSymbol parameter = target.Parameters[argument.Parameter!.Ordinal];
            Node? value = expressions.Evaluate(argument.Value);
            arguments.Add((parameter, value is null or Reference ? value : scope.Hold(value, parameter.Name)));
        }
        if (!CanEnter(invocation, target))
            return null;
        int writes = scope.Writes;
        foreach ((IParameterSymbol parameter, Node? value) in arguments)
            scope.Assign(parameter, value);
        // To be given arguments is no effect.
        writes = scope.Writes - writes;
        return Run(invocation, target, writes);
    }

    /// <summary>The value of a property.</summary>
    public Node? Get(IPropertyReferenceOperation property, IMethodSymbol getter) => CanEnter(property, getter) ? Run(property, getter, 0) : null;

    private bool CanEnter(IOperation call, IMethodSymbol target)
    {
        if (active.Contains(target, SymbolEqualityComparer.Default))
            scope.Unsupported(call, $"'{target.Name}', which calls itself,");
        else if (target.IsAsync)
            scope.Unsupported(call, "An asynchronous method");
        else if (active.Count > MaximumDepth)
            scope.Unsupported(call, $"A call inside {MaximumDepth} calls");
        else
            return true;
        return false;
    }

    private Node? Run(IOperation call, IMethodSymbol target, int writesOfArguments)
    {
        active.Add(target);
        Node? result = expressions.Statements.Run(target, bodies.Find(target)!);
        active.RemoveAt(active.Count - 1);
        scope.ForgetWrites(writesOfArguments);
        if (result is null && !scope.HasErrors)
            scope.Unsupported(call, $"'{target.Name}', which does not always return a value,");
        return result;
    }

    private IMethodSymbol Override(IMethodSymbol method)
    {
        for (INamedTypeSymbol? type = scope.Class; type is not null; type = type.BaseType)
            foreach (ISymbol member in type.GetMembers(method.Name))
                for (IMethodSymbol? candidate = member as IMethodSymbol; candidate is not null; candidate = candidate.OverriddenMethod)
                    if (SymbolEqualityComparer.Default.Equals(candidate.OriginalDefinition, method))
                        return ((IMethodSymbol)member).OriginalDefinition;
        return method;
    }
}

using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Declarative.Generators.Parsing;

/// <summary>Follows what plain code, which autograd traces, does with a tensor hyperparameter that it reads.</summary>
internal static class TracedHyperparameter
{
    private static readonly string[] stops = ["detach", "detach_", "requires_grad_"];

    /// <summary>The hyperparameter that an operation reads, if it is a tensor of a class without an update rule.</summary>
    public static ISymbol? Read(IOperation reference)
    {
        ISymbol? member = reference switch
        {
            IFieldReferenceOperation field when field.Type?.Name == "Tensor" => field.Field,
            IPropertyReferenceOperation property when property.Type?.Name == "Tensor" => property.Property,
            _ => null,
        };
        return member is not null && member.Find(KnownNames.HyperparameterAttribute) is not null && DeclaredMember.TypeOf(member).Is(KnownNames.Tensor)
            && !HasRule(member.ContainingType) && !IsNoRead(reference) ? member : null;
    }

    /// <summary>Whether a class has an update rule, in which nothing is traced.</summary>
    public static bool HasRule(INamedTypeSymbol type) => type.GetMembers().Any(member => member.Find(KnownNames.UpdateRuleAttribute) is not null);

    /// <summary>The smallest expression in which the derivative of a tensor is lost: it becomes a plain number.</summary>
    public static IOperation? Loss(IOperation tensor)
    {
        IOperation end = EndOfChain(tensor);
        return end.Parent switch
        {
            IConversionOperation conversion when conversion.Type.IsNumber() || conversion.Type.Is(KnownNames.Scalar) => conversion,
            IInvocationOperation call when IsReceiver(call, end) && (OperationParser.LosesDerivative(call) || IsData(call)) => call,
            IArgumentOperation { Parent: IInvocationOperation call } argument when IsReceiver(call, argument) && OperationParser.LosesDerivative(call) => call,
            _ => null,
        };
    }

    /// <summary>The smallest expression in which the derivative of a tensor is stopped, with the name of what stops it.</summary>
    public static (IOperation Expression, string Name)? Stop(IOperation tensor)
    {
        IOperation end = EndOfChain(tensor);
        return end.Parent switch
        {
            IInvocationOperation call when IsReceiver(call, end) && IsStop(call) => (call, call.TargetMethod.Name),
            IPropertyReferenceOperation { Property.Name: "requires_grad", Parent: ISimpleAssignmentOperation { Value.ConstantValue: { HasValue: true, Value: false } } assignment } property
                when assignment.Target == property => (assignment, "requires_grad"),
            _ => Scope(tensor) is { } scope ? (tensor, scope) : null,
        };
    }

    // The tensor that operators and calls make of it, as long as it is their operand or receiver. What is handed to a function ends the
    // chain, and so does Derivative.Stop.
    private static IOperation EndOfChain(IOperation tensor)
    {
        for (IOperation current = tensor; ; current = current.Parent!)
        {
            bool goesOn = current.Parent switch
            {
                IBinaryOperation or IUnaryOperation or IParenthesizedOperation => true,
                IConversionOperation conversion => conversion.Type.Is(KnownNames.Tensor),
                IInvocationOperation call => IsReceiver(call, current) && call.Type.Is(KnownNames.Tensor) && !IsStop(call),
                IPropertyReferenceOperation property => property.Instance == current && property.Type.Is(KnownNames.Tensor),
                _ => false,
            };
            if (!goesOn)
                return current;
        }
    }

    private static bool IsReceiver(IInvocationOperation call, IOperation operand) => call.Instance == operand
        || (call.TargetMethod.IsExtensionMethod && call.Arguments.FirstOrDefault(argument => argument.Parameter?.Ordinal == 0) == operand);

    private static bool IsData(IInvocationOperation call) => call.TargetMethod.Name == "data" && call.TargetMethod.ContainingType.Is(KnownNames.Tensor);

    private static bool IsStop(IInvocationOperation call) => call.TargetMethod.ContainingType.Is(KnownNames.Tensor) && stops.Contains(call.TargetMethod.Name)
        && (call.TargetMethod.Name != "requires_grad_" || call.Arguments.Any(argument => argument.Value.ConstantValue is { HasValue: true, Value: false }));

    // Assigned, named, or taken as a constant on purpose.
    private static bool IsNoRead(IOperation reference)
    {
        if (reference.Parent is ISimpleAssignmentOperation assignment && assignment.Target == reference)
            return true;
        for (IOperation? current = reference.Parent; current is not null; current = current.Parent)
            if (current is INameOfOperation)
                return true;
        return false;
    }

    // The innermost scope of this method that says whether gradients are recorded.
    private static string? Scope(IOperation operation)
    {
        for (IOperation current = operation; current.Parent is { } parent; current = parent)
        {
            if (parent is IAnonymousFunctionOperation or ILocalFunctionOperation)
                return null;
            if (parent is IInvocationOperation { TargetMethod: { Name: "Stop", ContainingType: { } owner } } && owner.Is(KnownNames.Derivative))
                return null;
            if (parent is IUsingOperation block && block.Body == current && Recording(block.Resources) is { } ofBlock)
                return ofBlock.IsOn ? null : ofBlock.Name;
            if (parent is IBlockOperation statements)
                foreach (IOperation before in statements.Operations.TakeWhile(statement => statement != current).Reverse())
                    if (before is IUsingDeclarationOperation declaration && Recording(declaration.DeclarationGroup) is { } ofDeclaration)
                        return ofDeclaration.IsOn ? null : ofDeclaration.Name;
        }
        return null;
    }

    private static (string Name, bool IsOn)? Recording(IOperation resources)
    {
        foreach (IInvocationOperation call in resources.DescendantsAndSelf().OfType<IInvocationOperation>())
            if (call.TargetMethod.ContainingType.ToDisplayString() == "TorchSharp.torch")
            {
                bool isTurnedOff = call.Arguments.Any(argument => argument.Value.ConstantValue is { HasValue: true, Value: false });
                switch (call.TargetMethod.Name)
                {
                    case "no_grad" or "inference_mode":
                        return (call.TargetMethod.Name, isTurnedOff);
                    case "enable_grad" or "set_grad_enabled":
                        return (call.TargetMethod.Name, !isTurnedOff);
                }
            }
        return null;
    }
}

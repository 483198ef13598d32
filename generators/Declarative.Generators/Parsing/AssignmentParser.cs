using System.Collections.Generic;
using System.Linq;
using Declarative.Generators.Analyzers;
using Declarative.Generators.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Declarative.Generators.Parsing;

/// <summary>Lowers assignments of all forms; each gives the value that its target has after it.</summary>
internal sealed class AssignmentParser(Scope scope, ExpressionParser expressions)
{
    public Node? Simple(ISimpleAssignmentOperation assignment)
    {
        if (assignment.IsRef)
            return scope.Unsupported(assignment, "An assignment of a reference");
        int before = scope.Writes;
        Node? value = expressions.Evaluate(assignment.Value);
        if (assignment.Target is not IDiscardOperation)
            return Store(assignment.Target, value, assignment);
        return value is null || scope.Writes > before ? value : scope.Unsupported(assignment, "A statement without effect");
    }

    public Node? Compound(ICompoundAssignmentOperation assignment) => Store(assignment.Target, expressions.Compound(assignment), assignment);

    /// <summary><c>x++</c> and its like.</summary>
    public Node? Increment(IIncrementOrDecrementOperation increment)
    {
        if (expressions.Lower(increment.Target) is not { } before)
            return null;
        if (before.Kind != ValueKind.Number)
            return scope.Unsupported(increment, Constructs.Expression(increment));
        Operation operation = increment.Kind == OperationKind.Increment ? Operation.Add : Operation.Subtract;
        Node? after = Store(increment.Target, scope.Compute(operation, before, Constant.One), increment);
        return after is null || !increment.IsPostfix ? after : before;
    }

    /// <summary><c>(a, b) = (b, a)</c>: everything is read before anything is assigned.</summary>
    public Node? Deconstruction(IDeconstructionAssignmentOperation assignment)
    {
        IOperation source = assignment.Value;
        while (source is IConversionOperation { IsImplicit: true } conversion)
            source = conversion.Operand;
        Node? value = source is ITupleOperation tuple ? expressions.Tuple(tuple, Names(assignment.Target)) : expressions.Evaluate(source);
        return value is null ? Fail(assignment.Target) : Deconstruct(assignment.Target, value);
    }

    /// <summary>Assigns a value, part by part if the target has parts.</summary>
    public Node? Deconstruct(IOperation target, Node value)
    {
        if (target is IDeclarationExpressionOperation declaration)
            return Deconstruct(declaration.Expression, value);
        if (target is not ITupleOperation parts)
            return target is IDiscardOperation ? value : Store(target, value, target);
        if (value is not TupleValue tuple || tuple.Items.Count != parts.Elements.Length)
        {
            Fail(target);
            return scope.Unsupported(target, "A deconstruction of something that is no tuple");
        }
        for (int i = 0; i < parts.Elements.Length; i++)
            Deconstruct(parts.Elements[i], tuple.Items[i]);
        return TupleValue.Nothing;
    }

    private Node? Store(IOperation target, Node? value, IOperation assignment)
    {
        if (target is IPropertyReferenceOperation { Property.IsIndexer: true, Instance.Type: { } type } && type.Is(KnownNames.Tensor))
            return scope.Unsupported(assignment, "A write to a part of a tensor");
        if (Symbol(target) is not { } symbol || !scope.CanAssign(symbol))
            return scope.Report(Diagnostics.IllegalWrite, target.Syntax, target.Syntax.ToString());
        if (value is not (null or { Kind: ValueKind.Tensor }) && symbol is IFieldSymbol or IPropertySymbol && DeclaredMember.TypeOf(symbol).Is(KnownNames.Tensor))
            return scope.Unsupported(assignment, "A number in place of a tensor");
        if (value is not null && scope.IsInput(symbol) && scope.IsScalar(value))
            return scope.Report(Diagnostics.WrongShape, assignment.Syntax, symbol.Name, "a single entry");
        scope.RequireKept(symbol, target.Syntax);
        scope.Assign(symbol, value);
        return value is null ? null : scope.Find(symbol);
    }

    // What could not be computed is not missed again.
    private Node? Fail(IOperation target)
    {
        foreach (IOperation part in target.DescendantsAndSelf())
            if (part is not ITupleOperation && Symbol(part) is { } symbol && scope.CanAssign(symbol))
                scope.Assign(symbol, null);
        return null;
    }

    private static IReadOnlyList<string>? Names(IOperation target) =>
        (target is IDeclarationExpressionOperation declaration ? declaration.Expression : target) is ITupleOperation tuple
            ? [.. tuple.Elements.Select((element, i) => Symbol(element is IDeclarationExpressionOperation inner ? inner.Expression : element)?.Name ?? $"item{i + 1}")]
            : null;

    private static ISymbol? Symbol(IOperation target) => target switch
    {
        ILocalReferenceOperation local => local.Local,
        IParameterReferenceOperation parameter => parameter.Parameter,
        IFieldReferenceOperation { Instance: IInstanceReferenceOperation } field => field.Field,
        IPropertyReferenceOperation { Instance: IInstanceReferenceOperation } property => property.Property,
        _ => null,
    };
}

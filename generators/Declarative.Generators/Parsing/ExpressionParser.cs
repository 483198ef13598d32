using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Threading;
using Declarative.Generators.Analyzers;
using Declarative.Generators.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Declarative.Generators.Parsing;

/// <summary>Lowers expressions of an update rule. Each method gives the value, or nothing when it has reported why there is none.</summary>
internal sealed class ExpressionParser
{
    private readonly Scope scope;
    private readonly OperationParser operations;
    private readonly MemberParser members;
    private readonly CallParser calls;
    private readonly Inliner methods;
    private readonly Dictionary<IOperation, Node?> evaluated = [];

    public ExpressionParser(Scope scope, Compilation compilation, CancellationToken cancellation)
    {
        this.scope = scope;
        operations = new(scope, this);
        Assignments = new(scope, this);
        Patterns = new(scope, this);
        Statements = new(scope, this, cancellation);
        methods = new Inliner(scope, this, compilation, cancellation);
        members = new(scope, this, operations, methods, compilation);
        calls = new(scope, this, operations, methods, compilation);
    }

    public AssignmentParser Assignments { get; }

    public PatternParser Patterns { get; }

    /// <summary>Lowers the bodies of methods.</summary>
    public StatementParser Statements { get; }

    /// <summary>Checks of what the class of the rule supplies.</summary>
    public SuppliedDerivatives Derivatives => calls.Derivatives;

    /// <summary>Starts to read the rule.</summary>
    public void Enter(IMethodSymbol rule, IBlockOperation body) => methods.Enter(rule, body);

    /// <summary>A value as it is now: a tensor, a number or a flag.</summary>
    public Node? Lower(IOperation operation) => Evaluate(operation) switch
    {
        null => null,
        TupleValue => scope.Unsupported(operation, "A tuple in an operation"),
        { } value => scope.Read(value),
    };

    /// <summary>What an expression refers to: a value, a tuple, or the cell of a tensor.</summary>
    public Node? Evaluate(IOperation operation)
    {
        // The operands of an operation are evaluated in the order of the source, before any of them is used.
        if (evaluated.Count > 0 && evaluated.TryGetValue(operation, out Node? found))
            return found;
        if (operation.ConstantValue is { HasValue: true, Value: { } constant })
            return constant switch
            {
                bool flag => new Flag(flag),
                _ when operation.Type.IsNumber() || operation.Type.IsEnum() => new Constant(Convert.ToDouble(constant, CultureInfo.InvariantCulture)),
                _ => scope.Unsupported(operation, $"A constant of type '{operation.Type?.Name}'"),
            };
        return operation switch
        {
            ILocalReferenceOperation local => members.Read(local, local.Local),
            IParameterReferenceOperation parameter => members.Read(parameter, parameter.Parameter),
            IFieldReferenceOperation field => members.Field(field),
            IPropertyReferenceOperation property => members.Property(property),
            IConversionOperation conversion => Conversion(conversion),
            IUnaryOperation unary => Unary(unary),
            IBinaryOperation binary => Binary(binary),
            IInvocationOperation invocation => calls.Invocation(invocation),
            IConditionalOperation { WhenFalse: { } whenFalse } choice => scope.Branch(
                Condition(choice.Condition), choice, scope.Source, () => Evaluate(choice.WhenTrue), () => Evaluate(whenFalse)),
            ISwitchExpressionOperation choice => Patterns.Switch(choice),
            IIsPatternOperation test => Patterns.Is(test),
            ISimpleAssignmentOperation assignment => Assignments.Simple(assignment),
            ICompoundAssignmentOperation assignment => Assignments.Compound(assignment),
            IDeconstructionAssignmentOperation assignment => Assignments.Deconstruction(assignment),
            IIncrementOrDecrementOperation increment => Assignments.Increment(increment),
            ITupleOperation tuple => Tuple(tuple, null),
            IArrayCreationOperation { Initializer: { } initializer } array when array.DimensionSizes.Length == 1 => List(initializer.ElementValues),
            ICollectionExpressionOperation collection when !collection.Elements.Any(element => element is ISpreadOperation) => List(collection.Elements),
            IArrayElementReferenceOperation { Indices.Length: 1 } entry => Entry(entry),
            IParenthesizedOperation parenthesized => Evaluate(parenthesized.Operand),
            _ => scope.Unsupported(operation, Constructs.Expression(operation)),
        };
    }

    /// <summary>A condition: a flag that no active value has a part in.</summary>
    public Node? Condition(IOperation operation) => Inactive(operation) switch
    {
        null => null,
        { Kind: ValueKind.Flag } condition => condition,
        _ => scope.Unsupported(operation, "This condition"),
    };

    /// <summary>A value that no active value has a part in.</summary>
    public Node? Inactive(IOperation operation)
    {
        Node? value = Evaluate(operation);
        if (value is null)
            return null;
        return scope.IsActive(value) ? scope.Report(Diagnostics.ActiveControlFlow, operation.Syntax, ActiveName(operation)) : value;
    }

    /// <summary>The name of the first active value that an expression reads, or else its text.</summary>
    public string ActiveName(IOperation operation) => FirstActive(operation) ?? SourceText.Of(operation.Syntax);

    /// <summary>The name of the first active value that an expression or a statement reads, by a name of its own.</summary>
    public string? FirstActive(IOperation operation)
    {
        foreach (IOperation part in operation.DescendantsAndSelf())
        {
            bool isAssigned = part.Parent is ISimpleAssignmentOperation { Target: var target } && target == part;
            if (!isAssigned && Referenced(part) is { } symbol && scope.Find(symbol) is { } value && scope.IsActive(value))
                return symbol.Name;
        }
        return null;
    }

    /// <summary>The value that a compound assignment gives its target.</summary>
    public Node? Compound(ICompoundAssignmentOperation compound)
    {
        if (compound.InConversion.IsUserDefined || compound.OutConversion.IsUserDefined)
            return scope.Unsupported(compound, "A user-defined conversion in an assignment");
        return Operator(compound, compound.OperatorKind, compound.Target, compound.Value);
    }

    /// <summary>A tuple, each item under a name.</summary>
    public Node? Tuple(ITupleOperation tuple, IReadOnlyList<string>? names)
    {
        var items = new Node?[tuple.Elements.Length];
        for (int i = 0; i < items.Length; i++)
        {
            string name = names is not null && i < names.Count ? names[i]
                : tuple.Type is INamedTypeSymbol { IsTupleType: true } type ? type.TupleElements[i].Name : "item";
            items[i] = Evaluate(tuple.Elements[i]) is not { } item ? null
                : names is null && item is not Reference ? scope.Hold(item, char.ToLowerInvariant(name[0]) + name.Substring(1))
                : item;
        }
        return items.Contains(null) ? null : new TupleValue(items.OfType<Node>().ToEquatable());
    }

    /// <summary>Evaluates operands in the order of the source, so that what uses them finds them evaluated.</summary>
    public T InOrder<T>(IReadOnlyList<IOperation> operands, Func<T> use)
    {
        int complex = 0;
        foreach (IOperation operand in operands)
            if (operand is not (ILiteralOperation or ILocalReferenceOperation or IParameterReferenceOperation or IFieldReferenceOperation))
                complex++;
        // Reading a name changes nothing.
        if (complex == 0)
            return use();
        foreach (IOperation operand in operands)
            if (!evaluated.ContainsKey(operand))
                evaluated[operand] = Evaluate(operand);
        T result = use();
        foreach (IOperation operand in operands)
            evaluated.Remove(operand);
        return result;
    }

    private static ISymbol? Referenced(IOperation operation) => operation switch
    {
        ILocalReferenceOperation local => local.Local,
        IParameterReferenceOperation parameter => parameter.Parameter,
        IFieldReferenceOperation field => field.Field,
        IPropertyReferenceOperation property => property.Property,
        _ => null,
    };

    private Node? Unary(IUnaryOperation unary)
    {
        if (unary is { OperatorKind: UnaryOperatorKind.Not, Type.SpecialType: SpecialType.System_Boolean })
            return Lower(unary.Operand) switch
            {
                null => null,
                { Kind: ValueKind.Flag } condition => Conditions.Not(condition),
                _ => scope.Unsupported(unary, "The operator 'Not'"),
            };
        return operations.Unary(unary);
    }

    private Node? Binary(IBinaryOperation binary) => Operator(binary, binary.OperatorKind, binary.LeftOperand, binary.RightOperand);

    private Node? Operator(IOperation whole, BinaryOperatorKind kind, IOperation leftOperand, IOperation rightOperand)
    {
        if (IsBoolean(leftOperand) && IsBoolean(rightOperand))
            return OfConditions(whole, kind, leftOperand, rightOperand);
        return InOrder([leftOperand, rightOperand], () =>
        {
            if (leftOperand.Type.IsWhole() && rightOperand.Type.IsWhole()
                && Lower(leftOperand) is Constant left && Lower(rightOperand) is Constant right
                && Conditions.OfWholeNumbers(kind, left.Value, right.Value) is { } known)
                return known;
            return Conditions.Fold(operations.Binary(whole, kind, leftOperand, rightOperand));
        });
    }

    private static bool IsBoolean(IOperation operand) => operand.Type?.SpecialType == SpecialType.System_Boolean;

    private Node? OfConditions(IOperation whole, BinaryOperatorKind kind, IOperation leftOperand, IOperation rightOperand)
    {
        Node? left = Lower(leftOperand);
        if ((kind, left) is (BinaryOperatorKind.ConditionalAnd, Flag { Value: false }) or (BinaryOperatorKind.ConditionalOr, Flag { Value: true }))
            return left;
        Node? right = Lower(rightOperand);
        if (left is null || right is null)
            return null;
        return kind switch
        {
            BinaryOperatorKind.ConditionalAnd or BinaryOperatorKind.And => Conditions.And(left, right),
            BinaryOperatorKind.ConditionalOr or BinaryOperatorKind.Or => Conditions.Or(left, right),
            BinaryOperatorKind.Equals => Conditions.Compare(Operation.Equal, left, right),
            BinaryOperatorKind.NotEquals or BinaryOperatorKind.ExclusiveOr => Conditions.Compare(Operation.NotEqual, left, right),
            _ => scope.Unsupported(whole, $"The operator '{kind}' on a condition"),
        };
    }

    private Node? Conversion(IConversionOperation conversion)
    {
        ITypeSymbol? from = conversion.Operand.Type;
        ITypeSymbol? to = conversion.Type;
        bool intoNumber = to.IsNumber() || to.Is(KnownNames.Scalar);
        if (from.Is(KnownNames.Tensor) && intoNumber)
            return scope.Report(Diagnostics.DerivativeLost, conversion.Syntax);
        if (conversion.Operand is ICollectionExpressionOperation or IArrayCreationOperation)
            return Evaluate(conversion.Operand);
        bool isIdentity = conversion.Conversion.IsIdentity || conversion.Conversion.IsNullable
            || (from is { IsTupleType: true } && to is { IsTupleType: true } && conversion.IsImplicit)
            || (from.IsEnum() && to.IsNumber());
        // A number that becomes a tensor or a scalar stays a number: every operation takes either.
        bool isWidening = from.IsNumber() && (to.Is(KnownNames.Tensor) || to.Is(KnownNames.Scalar)
            || (to.IsNumber() && (conversion.IsImplicit || to?.SpecialType == SpecialType.System_Double)));
        if (isIdentity || isWidening)
            return Evaluate(conversion.Operand);
        if (from.IsNumber() && to.IsInteger())
            switch (Evaluate(conversion.Operand))
            {
                case null:
                    return null;
                case Constant known:
                    return new Constant(Math.Truncate(known.Value));
                case { Kind: ValueKind.Number } number when !scope.IsActive(number):
                    return from.IsInteger() ? number : scope.Compute(Operation.Truncate, number);
            }
        if (Constructs.Name(conversion.Operand) is { } construct)
            return scope.Unsupported(conversion.Operand, construct);
        return scope.Unsupported(conversion, $"The conversion from '{from?.Name}' to '{to?.Name}'");
    }

    private Node? List(IEnumerable<IOperation> elements)
    {
        var items = new List<Node>();
        foreach (IOperation element in elements)
        {
            if (Evaluate(element) is not { } item)
                return null;
            items.Add(scope.Hold(item, "item"));
        }
        return new TupleValue(items.ToEquatable());
    }

    private Node? Entry(IArrayElementReferenceOperation entry)
    {
        Node? array = Evaluate(entry.ArrayReference);
        Node? index = Lower(entry.Indices[0]);
        if (array is null || index is null)
            return null;
        if (array is Apply { Operation: Operation.ShapeOf } shape)
            return scope.Compute(Operation.Size, shape.Arguments[0], index);
        return array is TupleValue { Items: var items } && index is Constant { Value: var position } && position >= 0 && position < items.Count
            ? items[(int)position] : scope.Unsupported(entry, Constructs.Expression(entry));
    }
}

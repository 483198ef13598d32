using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Declarative.Generators.Parsing;

/// <summary>What the parts of C# are called that are not part of the rule language.</summary>
internal static class Constructs
{
    public static string Statement(IOperation statement) => statement switch
    {
        ITryOperation => "A 'try' statement",
        IThrowOperation => "A 'throw' statement",
        ILockOperation => "A 'lock' statement",
        ILabeledOperation => "A label",
        IBranchOperation => "A 'goto' statement",
        IReturnOperation { Kind: OperationKind.YieldReturn or OperationKind.YieldBreak } => "A 'yield' statement",
        IUsingOperation => "An 'await using' statement",
        ILoopOperation => "An 'await foreach' statement",
        IInvalidOperation => "This statement, which does not compile,",
        _ when statement.Syntax is FixedStatementSyntax => "A 'fixed' statement",
        _ when statement.Syntax is UnsafeStatementSyntax => "An 'unsafe' block",
        _ => $"This statement ({statement.Kind})",
    };

    public static string Expression(IOperation expression) => Name(expression) ?? $"This expression ({expression.Kind})";

    /// <summary>The name of an expression; null for what has none of its own.</summary>
    public static string? Name(IOperation expression) => expression switch
    {
        IAwaitOperation => "An 'await' expression",
        IThrowOperation => "A 'throw' expression",
        IAnonymousFunctionOperation => "A lambda",
        IDelegateCreationOperation { Target: IAnonymousFunctionOperation } => "A lambda",
        IDelegateCreationOperation or IMethodReferenceOperation => "A delegate",
        ITranslatedQueryOperation => "A LINQ query",
        IObjectCreationOperation or IAnonymousObjectCreationOperation or ITypeParameterObjectCreationOperation => "The creation of an object",
        IArrayCreationOperation => "An array whose entries are not written down",
        IArrayElementReferenceOperation => "An entry of an array that is not known at compile time",
        IDynamicInvocationOperation or IDynamicMemberReferenceOperation or IDynamicIndexerAccessOperation or IDynamicObjectCreationOperation =>
            "A 'dynamic' call",
        IConditionalAccessOperation => "The operator '?.'",
        ICoalesceOperation => "The operator '??'",
        ICoalesceAssignmentOperation => "The operator '??='",
        IDefaultValueOperation => "A 'default' value",
        IInstanceReferenceOperation => "The object itself",
        IInterpolatedStringOperation => "A string",
        ITupleBinaryOperation => "A comparison of tuples",
        IIsTypeOperation or ITypeOfOperation => "A type",
        IWithOperation => "A 'with' expression",
        IAddressOfOperation => "An address",
        IInvalidOperation => "This expression, which does not compile,",
        _ when expression.Syntax is StackAllocArrayCreationExpressionSyntax or ImplicitStackAllocArrayCreationExpressionSyntax => "A 'stackalloc' expression",
        _ => null,
    };
}

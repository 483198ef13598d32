using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Declarative.Generators.Models;
using Declarative.Generators.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Declarative.Generators.Parsing;

/// <summary>Lowers an update rule to single assignment: statements in <see cref="StatementParser"/>, expressions in
/// <see cref="ExpressionParser"/>. It reads bound operations, never text. What it does not know it reports, on the smallest piece of
/// source; nothing is skipped.</summary>
internal static class RuleParser
{
    /// <summary>Whether a method is an update rule as far as its head can tell.</summary>
    public static bool HasSignature(IMethodSymbol method) =>
        method is { IsStatic: false, IsAbstract: false, IsExtern: false, IsGenericMethod: false, IsAsync: false, Parameters.Length: 2 or 3 }
        && method.ReturnType.Is(KnownNames.Tensor)
        && method.Parameters.All(parameter => parameter.RefKind == RefKind.None)
        && method.Parameters[0].Type.Is(KnownNames.Tensor)
        && method.Parameters[1].Type.Is(KnownNames.Tensor)
        && (method.Parameters.Length == 2 || method.Parameters[2].Type.SpecialType == SpecialType.System_Int64);

    /// <summary>The rule, or nothing if anything in it is an error.</summary>
    /// <param name="method">The rule's method.</param>
    /// <param name="body">Its body.</param>
    /// <param name="compilation">Where the methods are that it calls.</param>
    /// <param name="report">Told what is wrong or odd; null where nobody asks.</param>
    /// <param name="cancellation">Stops it.</param>
    public static RuleBody? Parse(
        IMethodSymbol method, IBlockOperation body, Compilation compilation, Report? report, CancellationToken cancellation)
    {
        var scope = new Scope(method, Captured(method.ContainingType), report);
        var expressions = new ExpressionParser(scope, compilation, cancellation);
        expressions.Enter(method, body);
        Node? result = expressions.Statements.Run(method, body) is { } value
            ? scope.Name(scope.Read(value), scope.Parameter.Name.TrimStart('@')) : null;
        if (scope.HasErrors || result is null)
            return null;
        var rule = new RuleBody(method.Name, scope.Parameter, scope.Gradient, scope.Step, scope.Hyperparameters.ToEquatable(),
            scope.InitialStates.ToEquatable(), scope.Statements.ToEquatable(), result,
            scope.FinalStates.ToEquatable())
        {
            OptionalStates = scope.OptionalStates.ToEquatable(),
        };
        if (report is not null)
        {
            expressions.Derivatives.ReportUnused();
            RuleWarnings.Report(scope, rule);
        }
        return rule;
    }

    // The parameters of a primary constructor are in scope in every part of the class.
    private static IEnumerable<string> Captured(INamedTypeSymbol type) => type.InstanceConstructors
        .Where(constructor => constructor.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax() is TypeDeclarationSyntax)
        .SelectMany(constructor => constructor.Parameters)
        .Select(parameter => parameter.Name);
}

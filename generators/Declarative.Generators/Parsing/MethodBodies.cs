using System.Collections.Generic;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Declarative.Generators.Parsing;

/// <summary>Finds the bodies of methods, accessors and local functions in source.</summary>
internal sealed class MethodBodies(Compilation compilation, CancellationToken cancellation)
{
    private readonly Dictionary<IMethodSymbol, IBlockOperation?> found = new(SymbolEqualityComparer.Default);

    /// <summary>The body of a method; null where there is none in source.</summary>
    public IBlockOperation? Find(IMethodSymbol method)
    {
        method = method.PartialImplementationPart ?? method;
        if (!found.TryGetValue(method, out IBlockOperation? body))
            found.Add(method, body = Read(method));
        return body;
    }

    /// <summary>Notes the local functions of a body that is being read, whose locals they share.</summary>
    public void Note(IOperation body)
    {
        foreach (IOperation operation in body.Descendants())
            if (operation is ILocalFunctionOperation function)
                found[function.Symbol] = function.Body;
    }

    private IBlockOperation? Read(IMethodSymbol method)
    {
        if (method.DeclaringSyntaxReferences.IsEmpty || method.MethodKind == MethodKind.LocalFunction)
            return null;
        SyntaxNode syntax = method.DeclaringSyntaxReferences[0].GetSyntax(cancellation);
        if (!compilation.ContainsSyntaxTree(syntax.SyntaxTree))
            return null;
        IBlockOperation? body = compilation.GetSemanticModel(syntax.SyntaxTree).GetOperation(syntax, cancellation) switch
        {
            IMethodBodyOperation whole => whole.BlockBody ?? whole.ExpressionBody,
            IBlockOperation block => block,
            _ => null,
        };
        if (body is not null)
            Note(body);
        return body;
    }
}

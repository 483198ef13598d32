namespace Declarative.Generators.Rules;

/// <summary>A statement of the intermediate representation.</summary>
/// <param name="Source">The source statement it came from, for the comment above it.</param>
internal abstract record Statement(string Source);

/// <summary>Gives a variable its one value.</summary>
internal sealed record Let(Variable Target, Node Value, string Source) : Statement(Source);

/// <summary>A branch on something that is not active, and the variables that its two arms give a value.</summary>
internal sealed record Branch(
    Node Condition, EquatableArray<Statement> Then, EquatableArray<Statement> Else, EquatableArray<Merge> Merges, string Source) : Statement(Source);

/// <summary>A variable whose value is that of one of the arms.</summary>
internal sealed record Merge(Variable Target, Node Then, Node Else);

/// <summary>Gives the tangent of a variable its one value. Only in a differentiated rule.</summary>
/// <param name="Target">The variable whose tangent it is.</param>
/// <param name="Terms">The sum; empty for a tangent that is zero.</param>
/// <param name="Rules">The names of the derivative rules used.</param>
internal sealed record TangentLet(Variable Target, EquatableArray<TangentTerm> Terms, EquatableArray<string> Rules, string Source) : Statement(Source);

/// <summary>A partial derivative times the tangent of a variable.</summary>
internal sealed record TangentTerm(Node Partial, Variable Of);

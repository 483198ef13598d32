using Declarative.Generators.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Declarative.Generators.Parsing;

/// <summary>Lowers <c>switch</c> statements to chains of branches.</summary>
internal sealed class SwitchParser(Scope scope, ExpressionParser expressions, StatementParser statements)
{
    /// <summary>A switch statement, and what is to be done after it.</summary>
    public Rest? Statement(ISwitchOperation choice, Rest? next)
    {
        string source = $"switch ({SourceText.Of(choice.Value.Syntax)})";
        scope.Begin(source);
        if (expressions.Inactive(choice.Value) is not { } value)
            return next;
        int otherwise = -1;
        for (int i = 0; i < choice.Cases.Length; i++)
            foreach (ICaseClauseOperation clause in choice.Cases[i].Clauses)
                if (clause is IDefaultCaseClauseOperation)
                    otherwise = i;
        // What is decided needs no branch.
        int first = 0;
        Node? condition = null;
        for (; first < choice.Cases.Length; first++)
            if ((condition = Condition(choice.Cases[first], value)) is not Flag { Value: false })
                break;
        if (condition is Flag || first == choice.Cases.Length)
        {
            int taken = first < choice.Cases.Length ? first : otherwise;
            return taken < 0 ? next : Section(choice, taken, next);
        }
        return statements.Split(choice, next, skipped => Chain(choice, first, condition, value, otherwise, source, skipped));
    }

    private void Chain(ISwitchOperation choice, int index, Node? condition, Node value, int otherwise, string source, Rest? rest)
    {
        scope.Branch(condition, choice, source, () => statements.Run(Section(choice, index, rest)), () =>
        {
            int next = index + 1;
            Node? following = null;
            scope.Source = source;
            for (; next < choice.Cases.Length; next++)
                if ((following = Condition(choice.Cases[next], value)) is not Flag { Value: false })
                    break;
            if (next < choice.Cases.Length)
                Chain(choice, next, following, value, otherwise, source, rest);
            else
                statements.Run(otherwise < 0 ? rest : Section(choice, otherwise, rest));
        });
    }

    private static Rest Section(ISwitchOperation choice, int index, Rest? next) =>
        new StatementsRest(choice.Cases[index].Body, 0, choice.Cases[index].Locals) { Next = new SwitchEnd(choice) { Next = next } };

    // Whether a label other than "default" applies.
    private Node? Condition(ISwitchCaseOperation section, Node value)
    {
        Node? any = new Flag(false);
        foreach (ICaseClauseOperation clause in section.Clauses)
        {
            Node? one = clause switch
            {
                IDefaultCaseClauseOperation => new Flag(false),
                ISingleValueCaseClauseOperation single => expressions.Patterns.Equal(single.Value, value, single),
                IPatternCaseClauseOperation pattern => expressions.Patterns.Guarded(pattern.Pattern, pattern.Guard, value),
                _ => scope.Unsupported(clause, Constructs.Expression(clause)),
            };
            any = any is null || one is null ? null : Conditions.Or(any, one);
        }
        return any;
    }
}

using Declarative.Generators.Rules;

namespace Declarative.Generators.Tests;

/// <summary>Evaluates the intermediate representation. Every operation acts entry by entry, so that a tensor may be one number; and
/// all coordinates alike, so that a tangent may be one as well.</summary>
internal sealed class Evaluator(IReadOnlyDictionary<Variable, double> inputs, IReadOnlyDictionary<Variable, double> inputTangents)
{
    private readonly Dictionary<Variable, double> values = new(inputs);
    private readonly Dictionary<Variable, double> tangents = new(inputTangents);

    public void Run(IEnumerable<Statement> statements)
    {
        foreach (Statement statement in statements)
        {
            switch (statement)
            {
                case Let let:
                    values.Add(let.Target, Value(let.Value));
                    break;
                case DerivativeLet tangent:
                    tangents.Add(tangent.Target, tangent.Terms.Sum(term => Value(term.Partial) * Tangent(term.Of)));
                    break;
                case Branch branch:
                    bool isTrue = Value(branch.Condition) != 0;
                    Run(isTrue ? branch.Then : branch.Else);
                    foreach (Merge merge in branch.Merges)
                    {
                        Node handed = isTrue ? merge.Then : merge.Else;
                        if (handed is not Variable variable || values.ContainsKey(variable))
                            values.Add(merge.Target, Value(handed));
                        tangents.Add(merge.Target, Tangent(handed));
                    }
                    break;
            }
        }
    }

    public double Tangent(Node node) => node is Variable variable && tangents.TryGetValue(variable, out double found) ? found : 0;

    public double Value(Node node) => node switch
    {
        Constant constant => constant.Value,
        Flag flag => flag.Value ? 1 : 0,
        Variable variable => values[variable],
        Setting setting => setting.Text.Length,
        Sum sum => sum.Terms.Sum(term => Value(term.Factor) * (term.Tensor is null ? 1 : Value(term.Tensor))),
        Apply { Operation: Operation.Select or Operation.KeepWhere } choice => Value(choice.Arguments[0]) != 0 ? Value(choice.Arguments[1])
            : choice.Arguments.Count > 2 ? Value(choice.Arguments[2]) : 0,
        Apply apply => Compute(apply.Operation, [.. apply.Arguments.Select(Value)]),
        _ => throw new InvalidOperationException(node.GetType().Name),
    };

    private static double Compute(Operation operation, double[] x) => operation switch
    {
        Operation.Add => x[0] + x[1],
        Operation.Subtract => x[0] - x[1],
        Operation.Multiply => x[0] * x[1],
        Operation.Divide => x[0] / x[1],
        Operation.Negate => -x[0],
        Operation.Reciprocal => 1 / x[0],
        Operation.ReciprocalOrZero => x[0] == 0 ? 0 : 1 / x[0],
        Operation.Square => x[0] * x[0],
        Operation.SquareRoot => Math.Sqrt(x[0]),
        Operation.Power => Math.Pow(x[0], x[1]),
        Operation.Exponential => Math.Exp(x[0]),
        Operation.Logarithm => Math.Log(x[0]),
        Operation.Absolute => Math.Abs(x[0]),
        Operation.Maximum => Math.Max(x[0], x[1]),
        Operation.Minimum => Math.Min(x[0], x[1]),
        Operation.ShareAbove => x[0] > x[1] ? 1 : x[0] < x[1] ? 0 : 0.5,
        Operation.Stop or Operation.Broadcast => x[0],
        Operation.Fill => x[1],
        Operation.Sign => Math.Sign(x[0]),
        Operation.Equal => x[0] == x[1] ? 1 : 0,
        Operation.NotEqual => x[0] != x[1] ? 1 : 0,
        Operation.Less => x[0] < x[1] ? 1 : 0,
        Operation.LessOrEqual => x[0] <= x[1] ? 1 : 0,
        Operation.Greater => x[0] > x[1] ? 1 : 0,
        Operation.GreaterOrEqual => x[0] >= x[1] ? 1 : 0,
        Operation.And => x[0] * x[1],
        Operation.Or => Math.Max(x[0], x[1]),
        Operation.Not => 1 - x[0],
        _ => throw new InvalidOperationException(operation.ToString()),
    };
}

using System.Collections.Generic;
using System.Linq;
using Declarative.Generators.Differentiation;
using Declarative.Generators.Rules;

namespace Declarative.Generators.Emission;

/// <summary>Writes the adjoint step of a rule: the values it needs, then the adjoints from the last statement to the first.</summary>
internal sealed class AdjointEmitter
{
    private readonly StatementWriter writer;
    private readonly RuleBody rule;
    private readonly AdjointBody step;
    private readonly HashSet<Variable> read;
    private readonly HashSet<Variable> adjointsRead;
    private readonly AdjointMemory memory;

    private AdjointEmitter(SourceWriter writer, RuleBody rule, AdjointBody step)
    {
        this.writer = new(writer);
        this.rule = rule;
        this.step = step;
        read = [.. step.Statements.All().SelectMany(Statements.Expressions).SelectMany(Statements.Variables)];
        adjointsRead = [.. AdjointMemory.ReadsOf(step.Statements)];
        memory = new(step);
    }

    /// <summary>Writes the body of <c>AdjointStep(UpdateState state, UpdateAdjoints adjoints)</c>.</summary>
    public static void Emit(SourceWriter writer, RuleBody rule, AdjointBody step) => new AdjointEmitter(writer, rule, step).Emit();

    private void Emit()
    {
        writer.Inputs(rule, read);
        for (int i = 0; i < step.Seeds.Count; i++)
            if (adjointsRead.Contains(step.Seeds[i]))
                writer.Source.Line($"var {TensorWriter.AdjointOf(step.Seeds[i])} = {(i == 0 ? "adjoints.Parameter" : $"adjoints.StateAt({i - 1})")};");
        Variable[] kept = [rule.Gradient, rule.Parameter, .. rule.States];
        Block(step.Statements, [], [.. kept, .. rule.Hyperparameters.Select(input => input.Variable)]);
        writer.Source.Separate();
        writer.Source.Line("// The adjoints before the step.");
        Dictionary<Variable, DerivativeLet> results = step.Statements.OfType<DerivativeLet>().ToDictionary(adjoint => adjoint.Target);
        foreach (HyperparameterInput input in rule.Hyperparameters.Where(input => results[input.Variable].Terms.Count > 0))
            writer.Source.Line($"adjoints.AddHyperparameter({input.Index}, {TensorWriter.AdjointOf(input.Variable)});");
        // All are taken before any is replaced: some may still be what they were.
        writer.Source.Line($"adjoints.Replace({string.Join(", ", kept.Select(Kept))});");

        string Kept(Variable variable) => TensorWriter.AdjointOf(variable)
            + (!results[variable].IsAlias || memory.IsOwn(variable, kept.Where(other => other != variable)) ? "" : ".clone()");
    }

    private void Block(EquatableArray<Statement> statements, EquatableArray<Variable> exports, HashSet<Variable> readAfter)
    {
        for (int i = 0; i < statements.Count; i++)
        {
            HashSet<Variable> after = [.. readAfter, .. AdjointMemory.ReadsOf(statements.Skip(i + 1))];
            switch (statements[i])
            {
                case Let let:
                    writer.Let(let, static _ => false);
                    break;
                case DerivativeLet adjoint:
                    writer.Quote(adjoint);
                    if (adjoint.Rules.Count > 0)
                        writer.Source.Line($"// {string.Join(", ", adjoint.Rules)}");
                    string declaration = exports.Contains(adjoint.Target) ? "" : "var ";
                    writer.Assign($"{declaration}{TensorWriter.AdjointOf(adjoint.Target)} = ", adjoint.Target.Kind == ValueKind.Tensor
                        ? TensorWriter.WriteAdjoint(adjoint, of => memory.IsFree(adjoint, of, after)) : TensorWriter.WriteNumberAdjoint(adjoint.Terms));
                    break;
                case Branch branch:
                    Emit(branch, after);
                    break;
            }
        }
    }

    private void Emit(Branch branch, HashSet<Variable> readAfter)
    {
        writer.Quote(branch);
        foreach (Merge merge in branch.Merges)
            writer.Source.Line($"{StatementWriter.TypeOf(merge.Target.Kind)} {merge.Target.Name};");
        foreach (Variable export in branch.Exports)
            writer.Source.Line($"{StatementWriter.TypeOf(ValueKind.Tensor)} {TensorWriter.AdjointOf(export)};");
        writer.Source.Open($"if ({NumberWriter.Write(branch.Condition)})");
        Arm(branch.Then, branch.Merges.Select(merge => (merge.Target, merge.Then)));
        writer.Source.Close();
        writer.Source.Open("else");
        Arm(branch.Else, branch.Merges.Select(merge => (merge.Target, merge.Else)));
        writer.Source.Close();

        void Arm(EquatableArray<Statement> statements, IEnumerable<(Variable Target, Node Value)> handed)
        {
            Block(statements, branch.Exports, readAfter);
            foreach ((Variable target, Node value) in handed)
                writer.Source.Line($"{target.Name} = {(value is Variable variable ? variable.Name : NumberWriter.Write(value))};");
        }
    }
}

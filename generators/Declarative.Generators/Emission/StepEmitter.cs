using System.Collections.Generic;
using System.Linq;
using Declarative.Generators.Differentiation;
using Declarative.Generators.Rules;

namespace Declarative.Generators.Emission;

/// <summary>Writes one step of a rule, plain or with its tangents: a derivation that can be read, each part under the source
/// statement it came from.</summary>
internal sealed class StepEmitter
{
    private const string NumberTangentType = "global::Declarative.Rules.NumberTangent";

    private readonly StatementWriter writer;
    private readonly RuleBody rule;
    private readonly StepBody step;
    private readonly bool withTangents;
    private readonly HashSet<Variable> active;
    private readonly HashSet<Variable> read;
    private readonly HashSet<Variable> tangentsRead;
    private readonly Ownership values;
    private readonly Ownership tangentValues;
    private readonly Liveness valuesLive;
    private readonly Liveness tangentsLive;

    private StepEmitter(SourceWriter writer, RuleBody rule, StepBody step, bool withTangents)
    {
        this.writer = new(writer);
        this.rule = rule;
        this.step = step;
        this.withTangents = withTangents;
        active = withTangents ? Activity.Of(rule, step.Statements) : [];
        IEnumerable<Node> results = step.FinalStates.Where((final, i) => !final.Equals(rule.States[i])).Append(step.Result);
        read = [.. step.Statements.All().SelectMany(Statements.Expressions).Concat(results).SelectMany(Statements.Variables)];
        tangentsRead = [.. step.Statements.All().OfType<DerivativeLet>().SelectMany(tangent => tangent.Terms).Select(term => term.Of)];
        tangentsRead.UnionWith(step.Statements.All().OfType<Branch>().SelectMany(branch => branch.Merges)
            .SelectMany(merge => new[] { merge.Then, merge.Else }).Concat(results).OfType<Variable>().Where(active.Contains));
        // θ' is copied into the parameters, so that only the states are kept, unless θ' may be one that is released; of the tangents all are.
        values = Ownership.OfValues(step.Statements, MayBeFormerState(step.Result) ? step.FinalStates.Append(step.Result) : step.FinalStates);
        tangentValues = Ownership.OfTangents(step.Statements, results);
        valuesLive = Liveness.OfValues(rule, step);
        tangentsLive = Liveness.OfTangents(rule, step);
    }

    /// <summary>Writes the body of <c>Step(UpdateState state)</c>.</summary>
    public static void EmitStep(SourceWriter writer, RuleBody rule, StepBody step) => new StepEmitter(writer, rule, step, withTangents: false).Emit();

    /// <summary>Writes the body of <c>TangentStep(UpdateState state, UpdateTangents tangents)</c>.</summary>
    public static void EmitTangentStep(SourceWriter writer, RuleBody rule, StepBody step) => new StepEmitter(writer, rule, step, withTangents: true).Emit();

    private void Emit()
    {
        Inputs();
        HashSet<Variable> results = [.. step.FinalStates.Append(step.Result).OfType<Variable>()];
        Block(step.Statements, results, results);
        (IReadOnlyList<Node> finals, Node result) = WithoutReleased();
        writer.Source.Separate();
        writer.Source.Line("// The state after the step.");
        for (int i = 0; i < finals.Count; i++)
        {
            Node final = finals[i];
            if (final.Equals(rule.States[i]))
                continue;
            string value = final.Kind == ValueKind.Tensor ? values.Take(final, ((Variable)final).Name) : NumberWriter.Write(final);
            writer.Source.Line($"state.Replace({i}, {value});");
            if (withTangents)
                writer.Source.Line($"tangents.Replace({i}, {Kept(final, rule.States[i].Kind)});");
        }
        writer.Source.Line($"state.Parameter = {((Variable)result).Name};");
        if (withTangents && !result.Equals(rule.Parameter))
            writer.Source.Line($"tangents.Parameter = {Kept(result, ValueKind.Tensor)};");
    }

    // Replacing a state releases its former tensor, or overwrites it. Where that one lives on, as another state or as θ', it is copied before.
    private (IReadOnlyList<Node> FinalStates, Node Result) WithoutReleased()
    {
        var copies = new Dictionary<Variable, Node>();
        var names = new UniqueNames(rule, step.Statements);
        Node[] finals = [.. step.FinalStates.Select((final, i) => Copied(final, before: i))];
        return (finals, Copied(step.Result, before: finals.Length));

        Node Copied(Node node, int before)
        {
            int index = node is Variable { Kind: ValueKind.Tensor } variable ? rule.States.ToList().IndexOf(variable) : -1;
            bool isReleased = index >= 0 && index < before && !step.FinalStates[index].Equals(node);
            bool mayShare = before > 0 && node.Kind == ValueKind.Tensor && (SharesState(node) || (withTangents && SharesStateTangent(node)));
            if (!isReleased && !mayShare)
                return node;
            if (copies.TryGetValue((Variable)node, out Node copy))
                return copy;
            var former = new Variable(names.Take(UniqueNames.Prefixed("former", ((Variable)node).Name)), ValueKind.Tensor);
            if (copies.Count == 0)
            {
                writer.Source.Separate();
                writer.Source.Line("// Former states that live on.");
            }
            writer.Source.Line($"var {former.Name} = {((Variable)node).Name}.clone();");
            if (withTangents)
                writer.Source.Line($"var {TensorWriter.TangentOf(former)} = {Tangent(node, ValueKind.Tensor)}.clone();");
            copies.Add((Variable)node, former);
            active.Add(former);
            values.Own(former);
            tangentValues.Own(former);
            return former;
        }
    }

    // Replacing a state releases or overwrites its former tensor, and so what is a view of it. A method of the user's may give what it was
    // given.
    private bool SharesState(Node node) => step.Statements.All().OfType<Let>().Any(let => let.Target.Equals(node)
        && (let.Value is Variable or Call || Operations.IsView(let.Value)) && let.Value.Variables().Any(variable => rule.States.Contains(variable) || SharesState(variable)));

    private bool SharesStateTangent(Node node) => step.Statements.All().OfType<DerivativeLet>().Any(tangent => tangent.Target.Equals(node)
        && tangent.IsAlias && (rule.States.Contains(tangent.Terms[0].Of) || SharesStateTangent(tangent.Terms[0].Of)));

    private bool MayBeFormerState(Node node) => node is Variable variable && (rule.States.Contains(variable) || SharesState(variable)
        || step.Statements.All().OfType<Branch>().SelectMany(branch => branch.Merges)
            .Any(merge => merge.Target == variable && (MayBeFormerState(merge.Then) || MayBeFormerState(merge.Else))));

    private string Kept(Node node, ValueKind kind)
    {
        string tangent = Tangent(node, kind);
        return kind == ValueKind.Tensor && IsActive(node) ? tangentValues.Take(node, tangent) : tangent;
    }

    private bool IsActive(Node node) => node is Variable variable && active.Contains(variable);

    private void Inputs()
    {
        writer.Inputs(rule, read);
        if (!withTangents)
            return;
        foreach (HyperparameterInput input in rule.Hyperparameters)
            TangentInput(input.Variable, $"tangents.HyperparameterAt({input.Index})");
        TangentInput(rule.Parameter, "tangents.Parameter");
        TangentInput(rule.Gradient, "tangents.Gradient");
        for (int i = 0; i < rule.States.Count; i++)
            TangentInput(rule.States[i], rule.States[i].Kind == ValueKind.Tensor ? $"tangents.TensorAt({i})" : $"tangents.NumberAt({i})");
    }

    private void TangentInput(Variable variable, string value)
    {
        if (tangentsRead.Contains(variable))
            writer.Source.Line($"var {TensorWriter.TangentOf(variable)} = {value};");
    }

    private void Block(EquatableArray<Statement> statements, HashSet<Variable> readAfter, HashSet<Variable> tangentsReadAfter)
    {
        for (int i = 0; i < statements.Count; i++)
        {
            Statement statement = statements[i];
            if (statement is Branch choice && !choice.Merges.Any(merge => read.Contains(merge.Target) || HasTangent(merge)))
                continue;
            HashSet<Variable> live = valuesLive.After(statements, i, readAfter);
            HashSet<Variable> liveTangents = tangentsLive.After(statements, i, tangentsReadAfter);
            switch (statement)
            {
                case Let let:
                    writer.Let(let, variable => valuesLive.IsDead(variable, live, let.Target));
                    break;
                case DerivativeLet tangent:
                    EmitTangent(tangent, liveTangents);
                    break;
                case Branch branch:
                    EmitBranch(branch, valuesLive.AfterArms(branch, live), tangentsLive.AfterArms(branch, liveTangents));
                    break;
            }
        }
    }

    private void EmitTangent(DerivativeLet tangent, HashSet<Variable> live)
    {
        writer.Quote(tangent);
        if (tangent.Rules.Count > 0)
            writer.Source.Line($"// {string.Join(", ", tangent.Rules)}");
        string target = $"var {TensorWriter.TangentOf(tangent.Target)} = ";
        if (tangent.Target.Kind == ValueKind.Tensor)
            writer.Assign(target, TensorWriter.WriteTangent(tangent, variable => tangentsLive.IsDead(variable, live, tangent.Target)));
        else
            writer.Source.Line($"{target}{TensorWriter.WriteNumberTangent(tangent.Terms)};");
    }

    private void EmitBranch(Branch branch, HashSet<Variable> live, HashSet<Variable> liveTangents)
    {
        writer.Quote(branch);
        foreach (Merge merge in branch.Merges.Where(merge => read.Contains(merge.Target)))
            writer.Source.Line($"{StatementWriter.TypeOf(merge.Target.Kind)} {merge.Target.Name};");
        foreach (Merge merge in branch.Merges.Where(HasTangent))
        {
            string type = merge.Target.Kind == ValueKind.Tensor ? StatementWriter.TypeOf(ValueKind.Tensor) : NumberTangentType;
            writer.Source.Line($"{type} {TensorWriter.TangentOf(merge.Target)};");
        }
        writer.Source.Open($"if ({NumberWriter.Write(branch.Condition)})");
        Arm(branch.Then, branch.Merges.Select(merge => (merge, merge.Then)));
        writer.Source.Close();
        writer.Source.Open("else");
        Arm(branch.Else, branch.Merges.Select(merge => (merge, merge.Else)));
        writer.Source.Close();

        void Arm(EquatableArray<Statement> statements, IEnumerable<(Merge Merge, Node Value)> handed)
        {
            Block(statements, live, liveTangents);
            foreach ((Merge merge, Node value) in handed)
            {
                string text = merge.Target.Kind is not (ValueKind.Tensor or ValueKind.Mask) ? NumberWriter.Write(value)
                    : valuesLive.IsPassedOn(value, merge.Target) ? ((Variable)value).Name
                    : values.Give(merge.Target, statements, value, ((Variable)value).Name);
                if (read.Contains(merge.Target))
                    writer.Source.Line($"{merge.Target.Name} = {text};");
                if (HasTangent(merge))
                    writer.Source.Line($"{TensorWriter.TangentOf(merge.Target)} = {Given(merge, statements, value)};");
            }
        }

        string Given(Merge merge, EquatableArray<Statement> arm, Node value)
        {
            string tangent = Tangent(value, merge.Target.Kind);
            return merge.Target.Kind == ValueKind.Tensor && IsActive(value) && !tangentsLive.IsPassedOn(value, merge.Target)
                ? tangentValues.Give(merge.Target, arm, value, tangent) : tangent;
        }
    }

    private bool HasTangent(Merge merge) => tangentsRead.Contains(merge.Target) && active.Contains(merge.Target);

    private string Tangent(Node node, ValueKind kind) => IsActive(node) ? TensorWriter.TangentOf((Variable)node)
        : kind == ValueKind.Tensor ? TensorWriter.ZeroTangent((Variable)node) : NumberTangentType + ".Zero";
}

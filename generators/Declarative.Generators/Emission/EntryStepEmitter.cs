using System;
using System.Collections.Generic;
using System.Linq;
using Declarative.Generators.Differentiation;
using Declarative.Generators.Rules;

namespace Declarative.Generators.Emission;

/// <summary>Writes the plain step of a rule that acts entry by entry as one loop over memory: each entry is read once and written once, however
/// many operations there are, and nothing between them is kept.</summary>
internal sealed class EntryStepEmitter
{
    private const string Entries = "__StepEntries";
    private const string NumberStates = "__StepNumbers";
    private const string Register = "global::System.Numerics.Vector<" + EntryWriter.EntryType + ">";

    private readonly SourceWriter source;
    private readonly StatementWriter quotes;
    private readonly RuleBody rule;
    private readonly StepBody step;
    private readonly HashSet<Variable> read;
    private readonly UniqueNames names;
    private readonly EntryWriter entries;

    private EntryStepEmitter(SourceWriter source, RuleBody rule, StepBody step)
    {
        this.source = source;
        this.rule = rule;
        this.step = step;
        quotes = new(source);
        names = new(rule, step.Statements);
        entries = new(names);
        read = [.. step.Statements.All().SelectMany(Statements.Expressions)
            .Concat(step.FinalStates.Where((final, i) => !final.Equals(rule.States[i]))).Append(step.Result).SelectMany(Statements.Variables)];
    }

    private EntryStepEmitter(SourceWriter source, EntryStepEmitter outer)
    {
        this.source = source;
        quotes = new(source);
        (rule, step, read, names, entries) = (outer.rule, outer.step, outer.read, outer.names, outer.entries);
    }

    /// <summary>Whether a step can be written so.</summary>
    public static bool CanEmit(RuleBody rule, StepBody step) => rule.ReadsWholeTensors is null && step.Statements.All().All(CanEmit)
        && step.FinalStates.Append(step.Result).All(CanHold)
        // The numbers of an arm are computed whether it is taken or not, which a property of the user's may not be ready for.
        && !step.Statements.OfType<Branch>().SelectMany(branch => branch.Then.Concat(branch.Else).All()).OfType<Let>()
            .Any(let => let.Value.Settings().Any(setting => setting.Kind == ValueKind.Number || !EntryWriter.IsTensor(let.Target)));

    /// <summary>Writes the call in <c>Step(UpdateState state)</c>, which returns where the pass was taken.</summary>
    public static void EmitCall(SourceWriter source, RuleBody rule, StepBody step)
    {
        source.Line("// In one pass where memory is the host's, else operation by operation.");
        source.Open($"if (state.TakeEntryStep({Entries}<float>, {Entries}<double>))");
        if (NumberFinals(rule, step).Length > 0)
            source.Line($"{NumberStates}(state);");
        source.Line("return;");
        source.Close();
        source.Line();
    }

    /// <summary>Writes the methods that it takes.</summary>
    public static void Emit(SourceWriter source, RuleBody rule, StepBody step)
    {
        source.Line();
        source.Line($"// {rule.Method} in one pass over memory.");
        source.Line(TypeEmitter.GeneratedCode);
        // A loop in a method that is called seldom would run unoptimized for long.
        source.Line("[global::System.Runtime.CompilerServices.MethodImpl(global::System.Runtime.CompilerServices.MethodImplOptions.AggressiveOptimization)]");
        var emitter = new EntryStepEmitter(source, rule, step);
        string first = emitter.names.Take("first");
        string last = emitter.names.Take("last");
        source.Line($"private void {Entries}<{EntryWriter.EntryType}>(global::Declarative.Rules.UpdateState state, int {first}, int {last})");
        source.Indent();
        source.Line($"where {EntryWriter.EntryType} : struct");
        source.Outdent();
        source.Open();
        emitter.Body(first, last);
        source.Close();
        int[] numbers = NumberFinals(rule, step);
        if (numbers.Length == 0)
            return;
        // Every range of entries reads them as they were.
        source.Line();
        source.Line("// The number states after that pass.");
        source.Line(TypeEmitter.GeneratedCode);
        source.Open($"private void {NumberStates}(global::Declarative.Rules.UpdateState state)");
        new EntryStepEmitter(source, rule, step).Numbers();
        foreach (int i in numbers)
            source.Line($"state.Replace({i}, {NumberWriter.Write(step.FinalStates[i])});");
        source.Close();
    }

    private static int[] NumberFinals(RuleBody rule, StepBody step) => [.. Enumerable.Range(0, rule.States.Count)
        .Where(i => rule.States[i].Kind == ValueKind.Number && !step.FinalStates[i].Equals(rule.States[i]))];

    private static bool CanEmit(Statement statement) => statement switch
    {
        Let let => EntryWriter.IsTensor(let.Target) ? EntryWriter.CanWrite(let.Value) : EntryWriter.IsNumber(let.Value),
        Branch branch => EntryWriter.IsNumber(branch.Condition) && branch.Merges.All(merge => CanHold(merge.Target) && CanHold(merge.Then) && CanHold(merge.Else)),
        _ => false,
    };

    private static bool CanHold(Node node) => EntryWriter.IsTensor(node) ? node is Variable && EntryWriter.CanWrite(node) : EntryWriter.IsNumber(node);

    private void Body(string first, string last)
    {
        Numbers();
        var loop = new SourceWriter();
        string index = names.Take("i");
        var memories = new List<(string Name, string Tensor)>();
        string Memory(Variable variable, string tensor)
        {
            string name = names.Take(variable.Name.TrimStart('@') + "Entries");
            memories.Add((name, tensor));
            return name;
        }

        // What the loop needs is known when it has been written.
        var inner = new EntryStepEmitter(loop, this);
        loop.Open();
        foreach ((Variable variable, string tensor) in new[] { (rule.Parameter, "state.Parameter"), (rule.Gradient, "state.Gradient") })
            if (read.Contains(variable))
                loop.Line($"var {variable.Name} = {Memory(variable, tensor)}.Read({index});");
        var states = new string?[rule.States.Count];
        for (int i = 0; i < states.Length; i++)
        {
            bool isKept = rule.States[i].Kind != ValueKind.Tensor || step.FinalStates[i].Equals(rule.States[i]);
            if (rule.States[i].Kind == ValueKind.Tensor && (read.Contains(rule.States[i]) || !isKept))
                states[i] = Memory(rule.States[i], $"state.TensorAt({i})");
            if (states[i] is { } memory && read.Contains(rule.States[i]))
                loop.Line($"var {rule.States[i].Name} = {memory}.Read{IfUsed(rule.States[i])}({index});");
        }
        inner.Block(step.Statements);
        loop.Separate();
        loop.Line("// The state after the step.");
        for (int i = 0; i < states.Length; i++)
            if (states[i] is { } memory && !step.FinalStates[i].Equals(rule.States[i]))
                loop.Line($"{memory}.Write{IfUsed(rule.States[i])}({index}, {entries.Write(step.FinalStates[i])});");
        string updated = names.Take("updatedEntries");
        loop.Line($"{updated}.Write({index}, {entries.Write(step.Result)});");
        loop.Close();

        source.Separate();
        foreach (KeyValuePair<Node, string> number in entries.Numbers)
            source.Line($"var {number.Value} = {EntryWriter.Operations}Every<{EntryWriter.EntryType}>({NumberWriter.Write(number.Key)});");
        foreach ((string name, string tensor) in memories.Append((updated, "state.Updated")))
            source.Line($"var {name} = {tensor}.Entries<{EntryWriter.EntryType}>();");
        source.Line($"for (int {index} = {first}; {index} < {last}; {index} += {Register}.Count)");
        source.Lines(loop.ToString());
    }

    private string IfUsed(Variable state) => rule.OptionalStates.Contains(state) ? "IfUsed" : "";

    // All numbers of the rule, those of the arms too: nothing that they are made of depends on where they are computed.
    private void Numbers()
    {
        if (rule.Step is { } time && read.Contains(time))
            source.Line($"double {time.Name} = state.Step;");
        foreach (HyperparameterInput input in rule.Hyperparameters.Where(input => read.Contains(input.Variable)))
            source.Line($"double {input.Variable.Name} = this.{input.Field};");
        for (int i = 0; i < rule.States.Count; i++)
            if (rule.States[i].Kind == ValueKind.Number && read.Contains(rule.States[i]))
                source.Line($"double {rule.States[i].Name} = state.NumberAt({i});");
        Numbers(step.Statements);
    }

    private void Numbers(EquatableArray<Statement> statements)
    {
        foreach (Statement statement in statements)
        {
            if (statement is Let let && !EntryWriter.IsTensor(let.Target))
            {
                quotes.Quote(let);
                source.Line($"{StatementWriter.TypeOf(let.Target.Kind)} {let.Target.Name} = {NumberWriter.Write(let.Value)};");
            }
            else if (statement is Branch branch)
            {
                Numbers(branch.Then);
                Numbers(branch.Else);
                foreach (Merge merge in branch.Merges.Where(merge => read.Contains(merge.Target) && !EntryWriter.IsTensor(merge.Target)))
                    source.Line($"{StatementWriter.TypeOf(merge.Target.Kind)} {merge.Target.Name} = {NumberWriter.Write(branch.Condition)} "
                        + $"? {NumberWriter.Write(merge.Then)} : {NumberWriter.Write(merge.Else)};");
            }
        }
    }

    private void Block(EquatableArray<Statement> statements)
    {
        foreach (Statement statement in statements)
        {
            if (statement is Let let && EntryWriter.IsTensor(let.Target))
            {
                quotes.Quote(let);
                source.Line($"var {let.Target.Name} = {entries.Write(let.Value)};");
            }
            else if (statement is Branch branch)
                Choice(branch);
        }
    }

    private void Choice(Branch branch)
    {
        Merge[] merges = [.. branch.Merges.Where(merge => read.Contains(merge.Target) && EntryWriter.IsTensor(merge.Target))];
        if (merges.Length == 0)
            return;
        quotes.Quote(branch);
        foreach (Merge merge in merges)
            source.Line($"{Register} {merge.Target.Name};");
        Arm($"if ({NumberWriter.Write(branch.Condition)})", branch.Then, merge => merge.Then);
        Arm("else", branch.Else, merge => merge.Else);

        void Arm(string header, EquatableArray<Statement> statements, Func<Merge, Node> value)
        {
            source.Open(header);
            Block(statements);
            foreach (Merge merge in merges)
                source.Line($"{merge.Target.Name} = {entries.Write(value(merge))};");
            source.Close();
        }
    }
}

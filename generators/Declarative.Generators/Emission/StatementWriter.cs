using System;
using System.Collections.Generic;
using System.Linq;
using Declarative.Generators.Rules;

namespace Declarative.Generators.Emission;

/// <summary>Writes what all steps have in common: their inputs, the source they quote, and values.</summary>
internal sealed class StatementWriter(SourceWriter source)
{
    private const int Wide = 100;

    private string quoted = "";

    /// <summary>Where it writes.</summary>
    public SourceWriter Source { get; } = source;

    public static string TypeOf(ValueKind kind) => kind switch
    {
        ValueKind.Tensor or ValueKind.Mask => "global::TorchSharp.torch.Tensor",
        ValueKind.Number => "double",
        ValueKind.Shape => "long[]",
        _ => "bool",
    };

    /// <summary>Declares those inputs of a rule that the step reads.</summary>
    public void Inputs(RuleBody rule, HashSet<Variable> read)
    {
        if (rule.Step is { } time && read.Contains(time))
            Source.Line($"double {time.Name} = state.Step;");
        foreach (HyperparameterInput input in rule.Hyperparameters.Where(input => read.Contains(input.Variable)))
            Source.Line($"double {input.Variable.Name} = this.{input.Field};");
        Input(rule.Parameter, "state.Parameter");
        Input(rule.Gradient, "state.Gradient");
        for (int i = 0; i < rule.States.Count; i++)
            Input(rule.States[i], rule.States[i].Kind == ValueKind.Tensor ? $"state.TensorAt({i})" : $"state.NumberAt({i})");

        void Input(Variable variable, string value)
        {
            if (read.Contains(variable))
                Source.Line($"{(variable.Kind == ValueKind.Tensor ? "var" : "double")} {variable.Name} = {value};");
        }
    }

    /// <summary>Quotes the source of a statement, unless the one before had the same.</summary>
    public void Quote(Statement statement)
    {
        if (statement.Source == quoted)
            return;
        quoted = statement.Source;
        if (quoted.Length == 0)
            return;
        Source.Separate();
        Source.Line($"// {quoted}");
    }

    /// <summary>Computes a value.</summary>
    /// <param name="let">The statement.</param>
    /// <param name="isFree">Whether a variable may be overwritten.</param>
    public void Let(Let let, Func<Variable, bool> isFree)
    {
        Quote(let);
        // What is stopped is a tensor of its own: the other one may be released before it.
        if (let is { Value: Variable { Kind: ValueKind.Tensor } stopped })
            Source.Line($"var {let.Target.Name} = {stopped.Name}.alias();");
        else if (let.Target.Kind is ValueKind.Tensor or ValueKind.Mask)
            Assign($"var {let.Target.Name} = ", TensorWriter.Write(let.Value, isFree));
        else
            Source.Line($"{TypeOf(let.Target.Kind)} {let.Target.Name} = {NumberWriter.Write(let.Value)};");
    }

    /// <summary>Writes a chain of calls, on one line where it fits.</summary>
    public void Assign(string target, IReadOnlyList<string> links)
    {
        if (links.Count == 1 || target.Length + links.Sum(link => link.Length) <= Wide)
        {
            Source.Line(target + string.Concat(links) + ";");
            return;
        }
        Source.Line(target + links[0]);
        Source.Indent();
        for (int i = 1; i < links.Count; i++)
            Source.Line(links[i] + (i == links.Count - 1 ? ";" : ""));
        Source.Outdent();
    }
}

using System.Reflection;
using Declarative.Rules;
using TorchSharp;
using static TorchSharp.torch;

namespace Declarative.Tests.Optimizers;

/// <summary>The generated plain step against the method that specifies it.</summary>
public sealed class GeneratedStepTests
{
    public static TheoryData<string> Names => [.. OptimizerCase.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Does_what_the_update_rule_says(string name)
    {
        using var scope = NewDisposeScope();
        IUpdateRule rule = OptimizerCase.Of(name).CreateSet();
        MethodInfo update = rule.GetType().GetMethods(BindingFlags.Instance | BindingFlags.NonPublic)
            .Single(method => method.GetCustomAttribute<UpdateRuleAttribute>() is not null);
        FieldInfo[] fields = [.. rule.States.Select(state => rule.GetType().GetField(state.Name, BindingFlags.Instance | BindingFlags.NonPublic)!)];

        Tensor parameter = randn([11], dtype: ScalarType.Float64);
        using var state = new UpdateState(rule.States, parameter);
        // A state that is not used stays null: a rule that touches it throws.
        foreach ((FieldInfo field, StateDeclaration declared) in fields.Zip(rule.States).Where(pair => pair.Second.IsUsed))
            field.SetValue(rule, declared.IsNumber ? (object)declared.Initial : full_like(parameter, declared.Initial));
        state.Parameter = parameter.clone();
        for (int step = 1; step <= 8; step++)
        {
            Tensor gradient = randn([11], dtype: ScalarType.Float64);
            object[] arguments = update.GetParameters().Length == 3 ? [parameter, gradient, (long)step] : [parameter, gradient];
            parameter = (Tensor)update.Invoke(rule, arguments)!;

            state.Gradient = gradient;
            state.Step = step;
            rule.Step(state);

            AssertEqual(parameter, state.Parameter);
            for (int i = 0; i < fields.Length; i++)
            {
                if (fields[i].GetValue(rule) is double number)
                    Assert.Equal(number, state.NumberAt(i), 1e-14);
                else if (rule.States[i].IsUsed)
                    AssertEqual((Tensor)fields[i].GetValue(rule)!, state.TensorAt(i));
            }
        }
    }

    private static void AssertEqual(Tensor expected, Tensor actual) =>
        Assert.True((expected - actual).abs().max().item<double>() <= 1e-12, $"expected {expected.str()}, got {actual.str()}");
}

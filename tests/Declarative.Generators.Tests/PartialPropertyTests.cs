using System.Reflection;
using Microsoft.CodeAnalysis.CSharp;
using static TorchSharp.torch;

namespace Declarative.Generators.Tests;

/// <summary>Hyperparameters and states that are partial properties.</summary>
public sealed class PartialPropertyTests
{
    [Fact]
    public void A_rule_reads_and_writes_them_as_fields()
    {
        Type type = NumericCheck.Load(GeneratorHarness.Run("""
            public sealed partial class Rule
            {
                [Hyperparameter(0.1, Domain.Positive)] private partial double LearningRate { get; }
                [Hyperparameter(0.9, Domain.UnitInterval)] public partial double @value { get; }
                [State(Initial = 0.5)] internal partial Tensor Velocity { get; private set; }
                [State(Initial = 2)] private partial double Scale { get; set; }

                [UpdateRule]
                private Tensor Update(Tensor parameter, Tensor gradient)
                {
                    Velocity = @value * Velocity + gradient;
                    this.Scale *= value;
                    return parameter - LearningRate * Velocity * this.Scale;
                }
            }
            """)).GetType("Rule", throwOnError: true)!;
        NumericCheck.AssertAgrees(type);
        Assert.Equal(0.9, type.GetProperty("value")!.GetValue(Activator.CreateInstance(type)));
        Assert.Equal(["learningRate", "value"], ((IUpdateRule)Activator.CreateInstance(type)!).Hyperparameters.Select(item => item.Name));
    }

    [Fact]
    public void A_tensor_is_created_when_it_is_first_read_and_is_a_leaf()
    {
        using var scope = NewDisposeScope();
        Type type = NumericCheck.Load(GeneratorHarness.Run("""
            namespace Samples;

            public partial class Loss<T>
            {
                /// <summary>Divides the logits.</summary>
                [Hyperparameter(1.5, Domain.Positive)]
                public virtual partial Tensor Temperature { get; }

                [Hyperparameter(0.5, Domain.UnitInterval, Size = nameof(Count))]
                protected internal partial Tensor? Weights { get; }

                private int Count { get; } = 2;
            }
            """)).GetType("Samples.Loss`1", throwOnError: true)!.MakeGenericType(typeof(int));
        object loss = Activator.CreateInstance(type)!;
        var temperature = (Tensor)type.GetProperty("Temperature")!.GetValue(loss)!;
        Assert.True(temperature is { is_leaf: true, requires_grad: true, ndim: 0 });
        Assert.Equal(1.5f, temperature.item<float>());
        ((IHyperparameterOwner)loss).Hyperparameters["temperature"].Value = 2;
        Assert.Equal(2f, temperature.item<float>());
        Assert.Same(temperature, type.GetProperty("Temperature")!.GetValue(loss));
        Assert.Equal(["temperature", "weights[0]", "weights[1]"], ((IHyperparameterOwner)loss).Hyperparameters.EntryNames);
    }

    [Theory]
    [InlineData("[Hyperparameter(0.1, Domain.Positive)]", "")]
    [InlineData("", "[Hyperparameter(0.1, Domain.Positive)]")]
    public void The_annotated_part_may_not_be_both(string onDefinition, string onImplementation)
    {
        // An implementation of one's own leaves nothing to generate; it is refused, and nothing throws.
        GeneratorRun run = GeneratorHarness.RunOnAnything(GeneratorHarness.Compile($$"""
            sealed partial class Loss
            {
                {{onDefinition}} public partial Tensor Weight { get; }
                {{onImplementation}} public partial Tensor Weight => zeros(1);
            }
            """));
        Assert.Empty(run.Sources);
        Assert.Equal("DECL0003", Assert.Single(MarkedSource.OwnDiagnostics(run.Output)).Id);
    }

    [Fact]
    public void They_need_the_language_version_that_has_them()
    {
        CSharpCompilation compilation = GeneratorHarness.Compile(LanguageVersion.CSharp13, """
            using Declarative;
            using static TorchSharp.torch;
            public sealed partial class Loss { [Hyperparameter(0.1, Domain.Positive)] public partial Tensor Weight { get; } }
            """);
        Assert.Contains("public partial global::TorchSharp.torch.Tensor Weight", GeneratorHarness.Run(compilation).Source);
    }
}

using System.Reflection;
using Microsoft.CodeAnalysis;

namespace Declarative.Generators.Tests;

/// <summary>Annotated base classes, in the same assembly and in another one, which may be referred to as a file (where private members
/// are invisible) or as a compilation (as in an editor): the generated code is the same.</summary>
public sealed class InheritanceTests
{
    private const string Bases = """
        public abstract partial class Root
        {
            [Hyperparameter(0.1, Domain.Positive)] private double hidden;
            [Hyperparameter(0.2, Domain.Positive)] protected double rate;
            [State(Initial = 0.5)] protected Tensor velocity;
            [State] private Tensor unseen;
            protected double Hidden => hidden;
            protected void Forget() => unseen = zeros(1) - unseen;
        }

        public abstract class Between : Root { }

        public abstract partial class Middle<T> : Between
        {
            [Hyperparameter(0.9, Domain.UnitInterval)] protected partial double Decay { get; }
            [State] protected partial double Power { get; set; }
        }
        """;

    private const string Derived = """
        public sealed partial class Rule : Middle<int>
        {
            [Hyperparameter(0.3, Domain.Positive)] private double own;
            [State] private Tensor average;

            [UpdateRule]
            private Tensor Update(Tensor parameter, Tensor gradient)
            {
                Power = Decay * Power + rate;
                velocity = Decay * velocity + gradient;
                average = own * velocity + average;
                return parameter - rate * Power * velocity - own * average;
            }
        }
        """;

    private static readonly string[] names = ["hidden", "rate", "decay", "own"];

    [Fact]
    public void A_rule_reads_what_its_bases_declare()
    {
        Type type = NumericCheck.Load(GeneratorHarness.Run(Bases, Derived)).GetType("Rule", throwOnError: true)!;
        Assert.Equal(names, ((IUpdateRule)Activator.CreateInstance(type)!).Hyperparameters.Select(item => item.Name));
        Assert.Equal(["velocity", "Power", "average"], ((IUpdateRule)Activator.CreateInstance(type)!).States.Select(state => state.Name));
        NumericCheck.AssertAgrees(type);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Bases_in_another_assembly_give_the_same_code(bool asCompilation)
    {
        GeneratorRun bases = GeneratorHarness.Run(Bases);
        GeneratorRun derived = GeneratorHarness.Run(GeneratorHarness.Compile([GeneratorHarness.ReferenceTo(bases.Output, asCompilation)], Derived));
        Assert.Equal(GeneratorHarness.Run(Bases, Derived).Sources["Rule.g.cs"], derived.Source);

        Assembly library = NumericCheck.Load(bases);
        System.Runtime.Loader.AssemblyLoadContext.Default.Resolving += (_, name) => name.FullName == library.FullName ? library : null;
        NumericCheck.AssertAgrees(NumericCheck.Load(derived).GetType("Rule", throwOnError: true)!);
    }

    [Fact]
    public void A_class_adds_to_a_base_with_a_rule_and_replaces_the_rule()
    {
        Assembly assembly = NumericCheck.Load(GeneratorHarness.Run("""
            public partial class First
            {
                [Hyperparameter(0.1, Domain.Positive)] protected double rate;
                [State] private Tensor velocity;
                [UpdateRule] private Tensor Update(Tensor parameter, Tensor gradient) { velocity = velocity + gradient; return parameter - rate * velocity; }
            }

            public partial class Second : First
            {
                [Hyperparameter(0.9, Domain.UnitInterval)] private double decay;
                [State] private Tensor average;
                [UpdateRule] private Tensor Replaced(Tensor parameter, Tensor gradient) { average = decay * average + gradient; return parameter - rate * average; }
            }

            public sealed class Third : First { }

            public sealed partial class Fourth : Second { [UpdateRule] private Tensor Last(Tensor parameter, Tensor gradient) => parameter - 2 * rate * gradient; }
            """));
        foreach (string name in new[] { "First", "Second", "Third", "Fourth" })
            NumericCheck.AssertAgrees(assembly.GetType(name, throwOnError: true)!);
        Assert.Equal(["rate", "decay"], ((IUpdateRule)Activator.CreateInstance(assembly.GetType("Fourth")!)!).Hyperparameters.Select(item => item.Name));
        Assert.Empty(((IUpdateRule)Activator.CreateInstance(assembly.GetType("Fourth")!)!).States);
    }

    [Fact]
    public void A_loss_adds_tensors_to_those_of_its_base()
    {
        Assembly assembly = NumericCheck.Load(GeneratorHarness.Run("""
            public abstract partial class Base
            {
                [Hyperparameter(0.1, Domain.Positive)] private Tensor weight;
                protected int Count => 3;
                public Tensor Weight => weight;
            }

            public sealed partial class Loss : Base
            {
                [Hyperparameter(2, Domain.Positive, Size = nameof(Count))] private Tensor weights;
                public Tensor Weights => weights;
            }
            """));
        using var scope = TorchSharp.torch.NewDisposeScope();
        var loss = (IHyperparameterOwner)Activator.CreateInstance(assembly.GetType("Loss")!)!;
        Assert.Equal(["weight", "weights[0]", "weights[1]", "weights[2]"], loss.Hyperparameters.EntryNames);
        Assert.Equal(2f, ((TorchSharp.torch.Tensor)((dynamic)loss).Weights)[2].item<float>());
        Assert.Equal(0.1f, ((TorchSharp.torch.Tensor)((dynamic)loss).Weight).item<float>());
    }

    [Fact]
    public void An_edit_of_a_base_changes_what_is_generated_for_a_derived_class()
    {
        GeneratorRun run = GeneratorHarness.Run(Derived, Bases);
        Assert.Contains("HyperparameterAt(2)", run.Sources["Rule.g.cs"]);
        GeneratorRun edited = run.AfterEdit(source => source.Replace("private double hidden;", "private double hidden, more;"));
        Assert.Contains("HyperparameterAt(3)", edited.Sources["Rule.g.cs"]);
        GeneratorRun broken = run.AfterEdit(source => source.Replace("private double hidden;", "private float hidden;"));
        Assert.Empty(broken.Sources);
    }

    [Fact]
    public void Internal_members_of_another_assembly_are_read_where_it_allows_that()
    {
        const string bases = "public abstract partial class Base { [Hyperparameter(0.1, Domain.Positive)] internal double rate; }";
        const string derived = "public sealed partial class Rule : Base { [UpdateRule] private Tensor Update(Tensor parameter, Tensor gradient) => parameter - rate * gradient; }";
        foreach (bool asCompilation in new[] { false, true })
        {
            GeneratorRun library = GeneratorHarness.Run("[assembly: System.Runtime.CompilerServices.InternalsVisibleTo(\"Friend\")]", bases);
            var friend = GeneratorHarness.Compile([GeneratorHarness.ReferenceTo(library.Output, asCompilation)], derived).WithAssemblyName("Friend");
            Assert.Contains("this.rate", GeneratorHarness.Run(friend).Source);
        }
    }
}

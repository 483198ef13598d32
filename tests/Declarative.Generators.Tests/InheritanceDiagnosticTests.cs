using Microsoft.CodeAnalysis;
using static Declarative.Generators.Tests.DiagnosticAssert;

namespace Declarative.Generators.Tests;

/// <summary>What is said about a class for the sake of its base classes. It is said at the class itself: a base class may belong to
/// another compilation, and a diagnostic there would take everything away.</summary>
public sealed class InheritanceDiagnosticTests
{
    private const string Rule = "[UpdateRule] private Tensor Update(Tensor parameter, Tensor gradient) => parameter - gradient;";

    private static string Unknown(string name, string ancestor) => $"'{name}' derives from '{ancestor}', whose hyperparameters are not known: no code has been generated for it, "
        + "because of an error in it, because its project does not use the generator, or because it implements IHyperparameterOwner by hand";

    private static string Collision(string name, string other) => $"'{name}' collides with '{other}', which is generated, is called by generated code, or has the same name as a hyperparameter";

    [Fact]
    public void DECL0009_an_owner_by_hand() => Reports("""
        sealed partial class {|DECL0009:Derived|} : Base { [Hyperparameter(1, Domain.Positive)] private Tensor own; Tensor Sum => own.sum(); }
        class Base : Root { }
        class Root : IHyperparameterOwner { public HyperparameterSet Hyperparameters => null!; }
        """, Unknown("Derived", "Root"));

    [Fact]
    public void DECL0009_a_base_class_with_an_error() => Reports($$"""
        sealed partial class {|DECL0009:Derived|} : Middle { {{Rule}} }
        partial class {|DECL0009:Middle|} : Root { {{Rule.Replace("Tensor Update", "Tensor Other")}} }
        abstract partial class Root { [Hyperparameter(1, Domain.Positive)] protected float {|DECL0002:own|}; }
        """, Unknown("Derived", "Middle"), Unknown("Middle", "Root"),
        "Hyperparameter 'own' is of type 'float'; it must be a 'double' in a class with an update rule or an abstract one, or a 'Tensor' in a class without an update rule");

    [Fact]
    public void DECL0009_a_base_class_with_an_error_in_its_rule() => Reports($$"""
        sealed partial class {|DECL0009:Derived|} : Base { {{Rule}} }
        partial class Base { [UpdateRule] private Tensor Other(Tensor parameter, Tensor gradient) => parameter * {|DECL0014:(double)gradient|}; }
        """, Unknown("Derived", "Base"), "Here a tensor becomes a plain number, and its derivative is lost; keep it a tensor");

    [Theory]
    [InlineData("private", "private")]
    [InlineData("protected", "private")]
    [InlineData("protected", "protected new")]
    public void DECL0008_names_differ_over_all_classes_of_a_hierarchy(string inBase, string inDerived) => Reports($$"""
        abstract partial class Root { [Hyperparameter(1, Domain.Positive)] {{inBase}} double rate; }
        abstract partial class Middle : Root { }
        sealed partial class Derived : Middle { [Hyperparameter(1, Domain.Positive)] {{inDerived}} double {|DECL0008:{{(inDerived.EndsWith("new") ? "rate" : "_rate")}}|}; {{Rule}} }
        """, expectedSources: ["Root.g.cs", "Valid.g.cs"], Collision(inDerived.EndsWith("new") ? "rate" : "_rate", "rate"));

    [Fact]
    public void DECL0002_a_tensor_is_no_hyperparameter_of_a_rule_that_inherits_it() => Reports($$"""
        abstract partial class Base { [Hyperparameter(1, Domain.Positive)] protected Tensor weight; }
        sealed partial class {|DECL0002:Derived|} : Base { {{Rule}} }
        """, expectedSources: ["Base.g.cs", "Valid.g.cs"],
        "Hyperparameter 'weight' is of type 'Tensor'; it must be a 'double' in a class with an update rule or an abstract one, or a 'Tensor' in a class without an update rule");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void DECL0009_a_base_class_of_a_project_without_the_generator(bool asCompilation)
    {
        var library = GeneratorHarness.Compile("""
            #pragma warning disable CS8618
            public abstract class Base { [Hyperparameter(1, Domain.Positive)] protected double rate; }
            """);
        Reports(GeneratorHarness.Compile([GeneratorHarness.ReferenceTo(library, asCompilation)], MarkedSource.Parse($$"""
            sealed partial class {|DECL0009:Derived|} : Base { {{Rule}} }
            """).Text), $$"""
            sealed partial class {|DECL0009:Derived|} : Base { {{Rule}} }
            """, expectedSources: [], Unknown("Derived", "Base"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void DECL0008_names_differ_from_private_ones_in_another_assembly(bool asCompilation)
    {
        Compilation library = GeneratorHarness.Run("""
            public abstract partial class Base
            {
                [Hyperparameter(1, Domain.Positive)] private double rate;
                protected double Rate => rate;
            }
            """).Output;
        const string derived = "sealed partial class Derived : Base { [Hyperparameter(1, Domain.Positive)] private double {|DECL0008:_rate|}; " + Rule + " }";
        Reports(GeneratorHarness.Compile([GeneratorHarness.ReferenceTo(library, asCompilation)], MarkedSource.Parse(derived).Text), derived,
            expectedSources: [], Collision("_rate", "rate"));
    }
}

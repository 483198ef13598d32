using Microsoft.CodeAnalysis;
using static Declarative.Generators.Tests.DiagnosticAssert;

namespace Declarative.Generators.Tests;

/// <summary>Attributes that the compiler would drop or misplace (DECL0025), and hyperparameters of modules that nobody creates (DECL0029).</summary>
public sealed class MemberDiagnosticTests
{
    private const string Rule = "[UpdateRule] private Tensor Update(Tensor parameter, Tensor gradient) => parameter - gradient;";
    private const string Behind = "it goes to the field behind 'name'; write it on a field, or on a partial property";

    private static string Ignored(string attribute, string reason) => $"[{attribute}] is ignored here: {reason}";

    [Theory]
    [InlineData("[field: {|DECL0025:Hyperparameter(0.1, Domain.Positive)|}] public double name { get; set; }", "Hyperparameter", Behind)]
    [InlineData("[field: {|DECL0025:State|}] public Tensor name { get; set; }", "State", Behind)]
    [InlineData("[field: Obsolete, {|DECL0025:State|}] public event Action Happened;", "State", "it goes to the field behind an event; write it on a field")]
    [InlineData("[property: {|DECL0025:Hyperparameter(0.1, Domain.Positive)|}] private double name;", "Hyperparameter", "a field is no property; leave 'property:' out")]
    [InlineData("[property: {|DECL0025:State|}] private Tensor name;", "State", "a field is no property; leave 'property:' out")]
    [InlineData("[field: {|DECL0025:Learned(0.1, Domain.Positive)|}] private double name => 1;", "Hyperparameter", "there is no field behind this property; leave 'field:' out")]
    [InlineData("[field: {|DECL0025:State|}] private partial Tensor name { get; set; } private partial Tensor name { get => null!; set { } }", "State", "there is no field behind this property; leave 'field:' out")]
    [InlineData("public Tensor M(Tensor x) { return Local(x, x); [{|DECL0025:UpdateRule|}] Tensor Local(Tensor a, Tensor b) => a - b; }", "UpdateRule", "a local function is no update rule; write a method of the class")]
    [InlineData("public Func<Tensor, Tensor, Tensor> M() => [{|DECL0025:UpdateRule|}] (a, b) => a - b;", "UpdateRule", "a lambda is no update rule; write a method of the class")]
    public void DECL0025_an_attribute_that_reaches_no_member(string member, string attribute, string reason)
    {
        // Members that do reach the class would be generated.
        string marked = $$"""
            using Learned = Declarative.HyperparameterAttribute;
            sealed partial class Sample { {{member}} }
            """;
        Reports(marked, Ignored(attribute, reason));
    }

    [Fact]
    public void DECL0025_a_parameter_of_a_primary_constructor_is_no_field() => Reports("""
        sealed partial class Sample([field: {|DECL0025:Hyperparameter(0.1, Domain.Positive)|}] Tensor rate, [property: {|DECL0025:State|}] Tensor velocity) { public Tensor Sum => rate + velocity; }
        """, Ignored("Hyperparameter", "a parameter of a primary constructor is neither a field nor a property; declare a field"),
        Ignored("State", "a parameter of a primary constructor is neither a field nor a property; declare a field"));

    [Fact]
    public void DECL0025_nor_is_a_positional_parameter_of_a_record() => Reports($$"""
        sealed partial record {|DECL0030:Sample|}([property: {|DECL0025:Hyperparameter(0.1, Domain.Positive)|}] double Rate, [field: {|DECL0025:Hyperparameter(0.1, Domain.Positive)|}] double Decay) { {{Rule}} }
        """, "'Sample' is a record, which copies and compares its fields; hyperparameters and update rules belong in a class",
        Ignored("Hyperparameter", "it goes to the property of the positional parameter 'Rate'; declare a field or a partial property"),
        Ignored("Hyperparameter", "it goes to the field behind 'Decay'; write it on a field, or on a partial property"));

    [Theory]
    [InlineData("[field: Hyperparameter(0.1, Domain.Positive)] private Tensor name;")]
    [InlineData("[property: Hyperparameter(0.1, Domain.Positive)] private partial Tensor name { get; }")]
    [InlineData("[Hyperparameter(0.1, Domain.Positive)] private Tensor name; [field: Obsolete] public int Other { get; }")]
    [InlineData("[Hyperparameter(0.1, Domain.Positive)] private Tensor name; [method: Obsolete] public void Other() { }")]
    public void An_attribute_with_the_target_that_it_has_anyway(string member) => Assert.NotEmpty(GeneratorHarness.Run($$"""
        public sealed partial class Sample { {{member}} public Tensor Sum => name.sum(); }
        """).Source);

    private static void AssertModule(string body, params string[] messages)
    {
        string marked = $$"""
            public sealed partial class Sample : Module<Tensor, Tensor>
            {
                [Hyperparameter(1.5, Domain.Positive)] private Tensor temperature;
                public Sample() : base("sample") => RegisterComponents();
                public override Tensor forward(Tensor input) => input / temperature;
                {{body}}
            }
            """;
        GeneratorRun run = AssertSaid(GeneratorHarness.Compile(MarkedSource.Parse(marked).Text), marked, DiagnosticSeverity.Error, messages);
        Assert.Contains("void CreateHyperparameters()", run.Source);
    }

    [Theory]
    [InlineData("protected override void {|DECL0029:RegisterComponents|}() => base.RegisterComponents();")]
    [InlineData("protected override void {|DECL0029:RegisterComponents|}() { }")]
    [InlineData("protected override void {|DECL0029:RegisterComponents|}() { CreateHyperparameters(); base.RegisterComponents(); }")]
    [InlineData("protected override void {|DECL0029:RegisterComponents|}() { base.RegisterComponents(); _ = nameof(CreateHyperparameters); }")]
    public void DECL0029_an_override_must_create_them_after_the_base_call(string method) =>
        AssertModule(method, "'Sample' overrides RegisterComponents; it must call CreateHyperparameters() after base.RegisterComponents()");

    [Theory]
    [InlineData("protected override void RegisterComponents() { base.RegisterComponents(); CreateHyperparameters(); }")]
    [InlineData("protected override void RegisterComponents() { if (forward is not null) { base.RegisterComponents(); } this.CreateHyperparameters(); }")]
    [InlineData("protected override void RegisterComponents() { CreateHyperparameters(); }")]
    public void An_override_that_creates_them_is_fine(string method) => AssertModule(method);

    [Fact]
    public void DECL0008_the_method_that_creates_them_has_a_name() => Reports("""
        sealed partial class Sample : Module<Tensor, Tensor>
        {
            [Hyperparameter(1.5, Domain.Positive)] private Tensor temperature;
            public Sample() : base("sample") { }
            public override Tensor forward(Tensor input) => input / temperature;
            protected override void RegisterComponents() => CreateHyperparameters();
            private void {|DECL0008:CreateHyperparameters|}() { }
        }
        """, "'CreateHyperparameters' collides with 'Sample.CreateHyperparameters', which is generated, is called by generated code, or has the same name as a hyperparameter");
}

using static Declarative.Generators.Tests.DiagnosticAssert;

namespace Declarative.Generators.Tests;

/// <summary>What is said about declarations: DECL0001 to DECL0008, and DECL0030. Of base classes, see <see cref="InheritanceDiagnosticTests"/>.</summary>
public sealed class DeclarationDiagnosticTests
{
    private const string Rule = "[UpdateRule] private Tensor Update(Tensor parameter, Tensor gradient) => parameter - gradient;";

    private const string FileLocal = "a file-local type, which no other file can extend";

    private static string NotWritable(string name, string accessors = "{ get; }") =>
        $"'{name}' must be an instance field that can be written, or a partial property '{accessors}': generated code sets it";

    private static string NotPartial(string name) => $"'{name}' must be a partial class, so that its hyperparameters and its step can be generated into it";

    [Theory]
    [InlineData("sealed class {|DECL0001:Rule|}", "}", "Rule")]
    [InlineData("class {|DECL0001:Outer|} { partial class Rule", "} }", "Outer")]
    [InlineData("partial class Outer { class {|DECL0001:Rule|}", "} }", "Rule")]
    [InlineData("class {|DECL0001:Rule|}<T>", "}", "Rule")]
    public void DECL0001_a_class_must_be_partial(string head, string tail, string name) => Reports($$"""
        {{head}}
        {
            [Hyperparameter(0.1, Domain.Positive)] private double rate;
            {{Rule}}
        {{tail}}
        """, NotPartial(name));

    [Fact]
    public void DECL0001_every_class_around_it_must_be_partial() => Reports($$"""
        class {|DECL0001:First|} { partial class Second { class {|DECL0001:Third|} { class {|DECL0001:Rule|}
        {
            [Hyperparameter(0.1, Domain.Positive)] private double rate;
            {{Rule}}
        } } } }
        """, NotPartial("First"), NotPartial("Third"), NotPartial("Rule"));

    [Theory]
    [InlineData("partial struct {|DECL0030:Sample|}", "}", "Sample", "a struct, whose copies would go their own ways")]
    [InlineData("struct {|DECL0030:Sample|}", "}", "Sample", "a struct, whose copies would go their own ways")]
    [InlineData("readonly partial record struct {|DECL0030:Sample|}", "}", "Sample", "a record, which copies and compares its fields")]
    [InlineData("partial record {|DECL0030:Sample|}", "}", "Sample", "a record, which copies and compares its fields")]
    [InlineData("partial record {|DECL0030:Sample|}(int Size)", "}", "Sample", "a record, which copies and compares its fields")]
    [InlineData("file partial class {|DECL0030:Sample|}", "}", "Sample", FileLocal)]
    [InlineData("file partial class {|DECL0030:Outer|} { partial class Sample", "} }", "Outer", FileLocal)]
    [InlineData("file partial class {|DECL0030:Outer|} { partial class Middle { partial class Sample", "} } }", "Outer", FileLocal)]
    public void DECL0030_only_a_class_can_be_extended(string head, string tail, string name, string kind) => Reports($$"""
        {{head}}
        {
            {{Rule}}
        {{tail}}
        """, $"'{name}' is {kind}; hyperparameters and update rules belong in a class");

    [Fact]
    public void DECL0030_an_interface_has_no_fields() => Reports("""
        partial interface {|DECL0030:ISample|} { [Hyperparameter(0.1, Domain.Positive)] Tensor {|DECL0003:Rate|} { get; } }
        """, "'ISample' is an interface, which has no fields; hyperparameters and update rules belong in a class", NotWritable("Rate"));

    [Fact]
    public void DECL0030_a_static_class_has_no_instances() => Reports("""
        static partial class {|DECL0030:Rule|} { [Hyperparameter(0.1, Domain.Positive)] public static Tensor {|DECL0003:rate|}; }
        """, "'Rule' is a static class, which has no instances; hyperparameters and update rules belong in a class", NotWritable("rate"));

    [Theory]
    [InlineData("float", "float", true)]
    [InlineData("int", "int", true)]
    [InlineData("double?", "double?", true)]
    [InlineData("Tensor", "Tensor", true)]
    [InlineData("double", "double", false)]
    [InlineData("Scalar", "Scalar", false)]
    public void DECL0002_a_hyperparameter_is_a_number_of_a_rule_or_a_tensor_of_a_loss(string type, string shown, bool hasRule) => Reports($$"""
        sealed partial class Sample
        {
            [Hyperparameter(0.1, Domain.Positive)] private {{type}} {|DECL0002:rate|};
            {{(hasRule ? Rule : "")}}
        }
        """, $"Hyperparameter 'rate' is of type '{shown}'; it must be a 'double' in a class with an update rule or an abstract one, "
            + "or a 'Tensor' in a class without an update rule");

    [Theory]
    [InlineData("private static double {|DECL0003:name|};")]
    [InlineData("private const double {|DECL0003:name|} = 0.1;")]
    [InlineData("private readonly double {|DECL0003:name|};")]
    [InlineData("public double {|DECL0003:name|} { get; set; }")]
    [InlineData("public double {|DECL0003:name|} => 0.1;")]
    [InlineData("public partial double {|DECL0003:name|} { get; set; }")]
    [InlineData("public partial double {|DECL0003:name|} { get; init; }")]
    [InlineData("public partial double {|DECL0003:name|} { get; } public partial double name => 0.1;")]
    [InlineData("public static partial double {|DECL0003:name|} { get; }")]
    public void DECL0003_generated_code_must_be_able_to_hold_a_hyperparameter(string member) => Reports($$"""
        sealed partial class Sample { [Hyperparameter(0.1, Domain.Positive)] {{member}} {{Rule}} }
        """, NotWritable("name"));

    [Theory]
    [InlineData("private static Tensor {|DECL0003:name|};")]
    [InlineData("private readonly Tensor {|DECL0003:name|};")]
    [InlineData("public Tensor {|DECL0003:name|} { get; set; }")]
    [InlineData("public partial Tensor {|DECL0003:name|} { get; }")]
    [InlineData("public partial Tensor {|DECL0003:name|} { get; init; }")]
    public void DECL0003_generated_code_must_be_able_to_hold_a_state(string member) => Reports($$"""
        sealed partial class Sample { [State] {{member}} {{Rule}} }
        """, NotWritable("name", "{ get; set; }"));

    [Fact]
    public void DECL0003_an_indexer_is_no_hyperparameter() => Reports("""
        sealed partial class Sample { [Hyperparameter(0.1, Domain.Positive)] public Tensor {|DECL0003:this|}[int index] => zeros(index); }
        """, NotWritable("this[]"));

    [Theory]
    [InlineData("-0.1, Domain.Positive", "starts at -0.1, outside its domain [0, Infinity]")]
    [InlineData("1.5, Domain.UnitInterval", "starts at 1.5, outside its domain [0, 1]")]
    [InlineData("3, Domain.Interval, Min = 0.5, Max = 2", "starts at 3, outside its domain [0.5, 2]")]
    [InlineData("double.NaN, Domain.Real", "starts at NaN, outside its domain [-Infinity, Infinity]")]
    [InlineData("double.PositiveInfinity, Domain.Positive", "starts at Infinity, outside its domain [0, Infinity]")]
    [InlineData("1, Domain.Interval, Min = 0.5", "needs finite Min and Max with Min < Max")]
    [InlineData("1, Domain.Interval, Min = 2, Max = 2", "needs finite Min and Max with Min < Max")]
    [InlineData("1, Domain.Positive, Max = 2", "has Min or Max, which only Domain.Interval takes")]
    [InlineData("1, (Domain)7", "names no domain")]
    public void DECL0004_a_start_lies_in_its_domain(string arguments, string complaint) => Reports($$"""
        sealed partial class Sample { [{|DECL0004:Hyperparameter({{arguments}})|}] private double rate; {{Rule}} }
        """, "Hyperparameter 'rate' " + complaint);

    [Theory]
    [InlineData("\"Missing\"", "Missing", "")]
    [InlineData("\"Hidden\"", "Hidden", "")]
    [InlineData("nameof(Count)", "Count", "private long Count => 3;")]
    [InlineData("nameof(Count)", "Count", "private int Count() => 3;")]
    [InlineData("nameof(Count)", "Count", "private int Count { set { } }")]
    [InlineData("\"\"", "", "")]
    public void DECL0005_a_size_is_a_whole_number_of_the_class(string size, string name, string member) => Reports($$"""
        class Base { private int Hidden => 3; public int Hides => Hidden; }
        sealed partial class Sample : Base { [{|DECL0005:Hyperparameter(0.5, Domain.UnitInterval, Size = {{size}})|}] private Tensor weights; {{member}} Tensor Sum => weights.sum(); }
        """, $"Hyperparameter 'weights' names the size '{name}', which must be an 'int' field or property of its class, or one that holds a module, for an entry per parameter tensor");

    [Theory]
    [InlineData("Sample(int count)", "")]
    [InlineData("Sample", "public Sample(int count) { }")]
    public void DECL0005_a_parameter_of_a_constructor_is_no_member(string head, string member) => Reports($$"""
        #pragma warning disable CS9113
        sealed partial class {{head}} { {{member}} [{|DECL0005:Hyperparameter(0.5, Domain.UnitInterval, Size = "count")|}] private Tensor weights; Tensor Sum => weights.sum(); }
        """, "Hyperparameter 'weights' names the size 'count', a parameter of a constructor, which is no member: give it one, 'private int Count => count;'");

    [Fact]
    public void DECL0005_a_number_has_no_size() => Reports($$"""
        sealed partial class Sample { [{|DECL0005:Hyperparameter(0.5, Domain.UnitInterval, Size = nameof(Count))|}] private double rate; private int Count => 3; {{Rule}} }
        """, "Hyperparameter 'rate' names the size 'Count', but only tensors have a size");

    [Theory]
    [InlineData("private void {|DECL0006:Update|}(Tensor parameter, Tensor gradient) { }")]
    [InlineData("private Tensor {|DECL0006:Update|}(Tensor parameter) => parameter;")]
    [InlineData("private Tensor {|DECL0006:Update|}(Tensor parameter, Tensor gradient, int step) => parameter;")]
    [InlineData("private Tensor {|DECL0006:Update|}(Tensor parameter, Tensor gradient, long step, long more) => parameter;")]
    [InlineData("private Tensor {|DECL0006:Update|}(Tensor parameter, double gradient) => parameter;")]
    [InlineData("private Tensor {|DECL0006:Update|}(ref Tensor parameter, Tensor gradient) => parameter;")]
    [InlineData("private static Tensor {|DECL0006:Update|}(Tensor parameter, Tensor gradient) => parameter;")]
    [InlineData("private Tensor {|DECL0006:Update|}<T>(Tensor parameter, Tensor gradient) => parameter;")]
    [InlineData("protected abstract Tensor {|DECL0006:Update|}(Tensor parameter, Tensor gradient);")]
    [InlineData("private extern Tensor {|DECL0006:Update|}(Tensor parameter, Tensor gradient);")]
    public void DECL0006_a_rule_has_its_signature(string method) => Reports($$"""
        abstract partial class Sample { [UpdateRule] {{method}} }
        """, Signature("Update"));

    [Fact]
    public void DECL0006_a_class_has_one_rule() => Reports("""
        sealed partial class Sample
        {
            [UpdateRule] private Tensor {|DECL0006:First|}(Tensor parameter, Tensor gradient) => parameter;
            [UpdateRule] private Tensor {|DECL0006:Second|}(Tensor parameter, Tensor gradient) => parameter;
        }
        """, Signature("First"), Signature("Second"));

    [Theory]
    [InlineData("float", true)]
    [InlineData("long", true)]
    [InlineData("Tensor[]", true)]
    [InlineData("Tensor", false)]
    public void DECL0007_a_state_is_a_tensor_or_a_number_of_a_rule(string type, bool hasRule) => Reports($$"""
        sealed partial class Sample { [State] private {{type}} {|DECL0007:memory|}; {{(hasRule ? Rule : "")}} }
        """, "State 'memory' must be a 'Tensor' or a 'double' of a class with an update rule, or of an abstract class");

    [Theory]
    [InlineData("\"missing\"", "missing")]
    [InlineData("nameof(number)", "number")]
    [InlineData("nameof(Method)", "Method")]
    [InlineData("nameof(WriteOnly)", "WriteOnly")]
    [InlineData("nameof(parameter)", "parameter")]
    [InlineData("\"secondary\"", "secondary")]
    [InlineData("\"Hidden\"", "Hidden")]
    public void DECL0007_an_optional_state_names_its_condition(string condition, string name) => Reports($$"""
        class Base { private bool Hidden => true; }
        sealed partial class Sample(int parameter) : Base
        {
            [State(If = {{condition}})] private Tensor {|DECL0007:memory|};
            private int number = 3;
            private bool Method() => number > parameter;
            private bool WriteOnly { set { } }
            public Sample(bool secondary) : this(secondary ? 1 : 2) { }
            {{Rule}}
        }
        """, $"State 'memory' is there only if '{name}', which must be a 'bool': a field, a property, or a parameter of its class's primary constructor");

    [Fact]
    public void DECL0007_a_number_needs_no_condition() => Reports($$"""
        sealed partial class Sample(bool flag) { [State(If = nameof(flag))] private double {|DECL0007:memory|}; {{Rule}} }
        """, "State 'memory' is a number, which costs nothing, so that it needs no If = \"flag\"");

    [Theory]
    [InlineData("private readonly bool flag = true;", "", "")]
    [InlineData("", "(bool flag)", "(flag)")]
    public void DECL0007_a_derived_class_sees_the_condition(string member, string parameters, string arguments) => Reports($$"""
        abstract partial class Base{{parameters}} { [State(If = nameof(flag))] protected Tensor memory; {{member}} }
        sealed partial class {|DECL0007:Derived|}{{parameters}} : Base{{arguments}} { {{Rule}} }
        """, ["Base.g.cs", "Valid.g.cs"], "State 'memory' is there only if 'flag', which 'Derived' cannot reach: make it a protected field or property");

    [Theory]
    [InlineData("return parameter - {|DECL0007:memory|};")]
    [InlineData("{|DECL0007:memory|} = gradient; return parameter;")]
    [InlineData("{|DECL0007:memory|} += gradient; return parameter;")]
    [InlineData("{|DECL0007:memory|}.add_(gradient); return parameter;")]
    [InlineData("if (!flag) return parameter - {|DECL0007:memory|}; return parameter;")]
    [InlineData("if (flag) return parameter; return parameter - {|DECL0007:memory|};")]
    [InlineData("if (flag || step > 1) {|DECL0007:memory|} = gradient; return parameter;")]
    [InlineData("return flag && step > 1 ? parameter : parameter - {|DECL0007:memory|};")]
    [InlineData("if (flag) memory = gradient; return other ? parameter - {|DECL0007:memory|} : parameter;")]
    public void DECL0007_an_optional_state_is_used_where_its_condition_holds(string body) => Reports($$"""
        #pragma warning disable CS9113
        sealed partial class Sample(bool flag, bool other)
        {
            #pragma warning disable DECL0022, DECL0023
            [State(If = nameof(flag))] private Tensor memory;
            [UpdateRule] private Tensor Update(Tensor parameter, Tensor gradient, long step) { {{body}} }
        }
        """, "State 'memory' is there only if 'flag' is true; read and write it only where that has been tested");

    [Theory]
    [InlineData("[Hyperparameter(1, Domain.Positive)] private double rate; [Hyperparameter(1, Domain.Positive)] private double {|DECL0008:_rate|};", "_rate", "rate")]
    [InlineData("[Hyperparameter(1, Domain.Positive)] private double Rate, {|DECL0008:rate|};", "rate", "Rate")]
    [InlineData("[Hyperparameter(1, Domain.Positive)] private double rate; public int {|DECL0008:Hyperparameters|} => 3;", "Hyperparameters", "Sample.Hyperparameters")]
    [InlineData("[Hyperparameter(1, Domain.Positive)] private double rate; private int {|DECL0008:__hyperparameters|};", "__hyperparameters", "Sample.__hyperparameters")]
    [InlineData("[Hyperparameter(1, Domain.Positive), State] private double {|DECL0008:both|};", "both", "the state both")]
    [InlineData("[Hyperparameter(1, Domain.Positive)] private double rate; private int {|DECL0008:__DeclareHyperparameters|}() => 3;", "__DeclareHyperparameters", "Sample.__DeclareHyperparameters")]
    [InlineData("[Hyperparameter(1, Domain.Positive)] private partial double {|DECL0008:Rate|} { get; } private int __Rate;", "Rate", "Sample.__Rate")]
    [InlineData("[Hyperparameter(1, Domain.Positive)] private partial double {|DECL0008:hyperparameters|} { get; }", "hyperparameters", "Sample.__hyperparameters")]
    public void DECL0008_names_differ(string members, string name, string other) => Reports($$"""
        sealed partial class Sample { {{members}} {{Rule}} }
        """, $"'{name}' collides with '{other}', which is generated, is called by generated code, or has the same name as a hyperparameter");

    [Fact]
    public void DECL0008_a_class_cannot_have_its_generated_member_s_name() => Reports($$"""
        sealed partial class {|DECL0008:Hyperparameters|} { [Hyperparameter(1, Domain.Positive)] private double rate; {{Rule}} }
        """, "'Hyperparameters' collides with 'Hyperparameters.Hyperparameters', which is generated, is called by generated code, or has the same name as a hyperparameter");

    private static string Signature(string name) => $"'{name}' must be the only update rule of its class, and be 'Tensor {name}(Tensor parameter, Tensor gradient)' or "
        + $"'Tensor {name}(Tensor parameter, Tensor gradient, long step)', an instance method with a body";
}

using Microsoft.CodeAnalysis;

namespace Declarative.Generators.Tests;

/// <summary>What is said about losses and models, which autograd traces: DECL0014, DECL0015 and DECL0017, as warnings, because plain code may
/// mean it. The class is generated all the same.</summary>
public sealed class TracedDiagnosticTests
{
    private const string Lost = "Here a tensor becomes a plain number, and its derivative is lost; keep it a tensor";

    private static string Stopped(string by, string what = "temperature") => $"'{by}' stops the derivative of '{what}'; where that is meant, write Derivative.Stop(...)";

    private static void Says(string body, params string[] messages)
    {
        string marked = $$"""
            public sealed partial class Loss
            {
                [Hyperparameter(1.5, Domain.Positive)] private Tensor temperature;
                [Hyperparameter(0.5, Domain.UnitInterval)] public partial Tensor Weight { get; }
                public Tensor Use(Tensor logits) => logits / temperature * Weight;
                {{body}}
            }
            """;
        GeneratorRun run = DiagnosticAssert.AssertSaid(GeneratorHarness.Compile(MarkedSource.Parse(marked).Text), marked, DiagnosticSeverity.Warning, messages);
        Assert.NotEmpty(run.Source);
    }

    [Theory]
    [InlineData("{|DECL0014:(double)temperature|}")]
    [InlineData("{|DECL0014:temperature.item<float>()|}")]
    [InlineData("{|DECL0014:(temperature * 2).item<float>()|}")]
    [InlineData("{|DECL0014:(1 + -temperature.square()).sum().item<float>()|} + 1")]
    [InlineData("{|DECL0014:Weight.ToDouble()|}")]
    [InlineData("{|DECL0014:this.Weight.cpu().ToSingle()|}")]
    [InlineData("{|DECL0014:temperature.ToScalar()|}.ToDouble()")]
    [InlineData("{|DECL0014:temperature.cpu().data<float>()|}[0]")]
    [InlineData("{|DECL0014:temperature.ReadCpuSingle(0)|}")]
    [InlineData("{|DECL0014:(double)(temperature + 1)|} * 2")]
    public void DECL0014_a_tensor_that_becomes_a_number(string expression) => Says($"public double Value => {expression};", Lost);

    [Theory]
    [InlineData("{|DECL0015:temperature.detach()|} * logits", "detach")]
    [InlineData("{|DECL0015:(temperature + 1).detach()|}.sum() * logits", "detach")]
    [InlineData("logits / {|DECL0015:temperature.clone().detach_()|}", "detach_")]
    [InlineData("logits / {|DECL0015:temperature.requires_grad_(false)|}", "requires_grad_")]
    [InlineData("(double){|DECL0015:temperature.detach()|}", "detach")]
    public void DECL0015_a_derivative_that_is_stopped(string expression, string by) => Says($"public Tensor Value(Tensor logits) => {expression};", Stopped(by));

    [Theory]
    [InlineData("{|DECL0015:temperature.requires_grad = false|}; return logits;", "requires_grad")]
    [InlineData("using var _ = no_grad(); return logits / {|DECL0015:temperature|};", "no_grad")]
    [InlineData("using (torch.no_grad()) { return logits / {|DECL0015:temperature|}; }", "no_grad")]
    [InlineData("using (inference_mode()) if (logits.dim() > 1) return logits / {|DECL0015:temperature|}; return logits;", "inference_mode")]
    [InlineData("using var off = set_grad_enabled(false); using (NewDisposeScope()) { return logits / {|DECL0015:temperature|}; }", "set_grad_enabled")]
    public void DECL0015_a_read_where_nothing_is_recorded(string body, string by) => Says($"public Tensor Value(Tensor logits) {{ {body} }}", Stopped(by));

    [Theory]
    [InlineData("public Tensor Value(Tensor logits) => logits / temperature.clone().to(float64);")]
    [InlineData("public Tensor Value(Tensor logits) => logits / Derivative.Stop(temperature);")]
    [InlineData("public double Value(Tensor logits) => Derivative.Stop(temperature).item<float>();")]
    [InlineData("public double Value(Tensor logits) => logits.item<float>() + cross_entropy(logits / temperature, logits).item<float>();")]
    [InlineData("public Tensor Value(Tensor logits) { using var _ = no_grad(); return logits / Derivative.Stop(temperature); }")]
    [InlineData("public Tensor Value(Tensor logits) { using (no_grad()) { logits = logits + 1; } return logits / temperature; }")]
    [InlineData("public Tensor Value(Tensor logits) { using var off = no_grad(); using (enable_grad()) { return logits / temperature; } }")]
    [InlineData("public Func<Tensor> Value() { using var off = no_grad(); return () => temperature + 1; }")]
    [InlineData("public Tensor Value(Tensor logits) { temperature.requires_grad = true; return temperature.requires_grad_(true) * logits.detach(); }")]
    [InlineData("public string Value { get { using var off = no_grad(); return nameof(temperature); } }")]
    [InlineData("public long[] Value => temperature.shape;")]
    public void Nothing_is_said_where_the_derivative_survives_or_none_is_wanted(string member) => Says(member);

    [Fact]
    public void DECL0014_and_DECL0015_are_said_outside_of_the_class_too()
    {
        const string marked = """
            public sealed partial class Loss { [Hyperparameter(1.5, Domain.Positive)] internal Tensor temperature; }
            internal static class User
            {
                public static double Value(Loss loss) => {|DECL0014:loss.temperature.item<float>()|};
                public static Tensor Other(Loss loss) => {|DECL0015:loss.temperature.detach()|};
            }
            """;
        DiagnosticAssert.AssertSaid(GeneratorHarness.Compile(MarkedSource.Parse(marked).Text), marked, DiagnosticSeverity.Warning, Lost, Stopped("detach"));
    }

    [Theory]
    [InlineData("private Tensor {|DECL0017:unused|};")]
    [InlineData("private partial Tensor {|DECL0017:unused|} { get; }")]
    [InlineData("private Tensor {|DECL0017:unused|}; public void Reset(Tensor value) => unused = value;")]
    [InlineData("private Tensor {|DECL0017:unused|}; public string Name => nameof(unused);")]
    public void DECL0017_a_private_one_that_nothing_reads(string member) =>
        Says("[Hyperparameter(1.5, Domain.Positive)] " + member, "Hyperparameter 'unused' is never read, so that its hypergradient is always zero");

    [Theory]
    [InlineData("public Tensor used;")]
    [InlineData("internal partial Tensor used { get; }")]
    [InlineData("private Tensor used; private sealed class Nested(Loss loss) { public Tensor Sum => loss.used.sum(); }")]
    [InlineData("private Tensor used; public Func<Tensor> Later => () => used;")]
    public void One_that_is_read_or_may_be_read_elsewhere_is_fine(string member) => Says("[Hyperparameter(1.5, Domain.Positive)] " + member);
}

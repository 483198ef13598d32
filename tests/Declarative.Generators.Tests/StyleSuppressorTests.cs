namespace Declarative.Generators.Tests;

/// <summary>What the compiler and the SDK's style analyzers say of annotated members, and whether it is silenced: where generated code
/// makes it untrue, and nowhere else.</summary>
public sealed class StyleSuppressorTests
{
    private static async Task AssertSaysAsync(string source, params string[] complaints) =>
        Assert.Equal(complaints, await StyleAnalyzers.ComplaintsAsync(source, [.. complaints.Select(complaint => complaint.Split(' ')[0]).Distinct()]));

    [Fact]
    public Task No_code_calls_an_update_rule() => AssertSaysAsync("""
        public sealed partial class Rule
        {
            [Hyperparameter(0.1, Domain.Positive)] private double rate;
            [UpdateRule] private Tensor Update(Tensor parameter, Tensor gradient) => parameter - rate * gradient;
            private void Other() { }
        }
        """, "IDE0051 Update suppressed", "IDE0051 Other");

    [Fact]
    public Task An_update_rule_is_no_static_method() => AssertSaysAsync("""
        public sealed partial class Rule
        {
            [UpdateRule] private Tensor Update(Tensor parameter, Tensor gradient) => parameter - gradient;
            private Tensor Other(Tensor parameter) => parameter;
        }
        """, "CA1822 Update suppressed", "CA1822 Other");

    [Fact]
    public Task A_state_is_not_read_only() => AssertSaysAsync("""
        public sealed partial class Rule
        {
            [State] private Tensor average;
            [State(Initial = 2)] private double scale = 2;
            private double other = 1;
            [UpdateRule] private Tensor Update(Tensor parameter, Tensor gradient) => parameter - other * scale * average;
        }
        """, "IDE0044 average suppressed", "IDE0044 scale suppressed", "IDE0044 other");

    [Fact]
    public Task A_state_starts_from_its_initial_value() => AssertSaysAsync("""
        public sealed partial class Rule
        {
            [State(Initial = 1)] private Tensor average;
            [State(Initial = 2)] private double scale;
            private double other;
            [UpdateRule] private Tensor Update(Tensor parameter, Tensor gradient) => parameter - other * scale * average;
        }
        """, "CS0649 average suppressed", "CS0649 scale suppressed", "CS0649 other");

    [Fact]
    public Task What_is_true_is_said() => AssertSaysAsync("""
        public sealed partial class Rule
        {
            [State] private Tensor unused;
            [State] private double set;
            [UpdateRule] private Tensor Update(Tensor parameter, Tensor gradient) { set = 2; return parameter - gradient; }
        }

        public sealed partial class Loss
        {
            [Hyperparameter(0.1, Domain.Positive)] private Tensor unread;
        }
        """, "CA1823 unused", "CS0169 unused", "IDE0051 unused", "CS0414 set", "IDE0052 set", "IDE0051 Update suppressed", "IDE0052 unread");
}

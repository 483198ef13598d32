using System.Reflection;

namespace Declarative.Generators.Tests;

/// <summary>The ways in which a class and its rule may be written.</summary>
public sealed class RuleShapeTests
{
    private static void AssertWorks(string source, string type, params object[] configuration)
    {
        Assembly assembly = NumericCheck.Load(GeneratorHarness.Run(source));
        Type found = assembly.GetType(type, throwOnError: true)!;
        NumericCheck.AssertAgrees(found.ContainsGenericParameters ? found.MakeGenericType([.. found.GetGenericArguments().Select(_ => typeof(int))]) : found, configuration);
    }

    [Fact]
    public void An_expression() => AssertWorks("""
        public partial class Rule
        {
            [Hyperparameter(0.1, Domain.Positive)] private double rate;
            [UpdateRule] public Tensor Update(Tensor parameter, Tensor gradient) =>
                parameter - // The usual.
                    rate * gradient;
        }
        """, "Rule");

    [Theory]
    [InlineData("[UpdateRule] ", "")]
    [InlineData("", "[UpdateRule] ")]
    public void A_partial_method(string onDefinition, string onImplementation) => AssertWorks($$"""
        public partial class Rule
        {
            {{onDefinition}}private partial Tensor Update(Tensor parameter, Tensor gradient);
            {{onImplementation}}private partial Tensor Update(Tensor parameter, Tensor gradient) => parameter - rate * gradient;
            [Hyperparameter(0.1, Domain.Positive)] private double rate;
        }
        """, "Rule");

    [Fact]
    public void Nothing_learned_and_nothing_remembered() => AssertWorks("""
        public partial class Rule { [UpdateRule] private Tensor Update(Tensor parameter, Tensor gradient) => parameter - 0.1 * gradient; }
        """, "Rule");

    [Fact]
    public void A_class_in_a_generic_record() => AssertWorks("""
        public partial record Outer<T>
        {
            public sealed partial class Rule(double factor)
            {
                private double Factor => factor;
                [Hyperparameter(0.1, Domain.Positive)] private double rate;
                [UpdateRule] private Tensor Update(Tensor parameter, Tensor gradient) => parameter - rate * Factor * Offset * gradient;
                private static double Offset { get; } = 2;
            }
        }
        """, "Outer`1+Rule", 1.5);

    [Fact]
    public void Settings_of_a_base_class() => AssertWorks("""
        public abstract class Base
        {
            protected int field = 3;
            protected double Half => 0.5;
            protected static readonly float Whole = 2;
        }

        public partial class Rule : Base
        {
            [Hyperparameter(0.1, Domain.Positive)] private double rate;
            [UpdateRule] private Tensor Update(Tensor parameter, Tensor gradient) => parameter - rate / field * base.Half * Whole / 4 * gradient;
        }
        """, "Rule");

    [Fact]
    public void Parameters_of_other_names() => AssertWorks("""
        public partial class Rule
        {
            [Hyperparameter(0.1, Domain.Positive)] private double parameter;
            [Hyperparameter(0.2, Domain.Interval, Min = -1, Max = 1)] private double state, gradientTangent;
            [State] private Tensor tangents, stateTangent;
            [State] private double step;

            [UpdateRule] private Tensor Update(Tensor @this, Tensor gradient, long state)
            {
                tangents = this.state * tangents + gradient;
                stateTangent = tangents * gradientTangent;
                step += 1.0 / state + parameter;
                return @this - parameter * stateTangent * step;
            }
        }
        """, "Rule");

    [Fact]
    public void Members_of_all_sorts_beside_it() => AssertWorks("""
        public interface IRule { int States { get; } void Step(); }

        public partial class Rule : IRule, IDisposable
        {
            [Hyperparameter(0.1, Domain.Positive)] private double rate;
            [UpdateRule] private Tensor Update(Tensor parameter, Tensor gradient) => parameter - rate * gradient;
            public int States => 0;
            public void Step() { }
            public void TangentStep() { }
            public void Dispose() => GC.SuppressFinalize(this);
            private sealed class Declarative;
            private sealed class TorchSharp;
            private sealed class System;
        }
        """, "Rule");

    [Fact]
    public void A_local_that_only_one_arm_needs() => AssertWorks("""
        public partial class Rule
        {
            [Hyperparameter(0.1, Domain.Positive)] private double rate;
            [State] private Tensor velocity;
            [UpdateRule] private Tensor Update(Tensor parameter, Tensor gradient, long step)
            {
                double size = 1;
                if (step > 2)
                {
                    size = rate * 2;
                    velocity = size * gradient;
                }
                var unused = gradient.square() * rate;
                return parameter - rate * velocity;
            }
        }
        """, "Rule");
}

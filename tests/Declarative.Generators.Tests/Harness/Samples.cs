using System.Runtime.CompilerServices;

namespace Declarative.Generators.Tests;

/// <summary>Sources that several tests read.</summary>
internal static class Samples
{
    /// <summary>What the README shows.</summary>
    public const string HeavyBall = """
        namespace Samples;

        public sealed partial class HeavyBall
        {
            [Hyperparameter(0.05, Domain.Positive)]     private double learningRate;
            [Hyperparameter(0.9,  Domain.UnitInterval)] private double momentum;
            [Hyperparameter(1e-4, Domain.Positive)]     private double weightDecay;
            [State] private Tensor velocity;

            [UpdateRule]
            private Tensor Update(Tensor parameter, Tensor gradient)
            {
                velocity = momentum * velocity + gradient + weightDecay * parameter;
                return parameter - learningRate * velocity;
            }
        }
        """;

    /// <summary>A loss with one weight per training example.</summary>
    public const string ReweightedLoss = """
        namespace Samples;

        public sealed partial class ReweightedLoss(Module<Tensor, Tensor> model, int examples)
        {
            private int Examples => examples;
            [Hyperparameter(0.5, Domain.UnitInterval, Size = nameof(Examples))] private Tensor weights;

            public Tensor Training(Batch batch) =>
                (weights.index_select(0, batch.Indices) * cross_entropy(model.call(batch.Inputs), batch.Targets, reduction: Reduction.None)).mean();
        }
        """;

    /// <summary>A class with hyperparameters <c>rate</c> and <c>decay</c>, the tensor states <c>velocity</c> and
    /// <c>average</c>, the number state <c>scale</c>, and the update rule that the test is about.</summary>
    /// <param name="body">The statements of <c>Update(parameter, gradient, step)</c>.</param>
    /// <param name="members">More members.</param>
    /// <param name="head">The class's name and what follows it.</param>
    public static string Rule(string body, string members = "", string head = "Rule") => $$"""
        #pragma warning disable CS0169, CS0219, CS0414, CS0649, CS1717, CS9113, DECL0017, DECL0018, DECL0022, DECL0023 // Few rules need all of this.
        namespace Samples;

        public sealed partial class {{head}}
        {
            [Hyperparameter(0.1, Domain.Positive)] private double rate;
            [Hyperparameter(0.9, Domain.UnitInterval)] private double decay;
            [State] private Tensor velocity;
            [State(Initial = 0.5)] private Tensor average;
            [State(Initial = 2)] private double scale;
            {{members}}

            [UpdateRule]
            private Tensor Update(Tensor parameter, Tensor gradient, long step)
            {
                {{body}}
            }
        }
        """;

    /// <summary>The source of a built-in optimizer.</summary>
    public static string BuiltIn(string name) => File.ReadAllText(Path.Combine(Repository(), "src", "Declarative", "Optimizers", name + ".cs"));

    /// <summary>The repository's folder.</summary>
    public static string Repository() => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..", ".."));

    private static string ThisFile([CallerFilePath] string path = "") => path;
}

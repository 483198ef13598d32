namespace Declarative.Generators.Tests;

/// <summary>What the code blocks of the documentation are parts of. A block that is no whole file is preceded by a comment that names its
/// surroundings: <c>&lt;!-- compiled in: run --&gt;</c>.</summary>
internal static class DocumentationParts
{
    private const string Usings = """
        global using System;
        global using Declarative;
        global using Declarative.Interop;
        global using Declarative.Koopman;
        global using Declarative.Reporting;
        global using TorchSharp;
        global using static TorchSharp.torch;
        global using static TorchSharp.torch.nn;
        global using static TorchSharp.torch.nn.functional;

        """;

    // As the SDK's.
    private const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Threading;
        global using System.Threading.Tasks;

        """;

    /// <summary>The sources to compile for a block.</summary>
    /// <param name="surroundings">What its comment says; null for a file that is whole.</param>
    /// <param name="block">The block.</param>
    public static string[] Complete(string? surroundings, string block) => surroundings switch
    {
        null => [ImplicitUsings, block],
        "compiled with: usings" => [Usings, block],
        // A trainer's arguments, and an optimizer to set.
        "compiled in: run" => [Usings, Method(block,
            "BilevelProblem problem, Sgd optimizer, Module<Tensor, Tensor> model, IBatchSource training, IBatchSource validation, string folder",
            "sealed class Log : ITrainingObserver;")],
        // A problem's arguments.
        "compiled in: problem" => [Usings, Method(block,
            "Sgd optimizer, Module<Tensor, Tensor> model, Func<Batch, Tensor> training, Func<Batch, Tensor> validation", "")],
        // The local variables of the tangent step of the rule HeavyBall, as it is generated.
        "compiled in: tangent step" => ["global using Declarative.Rules;", Usings, Method(block,
            "double learningRate, double momentum, double weightDecay, Tensor parameter, Tensor gradient, Tensor velocity, "
            + "NumberTangent learningRateTangent, NumberTangent momentumTangent, NumberTangent weightDecayTangent, Tensor parameterTangent, "
            + "Tensor gradientTangent, Tensor velocityTangent", "")],
        _ => throw new ArgumentException($"No block is '{surroundings}'.", nameof(surroundings)),
    };

    private static string Method(string block, string parameters, string types) => $$"""
        static class Part
        {
            public static void Whole({{parameters}})
            {
        {{block}}
            }
        }
        {{types}}
        """;
}

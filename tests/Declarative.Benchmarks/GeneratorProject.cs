using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Declarative.Benchmarks;

/// <summary>A large project of a consumer's: 1,000 annotated classes, four in five with an update rule and the others losses, in 250
/// files, and a file without any. No two classes are equal.</summary>
internal static class GeneratorProject
{
    public const int Files = 250;

    public const int ClassesInFile = 4;

    private const string GlobalUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Threading;
        global using System.Threading.Tasks;
        global using Declarative;
        global using TorchSharp;
        global using TorchSharp.Modules;
        global using static TorchSharp.torch;
        global using static TorchSharp.torch.nn;
        global using static TorchSharp.torch.nn.functional;
        """;

    private const string Unrelated = """
        namespace Consumer;

        internal static class Unrelated
        {
            public static int Next(int value) => value + 1;
        }
        """;

    public static CSharpParseOptions Language { get; } = new(LanguageVersion.Latest);

    // What this process runs on: the framework, TorchSharp and Declarative, as the compiler sees them in a consumer's project.
    private static readonly MetadataReference[] references =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path) is "mscorlib.dll" or "netstandard.dll" or "TorchSharp.dll" or "Declarative.dll"
                || Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal))
            .Select(path => MetadataReference.CreateFromFile(path))];

    /// <summary>Parses the whole project; nothing of it is bound yet. The last tree declares nothing to the generator.</summary>
    public static CSharpCompilation Create()
    {
        IEnumerable<string> files = Enumerable.Range(0, Files).Select(file => string.Join('\n',
            Enumerable.Range(file * ClassesInFile, ClassesInFile).Select(Class).Prepend("namespace Consumer;\n")));
        return CSharpCompilation.Create("Consumer", [.. files.Prepend(GlobalUsings).Append(Unrelated).Select(Parse)], references,
            new(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
    }

    /// <summary>The project after an edit in one of its files.</summary>
    public static CSharpCompilation Edit(CSharpCompilation compilation, Index file, string from, string to)
    {
        SyntaxTree tree = compilation.SyntaxTrees[file];
        string text = tree.ToString();
        return text.Contains(from, StringComparison.Ordinal)
            ? compilation.ReplaceSyntaxTree(tree, Parse(text.Replace(from, to, StringComparison.Ordinal)))
            : throw new ArgumentException($"The file does not contain '{from}'.", nameof(from));
    }

    private static SyntaxTree Parse(string source) => CSharpSyntaxTree.ParseText(source, Language);

    private static string Class(int index) => (index % 5 == 4 ? Loss : (index % 4) switch { 0 => HeavyBall, 1 => Adam, 2 => Sgd, _ => RmsProp })
        .Replace("{name}", index.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);

    private const string HeavyBall = """
        public sealed partial class HeavyBall{name}
        {
            [Hyperparameter(0.05, Domain.Positive)] private double learningRate;
            [Hyperparameter(0.9, Domain.UnitInterval)] private double momentum;
            [Hyperparameter(1e-4, Domain.Positive)] private double weightDecay;
            [State] private Tensor velocity;

            [UpdateRule]
            private Tensor Update(Tensor parameter, Tensor gradient)
            {
                velocity = momentum * velocity + gradient + weightDecay * parameter;
                return parameter - learningRate * velocity / (1 + {name});
            }
        }
        """;

    private const string Adam = """
        public sealed partial class Adam{name}
        {
            [Hyperparameter(1e-3, Domain.Positive)] private double learningRate;
            [Hyperparameter(0.9, Domain.UnitInterval)] private double beta1;
            [Hyperparameter(0.999, Domain.UnitInterval)] private double beta2;
            [Hyperparameter(1e-8, Domain.Positive)] private double epsilon;
            [Hyperparameter(0.0, Domain.Positive)] private double weightDecay;
            [State] private Tensor firstMoment;
            [State] private Tensor secondMoment;

            [UpdateRule]
            private Tensor Update(Tensor parameter, Tensor gradient, long step)
            {
                var decayed = gradient + weightDecay * parameter;
                firstMoment = beta1 * firstMoment + (1 - beta1) * decayed;
                secondMoment = beta2 * secondMoment + (1 - beta2) * decayed.square();
                var stepSize = learningRate / (1 - Math.Pow(beta1, step + {name}));
                var denominator = secondMoment.sqrt() / Math.Sqrt(1 - Math.Pow(beta2, step)) + epsilon;
                return parameter - stepSize * firstMoment / denominator;
            }
        }
        """;

    private const string Sgd = """
        public sealed partial class Sgd{name}(bool nesterov = false)
        {
            [Hyperparameter(0.01, Domain.Positive)] private double learningRate;
            [Hyperparameter(0.9, Domain.UnitInterval)] private double momentum;
            [Hyperparameter(0.0, Domain.UnitInterval)] private double dampening;
            [Hyperparameter(1e-4, Domain.Positive)] private double weightDecay;
            [State] private Tensor velocity;

            [UpdateRule]
            private Tensor Update(Tensor parameter, Tensor gradient, long step)
            {
                var decayed = gradient + weightDecay * parameter;
                velocity = step == {name} ? decayed : momentum * velocity + (1 - dampening) * decayed;
                return nesterov
                    ? parameter - learningRate * (decayed + momentum * velocity)
                    : parameter - learningRate * velocity;
            }
        }
        """;

    private const string RmsProp = """
        public sealed partial class RmsProp{name}
        {
            [Hyperparameter(0.01, Domain.Positive)] private double learningRate;
            [Hyperparameter(0.99, Domain.UnitInterval)] private double smoothing;
            [Hyperparameter(1e-8, Domain.Positive)] private double epsilon;
            [Hyperparameter(0.0, Domain.UnitInterval)] private double momentum;
            [Hyperparameter(0.0, Domain.Positive)] private double weightDecay;
            [State] private Tensor squareAverage;
            [State] private Tensor velocity;

            [UpdateRule]
            private Tensor Update(Tensor parameter, Tensor gradient)
            {
                var decayed = gradient + weightDecay * parameter;
                squareAverage = smoothing * squareAverage + (1 - smoothing) * decayed.square();
                velocity = momentum * velocity + decayed / (squareAverage.sqrt() + epsilon);
                return parameter - learningRate * velocity / (1 + {name});
            }
        }
        """;

    private const string Loss = """
        public sealed partial class Loss{name}(Module<Tensor, Tensor> model, int examples)
        {
            private int Examples => examples + {name};
            [Hyperparameter(0.5, Domain.UnitInterval, Size = nameof(Examples))] private Tensor weights;
            [Hyperparameter(1e-3, Domain.Positive)] private Tensor decay;

            public Tensor Training(Batch batch) =>
                (weights.index_select(0, batch.Indices) * cross_entropy(model.call(batch.Inputs), batch.Targets, reduction: Reduction.None)).mean()
                    + decay * model.parameters().Select(parameter => parameter.square().sum()).Aggregate((sum, term) => sum + term);
        }
        """;
}

using System.Diagnostics;
using Declarative.Generators;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Declarative.Benchmarks;

/// <summary>The time of the generator on 1,000 annotated classes, beside the compiler's own time for binding what it reads.</summary>
internal static class GeneratorTime
{
    private const int Rounds = 4;

    private static readonly (string Name, Func<Life, double> Time)[] runs =
    [
        ("cold", life => life.Cold),
        ("after an edit of a method elsewhere", life => life.EditElsewhere),
        ("after a new class elsewhere", life => life.NewClassElsewhere),
        ("after an edit of one class's rule", life => life.EditOfRule),
        ("after an edit of one class's hyperparameter", life => life.EditOfHyperparameter),
    ];

    public static void Run(Report report)
    {
        report.Text($"The generator on {GeneratorProject.Files * GeneratorProject.ClassesInFile} annotated classes in {GeneratorProject.Files} files, beside the compiler's own binding "
            + $"of the attributes and bodies that it reads; seconds, the best of {Rounds}.");
        report.Table("run", "generator / compiler", "generator", "compiler, attributes and bodies", "compiler, attributes", "generator, the process's first");
        Life[] generator = [.. Lives(() => new DeclarativeGenerator())];
        Life[] bodies = [.. Lives(() => new BindingFloor(bindsBodies: true))];
        Life[] attributes = [.. Lives(() => new BindingFloor(bindsBodies: false))];
        foreach ((string name, Func<Life, double> time) in runs)
            report.Row(name, (generator.Min(time) / bodies.Min(time)).ToNumber(2), generator.Min(time).ToNumber(3), bodies.Min(time).ToNumber(3),
                attributes.Min(time).ToNumber(3), time(generator[0]).ToNumber(3));
        Steps(report);
    }

    public static GeneratorDriver Driver(IIncrementalGenerator generator, bool tracksSteps = false) => CSharpGeneratorDriver.Create(
        [generator.AsSourceGenerator()], parseOptions: GeneratorProject.Language, driverOptions: new(IncrementalGeneratorOutputKind.None, tracksSteps));

    public static double Seconds(Action action)
    {
        GC.Collect();
        var clock = Stopwatch.StartNew();
        action();
        return clock.Elapsed.TotalSeconds;
    }

    private static IEnumerable<Life> Lives(Func<IIncrementalGenerator> generator) => Enumerable.Range(0, Rounds).Select(_ => new Life(generator()));

    /// <summary>The steps of a cold run, and of one after an edit elsewhere, as Roslyn times them.</summary>
    private static void Steps(Report report)
    {
        CSharpCompilation compilation = GeneratorProject.Create();
        GeneratorDriver driver = Driver(new DeclarativeGenerator(), tracksSteps: true).RunGenerators(compilation);
        Dictionary<string, double> cold = Times(driver);
        Dictionary<string, double> again = Times(driver.RunGenerators(Life.EditMethodElsewhere(compilation)));
        report.Text("Its steps, as Roslyn times them; seconds.");
        report.Table("step", "cold", "after an edit of a method elsewhere");
        foreach ((string step, double time) in cold.Where(pair => pair.Value >= .001).OrderByDescending(pair => pair.Value))
            report.Row(step, time.ToNumber(3), again.GetValueOrDefault(step).ToNumber(3));
    }

    private static Dictionary<string, double> Times(GeneratorDriver driver) => driver.GetRunResult().Results.Single().TrackedSteps
        .ToDictionary(step => step.Key, step => step.Value.Sum(run => run.ElapsedTime.TotalSeconds));

    /// <summary>What a driver meets with, and how long it takes each time.</summary>
    private sealed class Life
    {
        private GeneratorDriver driver;

        public Life(IIncrementalGenerator generator)
        {
            driver = Driver(generator);
            CSharpCompilation compilation = GeneratorProject.Create();
            Cold = Time(compilation);
            EditElsewhere = Time(compilation = EditMethodElsewhere(compilation));
            NewClassElsewhere = Time(compilation = GeneratorProject.Edit(compilation, ^1, "internal static class", "internal class New; internal static class"));
            EditOfRule = Time(compilation = GeneratorProject.Edit(compilation, GeneratorProject.Files / 2, "velocity + gradient", "velocity + 2 * gradient"));
            EditOfHyperparameter = Time(GeneratorProject.Edit(compilation, GeneratorProject.Files / 2, "[Hyperparameter(0.05", "[Hyperparameter(0.06"));
        }

        public double Cold { get; }

        public double EditElsewhere { get; }

        public double NewClassElsewhere { get; }

        public double EditOfRule { get; }

        public double EditOfHyperparameter { get; }

        public static CSharpCompilation EditMethodElsewhere(CSharpCompilation compilation) =>
            GeneratorProject.Edit(compilation, ^1, "value + 1", "value + 2");

        private double Time(CSharpCompilation compilation) => Seconds(() => driver = driver.RunGenerators(compilation));
    }
}

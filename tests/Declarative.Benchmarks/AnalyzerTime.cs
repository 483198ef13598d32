using Declarative.Generators;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Declarative.Benchmarks;

/// <summary>The time of all analyzers on 1,000 annotated classes and their generated parts, beside that of an analyzer which does
/// nothing with as many bound bodies.</summary>
internal static class AnalyzerTime
{
    private const int Rounds = 2;

    public static void Run(Report report)
    {
        DiagnosticAnalyzer[] analyzers = [.. typeof(DeclarativeGenerator).Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(DiagnosticAnalyzer)) && !type.IsSubclassOf(typeof(DiagnosticSuppressor)) && !type.IsAbstract)
            .Select(type => (DiagnosticAnalyzer)Activator.CreateInstance(type)!)];
        GeneratorTime.Driver(new DeclarativeGenerator()).RunGeneratorsAndUpdateCompilation(GeneratorProject.Create(), out Compilation output, out _);
        double bare = double.PositiveInfinity;
        double all = double.PositiveInfinity;
        for (int round = 0; round < Rounds; round++)
        {
            bare = Math.Min(bare, Seconds(output, new BareAnalyzer()));
            all = Math.Min(all, Seconds(output, analyzers));
        }
        report.Text($"All {analyzers.Length} analyzers on the project of the generator's benchmark, beside an analyzer that does nothing with as many bound bodies; seconds, the better of {Rounds}.");
        report.Table("ratio", "analyzers", "an analyzer that does nothing");
        report.Row((all / bare).ToNumber(2), all.ToNumber(3), bare.ToNumber(3));
    }

    // A clone has nothing bound yet.
    private static double Seconds(Compilation compilation, params DiagnosticAnalyzer[] analyzers)
    {
        CompilationWithAnalyzers whole = compilation.Clone().WithAnalyzers([.. analyzers]);
        return GeneratorTime.Seconds(() => whole.GetAnalyzerDiagnosticsAsync().GetAwaiter().GetResult());
    }
}

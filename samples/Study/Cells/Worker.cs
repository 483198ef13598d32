using TorchSharp;

namespace Samples.Study.Cells;

/// <summary>A process that does cells: reads a key a line, and answers each with a line of JSON.</summary>
internal static class Worker
{
    /// <summary>Works until the input ends.</summary>
    public static void Run(IReadOnlyList<IStudyPart> parts, TextReader keys, TextWriter answers)
    {
        Declarative.Interop.NativeLibraries.Check();
        torch.set_num_threads(1);
        using FashionMnistData data = FashionMnistData.Load(scale: PixelScale.Normalized);
        while (keys.ReadLine() is { } line)
        {
            answers.WriteLine(Do(CellKey.Parse(line), parts, data).ToLine());
            answers.Flush();
        }
    }

    private static CellResult Do(CellKey key, IReadOnlyList<IStudyPart> parts, FashionMnistData data)
    {
        try
        {
            using var scope = torch.NewDisposeScope();
            return parts.Single(part => part.Name == key.Part).Run(key, data);
        }
        catch (Exception e)
        {
            // Whatever it is, it is this cell's result; the others go on.
            return new() { Cell = key.ToString(), Failure = $"{e.GetType().Name}: {e.Message.ReplaceLineEndings(" ")}" };
        }
    }
}

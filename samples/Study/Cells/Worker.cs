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
        HashSet<IStudyPart> warm = [];
        while (keys.ReadLine() is { } line)
        {
            var key = CellKey.Parse(line);
            IStudyPart part = parts.Single(item => item.Name == key.Part);
            if (warm.Add(part))
            {
                using var scope = torch.NewDisposeScope();
                part.WarmUp(data);
            }
            answers.WriteLine(Do(key, part, data).ToLine());
            answers.Flush();
        }
    }

    private static CellResult Do(CellKey key, IStudyPart part, FashionMnistData data)
    {
        try
        {
            using var scope = torch.NewDisposeScope();
            return part.Run(key, data);
        }
        catch (Exception e)
        {
            // Whatever it is, it is this cell's result; the others go on.
            return new() { Cell = key.ToString(), Failure = $"{e.GetType().Name}: {e.Message.ReplaceLineEndings(" ")}" };
        }
    }
}

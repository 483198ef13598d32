using TorchSharp;
using static TorchSharp.torch;

namespace Samples;

/// <summary>How pixels become numbers.</summary>
public enum PixelScale
{
    /// <summary>0 is black, 1 is white.</summary>
    UnitInterval,

    /// <summary>Mean 0 and standard deviation 1 over the full training set.</summary>
    Normalized,
}

/// <summary>Examples of one kind: images [n, 784] in float32 and labels [n] in int64.</summary>
public sealed record Examples(Tensor Inputs, Tensor Labels) : IDisposable
{
    public long Count => Labels.shape[0];

    public void Dispose()
    {
        Inputs.Dispose();
        Labels.Dispose();
    }
}

/// <summary>Fashion-MNIST: images to train on, to validate with, and to test with once at the end.</summary>
/// <remarks>The first five sixths of the training files train, the rest validates: 10,000 and 2,000 of the subset that comes with
/// the samples, 50,000 and 10,000 of the full set.</remarks>
public sealed class FashionMnistData : IDisposable
{
    public const int Height = 28, Width = 28, Classes = 10;

    private static readonly Scalar White = 255f, Mean = 255f * 0.2860f, StandardDeviation = 255f * 0.3530f;

    private FashionMnistData(Examples training, Examples validation, Examples test) =>
        (Training, Validation, Test) = (training, validation, test);

    public Examples Training { get; }

    public Examples Validation { get; }

    public Examples Test { get; }

    /// <summary>The folder of the subset that is built into the output of every sample.</summary>
    public static string DefaultFolder => Path.Combine(AppContext.BaseDirectory, "data", "fashion-mnist");

    /// <summary>Loads the four files, under their original names, from a folder.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="FileNotFoundException">One of the files is missing.</exception>
    /// <exception cref="InvalidDataException">A file is corrupt, truncated or something else; the message names it.</exception>
    public static FashionMnistData Load(string? folder = null, Device? device = null, PixelScale scale = PixelScale.UnitInterval)
    {
        folder ??= DefaultFolder;
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"There is no data folder '{folder}'.");

        using var scope = NewDisposeScope();
        var (images, labels) = Read(folder, "train", device ?? CPU, scale);
        var (testImages, testLabels) = Read(folder, "t10k", device ?? CPU, scale);
        long count = labels.shape[0], split = count * 5 / 6;
        if (split == 0)
            throw new InvalidDataException($"The training files in '{folder}' hold only {count} example(s).");
        return new FashionMnistData(
            Keep(images.narrow(0, 0, split), labels.narrow(0, 0, split)),
            Keep(images.narrow(0, split, count - split), labels.narrow(0, split, count - split)),
            Keep(testImages, testLabels));
    }

    public void Dispose()
    {
        Training.Dispose();
        Validation.Dispose();
        Test.Dispose();
    }

    private static (Tensor Images, Tensor Labels) Read(string folder, string kind, Device device, PixelScale scale)
    {
        string imagePath = Path.Combine(folder, $"{kind}-images-idx3-ubyte.gz");
        string labelPath = Path.Combine(folder, $"{kind}-labels-idx1-ubyte.gz");
        IdxArray images = Idx.Read(imagePath, rank: 3), labels = Idx.Read(labelPath, rank: 1);
        if (images.Dimensions[1] != Height || images.Dimensions[2] != Width)
            throw new InvalidDataException($"'{imagePath}' holds images of {images.Dimensions[1]} x {images.Dimensions[2]} pixels, " +
                $"not {Height} x {Width}.");
        if (images.Dimensions[0] != labels.Dimensions[0])
            throw new InvalidDataException($"'{labelPath}' holds {labels.Dimensions[0]} labels for the {images.Dimensions[0]} images " +
                $"in '{imagePath}'.");
        if (labels.Values.Max() is var largest && largest >= Classes)
            throw new InvalidDataException($"'{labelPath}' holds the label {largest}; there are only {Classes} classes.");

        Tensor pixels = tensor(images.Values, [images.Dimensions[0], Height * Width]).to(device).to(float32);
        if (scale == PixelScale.UnitInterval)
            pixels.div_(White);
        else
            pixels.sub_(Mean).div_(StandardDeviation);
        return (pixels, tensor(labels.Values, [labels.Values.Length]).to(device).to(int64));
    }

    private static Examples Keep(Tensor inputs, Tensor labels) =>
        new(inputs.DetachFromDisposeScope(), labels.DetachFromDisposeScope());
}

using System.Buffers.Binary;
using System.IO.Compression;
using Declarative.Tests.Reporting;
using Samples;
using TorchSharp;

namespace Declarative.Tests.Samples;

public sealed class IdxTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Reads_dimensions_and_values()
    {
        IdxArray array = Idx.Read(Write("images.gz", Contents(0x0803, [2, 1, 3], [0, 1, 2, 253, 254, 255])), rank: 3);
        Assert.Equal([2, 1, 3], array.Dimensions);
        Assert.Equal([0, 1, 2, 253, 254, 255], array.Values);
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        FileNotFoundException e = Assert.Throws<FileNotFoundException>(() => Idx.Read(folder["missing.gz"], rank: 1));
        Assert.Contains(folder["missing.gz"], e.Message);
    }

    public static TheoryData<string, byte[]> Broken => new()
    {
        { "not gzip", "hello, world: no gzip header at all"u8.ToArray() },
        { "empty", [] },
        { "short header", Compress([0, 0, 8]) },
        { "wrong magic number", Compress(Contents(0x0801, [4], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])) },
        { "other element type", Compress(Contents(0x0D03, [1, 1, 1], [1])) },
        { "too few values", Compress(Contents(0x0803, [2, 2, 2], [1, 2, 3, 4, 5, 6, 7])) },
        { "too many values", Compress(Contents(0x0803, [2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8, 9])) },
        { "no items", Compress(Contents(0x0803, [0, 2, 2], [])) },
        { "negative dimension", Compress(Contents(0x0803, [-1, -1, 1], [1])) },
        { "impossible size", Compress(Contents(0x0803, [int.MaxValue, int.MaxValue, int.MaxValue], [1])) },
        { "truncated gzip", Compress(Contents(0x0803, [50, 28, 28], Noise(50 * 28 * 28)))[..10_000] },
        { "damaged gzip", Damaged(Compress(Contents(0x0803, [50, 28, 28], Noise(50 * 28 * 28)))) },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void A_broken_file_is_named(string what, byte[] bytes)
    {
        string path = folder[$"{what}.gz"];
        File.WriteAllBytes(path, bytes);
        InvalidDataException e = Assert.Throws<InvalidDataException>(() => Idx.Read(path, rank: 3));
        Assert.Contains(path, e.Message);
        Assert.DoesNotContain('\n', e.Message);
    }

    [Fact]
    public void The_built_in_images_are_all_there()
    {
        using var scope = torch.NewDisposeScope();
        using FashionMnistData data = FashionMnistData.Load();
        Assert.Equal([10_000, 784], data.Training.Inputs.shape);
        Assert.Equal([2_000, 784], data.Validation.Inputs.shape);
        Assert.Equal([5_000, 784], data.Test.Inputs.shape);
        Assert.Equal(torch.float32, data.Training.Inputs.dtype);
        Assert.Equal(torch.int64, data.Test.Labels.dtype);
        Assert.Equal(0f, data.Training.Inputs.min().item<float>());
        Assert.Equal(1f, data.Training.Inputs.max().item<float>());
        Assert.Equal([9, 0, 0, 3, 0, 2, 7, 2, 5, 5], data.Training.Labels.narrow(0, 0, 10).data<long>().ToArray());
        Assert.Equal([9, 2, 1, 1, 6, 1, 4, 6, 5, 7], data.Test.Labels.narrow(0, 0, 10).data<long>().ToArray());
    }

    [Fact]
    public void Normalized_images_have_mean_0_and_deviation_1()
    {
        using var scope = torch.NewDisposeScope();
        using FashionMnistData data = FashionMnistData.Load(scale: PixelScale.Normalized);
        Assert.Equal(0, data.Training.Inputs.mean().item<float>(), 0.01);
        Assert.Equal(1, data.Training.Inputs.std().item<float>(), 0.01);
    }

    [Fact]
    public void Folders_are_checked()
    {
        string nowhere = folder["nowhere"];
        Assert.Contains(nowhere, Assert.Throws<DirectoryNotFoundException>(() => FashionMnistData.Load(nowhere)).Message);
        Assert.Contains("train-images", Assert.Throws<FileNotFoundException>(() => FashionMnistData.Load(folder.Path)).Message);

        Write("train-images-idx3-ubyte.gz", Contents(0x0803, [2, 28, 28], new byte[2 * 784]));
        Write("train-labels-idx1-ubyte.gz", Contents(0x0801, [3], [1, 2, 3]));
        Assert.Contains("3 labels for the 2 images", Assert.Throws<InvalidDataException>(() => FashionMnistData.Load(folder.Path)).Message);
        Write("train-labels-idx1-ubyte.gz", Contents(0x0801, [2], [1, 10]));
        Assert.Contains("the label 10", Assert.Throws<InvalidDataException>(() => FashionMnistData.Load(folder.Path)).Message);
    }

    private string Write(string name, byte[] contents)
    {
        File.WriteAllBytes(folder[name], Compress(contents));
        return folder[name];
    }

    private static byte[] Contents(int magic, int[] dimensions, byte[] values)
    {
        byte[] contents = new byte[4 + 4 * dimensions.Length + values.Length];
        BinaryPrimitives.WriteInt32BigEndian(contents, magic);
        for (int i = 0; i < dimensions.Length; i++)
            BinaryPrimitives.WriteInt32BigEndian(contents.AsSpan(4 + 4 * i), dimensions[i]);
        values.CopyTo(contents, 4 + 4 * dimensions.Length);
        return contents;
    }

    private static byte[] Compress(byte[] contents)
    {
        using MemoryStream compressed = new();
        using (GZipStream gzip = new(compressed, CompressionLevel.Optimal))
            gzip.Write(contents);
        return compressed.ToArray();
    }

    private static byte[] Damaged(byte[] bytes)
    {
        bytes[bytes.Length / 2] ^= 0x55;
        return bytes;
    }

    private static byte[] Noise(int length)
    {
        byte[] noise = new byte[length];
        new Random(0).NextBytes(noise);
        return noise;
    }
}

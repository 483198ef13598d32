using TorchSharp;
using static TorchSharp.torch;

namespace Declarative.Tests.Bilevel;

public sealed class TensorBatchSourceTests
{
    [Fact]
    public void A_batch_depends_on_its_number_alone()
    {
        using var scope = NewDisposeScope();
        using TensorBatchSource source = Source(20, 6, seed: 3);
        using TensorBatchSource again = Source(20, 6, seed: 3);
        long[][] forwards = [.. Enumerable.Range(0, 9).Select(step => Indices(source, step))];
        long[][] backwards = [.. Enumerable.Range(0, 9).Reverse().Select(step => Indices(again, step)).Reverse()];
        Assert.Equal(forwards, backwards);
        using TensorBatchSource other = Source(20, 6, seed: 4);
        Assert.NotEqual(forwards[0], Indices(other, 0));
    }

    [Fact]
    public void An_epoch_visits_no_example_twice_and_the_next_one_has_another_order()
    {
        using var scope = NewDisposeScope();
        using TensorBatchSource source = Source(20, 5);
        Assert.Equal(4, source.BatchesPerEpoch);
        long[] first = [.. Enumerable.Range(0, 4).SelectMany(step => Indices(source, step))];
        long[] second = [.. Enumerable.Range(4, 4).SelectMany(step => Indices(source, step))];
        Assert.Equal(Enumerable.Range(0, 20).Select(i => (long)i), first.Order());
        Assert.Equal(Enumerable.Range(0, 20).Select(i => (long)i), second.Order());
        Assert.NotEqual(first, second);
    }

    [Fact]
    public void Inputs_targets_and_indices_belong_together()
    {
        using var scope = NewDisposeScope();
        using TensorBatchSource source = Source(20, 5);
        Batch batch = source.At(7);
        Assert.Equal(batch.Indices.data<long>().ToArray(), batch.Inputs.data<float>().ToArray().Select(value => (long)value));
        Assert.Equal(batch.Indices.data<long>().ToArray(), batch.Targets.data<long>().ToArray());
    }

    // Chi-square over the first position of many epochs: every example is as likely.
    [Fact]
    public void Orders_are_uniform()
    {
        int[] counts = new int[10];
        for (ulong epoch = 0; epoch < 5000; epoch++)
            counts[RandomNumbers.Permutation(10, 1, epoch)[0]]++;
        double chiSquare = counts.Sum(count => (count - 500.0) * (count - 500.0) / 500);
        Assert.InRange(chiSquare, 0.5, 27.9);
    }

    [Theory]
    [InlineData(0, 0, 1)]
    [InlineData(4, 3, 1)]
    [InlineData(4, 4, 0)]
    [InlineData(4, 4, 5)]
    public void Impossible_data_or_batches_are_refused(int inputs, int targets, int batchSize)
    {
        using var scope = NewDisposeScope();
        Assert.ThrowsAny<ArgumentException>(() => new TensorBatchSource(zeros(inputs, 1), zeros(targets), batchSize));
    }

    private static TensorBatchSource Source(int examples, int batchSize, int seed = 0) =>
        new(arange(examples, dtype: ScalarType.Float32).view(-1, 1), arange(examples, dtype: ScalarType.Int64), batchSize, seed);

    private static long[] Indices(TensorBatchSource source, long step) => source.At(step).Indices.data<long>().ToArray();
}

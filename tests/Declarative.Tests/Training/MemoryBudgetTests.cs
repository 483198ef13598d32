using Declarative.Interop;
using TorchSharp;
using static TorchSharp.torch;

namespace Declarative.Tests.Training;

/// <summary>Too little memory: known beforehand it refuses a run, and met on the way it is one sentence.</summary>
public sealed class MemoryBudgetTests
{
    [Fact]
    public void What_a_GPU_has_counts_where_it_is_less_than_the_limit()
    {
        Assert.Equal(new(100), MemoryBudget.Of(100, "cuda:0", 200));
        Assert.Equal(new(100), MemoryBudget.Of(100, "cuda:0", null));
        Assert.Equal(new(100), MemoryBudget.Of(100, CPU));
        Assert.Equal("50, which is all that cuda:0 has", MemoryBudget.Of(100, "cuda:0", 50).ToString());
    }

    [Fact]
    public void A_mode_that_needs_more_than_the_GPU_has_is_not_chosen_and_else_the_run_is_refused()
    {
        var options = new GlocalOptions { Window = 100, Memory = TangentMemory.Reset };
        ModeChoice Choose(long total) => ModeChoice.Of(options, 3, forwardBytes: 12_000, stateBytes: 1000, new(CanStandIn: true, 2000), new(total, "cuda:1"));
        Assert.Equal(ReverseStorage.Graphs, Choose(300_000).Storage);
        Assert.Equal(ReverseStorage.States, Choose(299_999).Storage);
        string refusal = Assert.Throws<InvalidOperationException>(() => Choose(11_999)).Message;
        Assert.Contains("above the limit of 11999, which is all that cuda:1 has", refusal);
        Assert.EndsWith("or use a GPU with more memory.", refusal);
    }

    [Fact]
    public void A_loss_that_asks_for_too_much_is_told_what_to_do()
    {
        using var scope = NewDisposeScope();
        using var model = nn.Linear(2, 1);
        var problem = new BilevelProblem(model, new Sgd(), training: batch => model.call(batch.Inputs).sum() + zeros(1L << 46).sum(),
            validation: batch => model.call(batch.Inputs).sum());
        using var batches = new TensorBatchSource(ones(4, 2), ones(4, 1), batchSize: 4);
        using var trainer = new BilevelTrainer(problem, batches, batches, new GlocalOptions { Window = 2 });

        string message = Assert.Throws<InvalidOperationException>(() => trainer.Run(2)).Message;

        Assert.Contains("training loss", message);
        Assert.Contains("there is too little memory for 281474976710656 bytes more", message);
        Assert.Contains("Smaller batches", message);
        Assert.DoesNotContain("alloc_cpu", message);
    }

    [Fact]
    public void What_the_GPUs_allocator_says_is_told_as_shortly()
    {
        var thrown = new System.Runtime.InteropServices.ExternalException(
            "CUDA out of memory. Tried to allocate 20.00 GiB. GPU 0 has a total capacity of 79.10 GiB of which 1.50 GiB is free.\nException raised from malloc");
        Assert.StartsWith("the GPU has too little memory for 20.00 GiB more. Smaller batches", NativeErrors.Sentence(thrown));
    }
}

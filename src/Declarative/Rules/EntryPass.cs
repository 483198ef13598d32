using System.Numerics;
using System.Runtime.ExceptionServices;
using static TorchSharp.torch;

namespace Declarative.Rules;

/// <summary>Takes a step over all entries: whole registers of them, then those that are left over.</summary>
/// <param name="state">What is read and written, contiguous in the host's memory.</param>
/// <param name="step">The step.</param>
/// <param name="count">The number of entries, at least as many as a register holds.</param>
internal sealed class EntryPass(UpdateState state, EntryStep step, int count)
{
    // Below that many entries a thread costs more than it saves; TorchSharp's own operations have the same limit.
    private const int LeastOfThread = 32_768;

    // Ranges of threads are made of whole lines of the processor's cache, which whole registers fit into.
    private const int Line = 64;

    private readonly int entryBytes = (int)state.Parameter.element_size();

    /// <summary>Takes it, long vectors by as many threads as TorchSharp's own operations use; how many changes no bit.</summary>
    public void Run()
    {
        int register = Vector<byte>.Count / entryBytes;
        int whole = count / register * register;
        int threads = count < 2 * LeastOfThread ? 1 : Math.Min(get_num_threads(), count / LeastOfThread);
        if (threads == 1)
            step(state, 0, whole);
        else
        {
            int share = (whole / threads + Line) / Line * Line;
            try
            {
                Parallel.For(0, threads, i => step(state, i * share, Math.Min(whole, (i + 1) * share)));
            }
            catch (AggregateException e)
            {
                // What a rule's own property throws, as it would come from one thread.
                ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
            }
        }
        if (whole < count)
            TakeRest(count - register, whole);
    }

    // The last register reaches back over entries that have been written: they are put back.
    private void TakeRest(int from, int whole)
    {
        Tensor[] written = [.. state.Written];
        byte[][] before = Array.ConvertAll(written, tensor => Taken(tensor).ToArray());
        step(state, from, count);
        for (int i = 0; i < written.Length; i++)
            before[i].CopyTo(Taken(written[i]));

        Span<byte> Taken(Tensor tensor) => tensor.bytes[(from * entryBytes)..(whole * entryBytes)];
    }
}

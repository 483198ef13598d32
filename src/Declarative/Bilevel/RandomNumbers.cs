using TorchSharp;
using static TorchSharp.torch;

namespace Declarative;

/// <summary>Random numbers as pure functions of (seed, counter): any step can be replayed without those before it.</summary>
internal static class RandomNumbers
{
    /// <summary>A random order of 0 ... count - 1.</summary>
    public static long[] Permutation(int count, ulong seed, ulong counter)
    {
        long[] order = new long[count];
        for (int i = 0; i < count; i++)
            order[i] = i;
        ulong state = Mix(seed, counter);
        for (int i = count - 1; i > 0; i--)
        {
            // The high half of a 128-bit product: unbiased to within count / 2^64.
            int j = (int)Math.BigMul(Next(ref state), (ulong)(i + 1), out _);
            (order[i], order[j]) = (order[j], order[i]);
        }
        return order;
    }

    /// <summary>Sets TorchSharp's process-wide generators for a step, so that its dropout is the same whenever it is run.</summary>
    public static void SeedStep(ulong seed, long step, bool onCuda)
    {
        long mixed = (long)(Mix(seed, (ulong)step) >> 1);
        using (random.manual_seed(mixed))
        {
        }
        if (onCuda)
            cuda.manual_seed_all(mixed);
    }

    private static ulong Mix(ulong seed, ulong counter)
    {
        ulong state = seed * 0x9E3779B97F4A7C15 ^ counter * 0xD1B54A32D192ED03;
        Next(ref state);
        return Next(ref state);
    }

    // SplitMix64 (Steele, Lea and Flood 2014).
    private static ulong Next(ref ulong state)
    {
        ulong z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}

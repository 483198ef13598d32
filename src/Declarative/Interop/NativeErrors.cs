using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using static TorchSharp.torch;

namespace Declarative.Interop;

/// <summary>What TorchSharp and libtorch throw, in words: their own say nothing of what the program did, and carry pages of C++ frames.</summary>
internal static partial class NativeErrors
{
    private const string Cause = "RuntimeError: ";

    /// <summary>Whether an exception is theirs, about a tensor, and not one that a program threw: those stay what they are, so that they can be
    /// caught.</summary>
    /// <remarks>By type and words alone: which assembly an exception comes from is not known where a method was inlined.</remarks>
    public static bool Is(Exception e) => e.GetType() == typeof(ExternalException) || IsOfDisposedTensor(e);

    /// <summary>What an exception says, as one sentence: without the traces that native code adds, behind which TorchScript puts the cause.</summary>
    public static string Sentence(Exception e)
    {
        if (IsOfDisposedTensor(e))
            return "it uses a tensor that has been disposed.";
        string[] lines = e.Message.Split('\n');
        if (Array.Find(lines, line => Exhausted().IsMatch(line)) is { } exhausted)
            return OfMemory(exhausted);
        string line = (Array.Find(lines, line => line.StartsWith(Cause, StringComparison.Ordinal))?[Cause.Length..] ?? lines[0]).Trim();
        return line.EndsWith('.') ? line : line + ".";
    }

    /// <summary>Why autograd refuses a graph, and what to do about it.</summary>
    public static string OfGraph(Exception e)
    {
        string reason = Sentence(ConvolutionKernels.TakeFailure(e) ?? e);
        bool Says(string words) => reason.Contains(words, StringComparison.OrdinalIgnoreCase);
        string remedy = Says("second time") || Says("been freed") ? " A loss must be computed anew at each call, and must not call backward() on it."
            : Says("inplace operation") ? " A tensor was changed in place after the loss had used it: let the loss change a copy."
            : Says("is not implemented") ? " A hypergradient needs the derivative of a gradient: write that operation in others that have one."
            : "";
        return reason + remedy;
    }

    /// <summary>What libtorch's allocators say, in one sentence, and what to do.</summary>
    private static string OfMemory(string line)
    {
        string place = line.Contains("CUDA", StringComparison.Ordinal) ? "the GPU has" : "there is";
        Match asked = Asked().Match(line);
        return $"{place} too little memory{(asked.Success ? $" for {asked.Groups["amount"]} more" : "")}. Smaller batches need less, fewer learned settings, and reverse "
            + "mode with ReverseStorage.Checkpoints; a lower GlocalOptions.MemoryLimit lets the run choose what keeps less.";
    }

    // CUDA's allocator, and the CPU's: from C++, from malloc, and of a size that no number holds.
    [GeneratedRegex("CUDA out of memory|CUDA error: out of memory|CU(BLAS|DNN)_STATUS_ALLOC_FAILED|DefaultCPUAllocator|std::bad_alloc")]
    private static partial Regex Exhausted();

    [GeneratedRegex(@"[Tt]ried to allocate (?<amount>[\d.]+ \w+)")]
    private static partial Regex Asked();

    private static bool IsOfDisposedTensor(Exception e) => e is InvalidOperationException && e.Message.StartsWith("Tensor invalid", StringComparison.Ordinal);

    /// <summary>A tensor in words.</summary>
    public static string Written(Tensor? tensor) => tensor is null ? "null" : tensor.IsInvalid ? "disposed"
        : $"{tensor.dtype} [{string.Join(", ", tensor.shape)}]" + (tensor.device_type == TorchSharp.DeviceType.CPU ? "" : $" on {tensor.device}");
}

using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace Declarative.Interop;

/// <summary>Counts the operations that libtorch carries out, of all threads, until it is disposed: by what its own profiler uses.</summary>
/// <remarks>An operation may be made of others. One that computes, and is not made of others that do, is a kernel on a GPU, or a few: these are
/// the <see cref="Launches"/>. At most one recorder is at work at a time.</remarks>
internal sealed class OperationRecorder : IDisposable
{
    // What allocates memory, or sees the same memory in another way. No kernel runs.
    private static readonly HashSet<string> silent =
    [
        "aten::alias", "aten::as_strided", "aten::as_strided_", "aten::chunk", "aten::detach", "aten::detach_", "aten::empty", "aten::empty_like", "aten::empty_strided", "aten::expand",
        "aten::flatten", "aten::is_same_size", "aten::narrow", "aten::new_empty", "aten::permute", "aten::requires_grad_", "aten::reshape", "aten::resize_",
        "aten::resolve_conj", "aten::resolve_neg", "aten::select", "aten::set_", "aten::set_data", "aten::slice", "aten::split", "aten::split_with_sizes",
        "aten::squeeze", "aten::t", "aten::transpose", "aten::unbind", "aten::unflatten", "aten::unsafe_split", "aten::unsqueeze", "aten::view", "aten::view_as",
        "aten::mT", "aten::_add_batch_dim", "aten::_nnpack_available", "aten::_remove_batch_dim", "aten::_version", "aten::_unsafe_view", "aten::_reshape_alias", "aten::expand_as", "aten::is_set_to", "aten::result_type", "aten::size", "aten::to",
    ];

    private static readonly Lock gate = new();
    private static OperationRecorder? current;
    private static NameOfFunction? nameOf;

    // libtorch calls them for as long as a recorder is at work, on any thread.
    private static readonly BeginFunction begin = OnBegin;
    private static readonly EndFunction end = OnEnd;

    [ThreadStatic]
    private static Stack<bool>? open;

    private readonly ConcurrentDictionary<string, int> all = [], launches = [];
    private readonly RemoveCallback remove;
    private readonly ulong handle;

    /// <summary>Begins to count.</summary>
    /// <exception cref="PlatformNotSupportedException">It is not Linux, or another libtorch, which may hand over its operations otherwise.</exception>
    /// <exception cref="InvalidOperationException">Another recorder is at work.</exception>
    public OperationRecorder()
    {
        NativeLibraries.Check();
        if (LibTorchBuild.OfLoaded().Version != LibTorchBuild.Expected
            || LibTorchFunctions.Find<AddCallback>("_ZN2at17addGlobalCallbackENS_22RecordFunctionCallbackE") is not { } addCallback
            || LibTorchFunctions.Find<RemoveCallback>("_ZN2at14removeCallbackEm") is not { } removeCallback
            || LibTorchFunctions.Find<NameOfFunction>("_ZNK2at14RecordFunction4nameEv") is not { } name)
            throw new PlatformNotSupportedException("This libtorch does not let its operations be counted.");
        lock (gate)
        {
            if (current is not null)
                throw new InvalidOperationException("Operations are being counted already.");
            current = this;
            nameOf = name;
        }
        remove = removeCallback;
        handle = addCallback(new()
        {
            Begin = Marshal.GetFunctionPointerForDelegate(begin),
            End = Marshal.GetFunctionPointerForDelegate(end),
            Probability = 1,
            IsOfOperations = 1,
        });
    }

    /// <summary>How often each operation was carried out.</summary>
    public IReadOnlyDictionary<string, int> All => all;

    /// <summary>How often each of those was that launch a kernel on a GPU.</summary>
    public IReadOnlyDictionary<string, int> Launches => launches;

    /// <summary>Counts what an action carries out.</summary>
    public static OperationRecorder Of(Action action)
    {
        using var recorder = new OperationRecorder();
        action();
        return recorder;
    }

    /// <summary>Ends it; the counts stay.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            if (current != this)
                return;
            remove(handle);
            current = null;
        }
    }

    private static nint OnBegin(nint context, nint function)
    {
        // What a profiler may keep of an operation, a unique_ptr, which is returned through memory: nothing.
        Marshal.WriteIntPtr(context, 0);
        // Whether an operation has computed anything so far.
        (open ??= []).Push(false);
        current?.all.AddOrUpdate(Name(function), 1, (_, count) => count + 1);
        return context;
    }

    private static void OnEnd(nint function, nint context)
    {
        // It may have begun before the recorder.
        if (open is not { Count: > 0 } nested)
            return;
        string name = Name(function);
        bool isMadeOfOthers = nested.Pop(), computes = isMadeOfOthers || !IsSilent(name);
        if (computes && !isMadeOfOthers)
            current?.launches.AddOrUpdate(name, 1, (_, count) => count + 1);
        if (computes && nested.TryPop(out _))
            nested.Push(true);
    }

    // The engine's own names are no operations.
    private static bool IsSilent(string name) => silent.Contains(name) || !name.StartsWith("aten::", StringComparison.Ordinal);

    private static string Name(nint function) => Marshal.PtrToStringUTF8(nameOf!(function)) ?? "";

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate ulong AddCallback(Callback callback);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate void RemoveCallback(ulong handle);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate nint NameOfFunction(nint function);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate nint BeginFunction(nint context, nint function);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate void EndFunction(nint function, nint context);

    // at::RecordFunctionCallback of libtorch 2.10: after the probability a flag for each of ten scopes, of which operations are the first, and
    // three for what is to be handed over.
    [StructLayout(LayoutKind.Sequential)]
    private struct Callback
    {
        public nint Begin, End;
        public double Probability;
        public ulong IsOfOperations;
        public byte Scope9, Scope10, NeedsInputs, NeedsOutputs, NeedsIds;
    }
}

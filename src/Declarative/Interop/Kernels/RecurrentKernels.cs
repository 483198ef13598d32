using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Declarative.Interop;

/// <summary>cuDNN's recurrent kernels have no double backward, and in evaluation mode no backward at all. libtorch's own have both: while this lasts,
/// the LSTM, GRU and RNN modules of a model run on those. Everything else of the model stays with cuDNN.</summary>
/// <remarks>libtorch chooses the kernel when the module is called, by a setting of the whole process, which is switched for the duration of that
/// call. A graph keeps the kernel with which it was made. TorchSharp tells of <c>call</c> with tensors alone, not of <c>forward</c> and of packed sequences:
/// for those cuDNN has to be off all the time.</remarks>
internal sealed class RecurrentKernels : IDisposable
{
    private static readonly ContextSwitch cudnn = new(() => [.. ContextFlag.Find("userEnabledCuDNN", "setUserEnabledCuDNN")]);

    private readonly List<Action> undo = [];
    private readonly Dictionary<nn.Module, IDisposable> inside = [];
    private readonly HashSet<nn.Module> unseen = [];
    private IDisposable? all;

    /// <summary>Hooks the recurrent modules of a model.</summary>
    /// <exception cref="PlatformNotSupportedException">libtorch does not export the setting; on Linux it does.</exception>
    public RecurrentKernels(nn.Module model)
    {
        if (!cudnn.IsThere)
            throw new PlatformNotSupportedException("This libtorch does not let cuDNN be switched off, whose recurrent kernels "
                + "cannot be differentiated twice: use recurrent cells, or train on the CPU.");
        foreach (nn.Module module in RecurrentModules(model))
        {
            unseen.Add(module);
            if (module is LSTM lstm)
                Hook(lstm);
            else if (module is GRU gru)
                Hook(gru);
            else
                Hook((RNN)module);
        }
    }

    /// <summary>Whether each recurrent module has been called so that it was told.</summary>
    public bool AllWereSeen => unseen.Count == 0;

    /// <summary>Whether cuDNN is off all the time.</summary>
    public bool IsOffForAll => all is not null;

    /// <summary>Whether a model has modules that cuDNN computes.</summary>
    public static bool HasRecurrent(nn.Module model) => RecurrentModules(model).Any();

    /// <summary>Lets cuDNN be off until this is disposed.</summary>
    public void SwitchOffForAll() => all ??= cudnn.Off();

    /// <summary>Removes the hooks. A forward that threw ran none after it: what it left is put back too.</summary>
    public void Dispose()
    {
        undo.ForEach(one => one());
        undo.Clear();
        foreach (IDisposable left in inside.Values)
            left.Dispose();
        inside.Clear();
        all?.Dispose();
    }

    private void Hook<TBefore, TAfter>(nn.HookableModule<TBefore, TAfter> module)
        where TBefore : Delegate
        where TAfter : Delegate
    {
        undo.Add(module.register_forward_pre_hook(Enter).remove);
        undo.Add(module.register_forward_hook(Leave).remove);

        void Enter(nn.Module _)
        {
            unseen.Remove(module);
            if (!inside.ContainsKey(module))
                inside.Add(module, cudnn.Off());
        }

        void Leave(nn.Module _)
        {
            if (inside.Remove(module, out IDisposable? use))
                use.Dispose();
        }
    }

    private static IEnumerable<nn.Module> RecurrentModules(nn.Module model) => model.modules().Prepend(model).Distinct().Where(module => module is LSTM or GRU or RNN);
}

using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Declarative.Interop;

/// <summary>cuDNN's recurrent kernels have no double backward, and in evaluation mode no backward at all. libtorch's own have both: while this lasts,
/// the LSTM, GRU and RNN modules of a model run on those. Everything else of the model stays with cuDNN.</summary>
/// <remarks>libtorch chooses the kernel when the module is called, by a setting of the whole process, which is switched for the duration of that
/// call. A graph keeps the kernel with which it was made.</remarks>
internal sealed class RecurrentKernels : IDisposable
{
    private static readonly Lazy<ContextFlag?> cudnn = new(() => ContextFlag.Find("userEnabledCuDNN", "setUserEnabledCuDNN").FirstOrDefault());

    private readonly List<Action> undo = [];
    private readonly bool wasEnabled;

    /// <summary>Hooks the recurrent modules of a model.</summary>
    /// <exception cref="PlatformNotSupportedException">libtorch does not export the setting; on Linux it does.</exception>
    public RecurrentKernels(nn.Module model)
    {
        ContextFlag flag = cudnn.Value ?? throw new PlatformNotSupportedException("This libtorch does not let cuDNN be switched off, whose recurrent kernels "
            + "cannot be differentiated twice: use recurrent cells, or train on the CPU.");
        wasEnabled = flag.IsEnabled();
        foreach (nn.Module module in RecurrentModules(model))
        {
            if (module is LSTM lstm)
                Hook(lstm, flag);
            else if (module is GRU gru)
                Hook(gru, flag);
            else
                Hook((RNN)module, flag);
        }
        // A forward that throws runs no hook after it.
        undo.Add(() => flag.Enable(wasEnabled));
    }

    /// <summary>Whether a model has modules that cuDNN computes.</summary>
    public static bool HasRecurrent(nn.Module model) => RecurrentModules(model).Any();

    /// <summary>Removes the hooks.</summary>
    public void Dispose()
    {
        undo.ForEach(one => one());
        undo.Clear();
    }

    private void Hook<TBefore, TAfter>(nn.HookableModule<TBefore, TAfter> module, ContextFlag flag)
        where TBefore : Delegate
        where TAfter : Delegate
    {
        undo.Add(module.register_forward_pre_hook(_ => flag.Enable(false)).remove);
        undo.Add(module.register_forward_hook(_ => flag.Enable(wasEnabled)).remove);
    }

    private static IEnumerable<nn.Module> RecurrentModules(nn.Module model) => model.modules().Prepend(model).Distinct().Where(module => module is LSTM or GRU or RNN);
}

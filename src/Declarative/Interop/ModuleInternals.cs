using System.Runtime.CompilerServices;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Declarative.Interop;

/// <summary>What TorchSharp's modules keep to themselves.</summary>
internal static class ModuleInternals
{
    /// <summary>All buffers of a module and its parts, each once, also those that are not persistent: <c>buffers()</c> leaves them out whatever
    /// it is asked for.</summary>
    /// <exception cref="ObjectDisposedException">One has been disposed.</exception>
    public static Tensor[] Buffers(nn.Module module)
    {
        Tensor[] all = [.. module.buffers().Concat(module.modules().Prepend(module).SelectMany(part => BuffersOf(part).Values).Select(entry => entry.Item1))];
        return Array.Exists(all, buffer => buffer is { IsInvalid: true }) && FindDisposed(module) is { } disposed ? throw disposed
            : [.. all.DistinctBy(buffer => buffer.Handle)];
    }

    /// <summary>What to throw where a parameter or a buffer of a module, or of its parts, has been disposed; nothing where none has.</summary>
    public static ObjectDisposedException? FindDisposed(nn.Module module)
    {
        foreach ((string path, nn.Module part) in module.named_modules().Prepend(("", module)))
        {
            OrderedDict<string, Parameter> parameters = ParametersOf(part);
            OrderedDict<string, (Tensor, bool)> buffers = BuffersOf(part);
            if ((parameters.Keys.FirstOrDefault(name => parameters[name] is { IsInvalid: true })
                ?? buffers.Keys.FirstOrDefault(name => buffers[name].Item1 is { IsInvalid: true })) is { } name)
                return new(null, $"'{(path.Length > 0 ? $"{path}.{name}" : name)}' of the model has been disposed, by itself or with the module that it belongs to: "
                    + "keep the model until training is over.");
        }
        return null;
    }

    /// <summary>Puts a forward hook before those that are there, so that it sees the module's own output.</summary>
    /// <param name="module">The module.</param>
    /// <param name="register">Registers the hook.</param>
    public static T RegisterFirst<TBefore, TAfter, T>(nn.HookableModule<TBefore, TAfter> module, Func<T> register)
    {
        Dictionary<string, TAfter> hooks = Hooks<TBefore, TAfter>.Of(module);
        KeyValuePair<string, TAfter>[] others = [.. hooks];
        hooks.Clear();
        T registered = register();
        foreach ((string key, TAfter hook) in others)
            hooks.Add(key, hook);
        return registered;
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_internal_params")]
    private static extern ref OrderedDict<string, Parameter> ParametersOf(nn.Module module);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_internal_buffers")]
    private static extern ref OrderedDict<string, (Tensor, bool)> BuffersOf(nn.Module module);

    // An accessor of a generic type's field has to be generic in the same way.
    private static class Hooks<TBefore, TAfter>
    {
        [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "post_hooks")]
        public static extern ref Dictionary<string, TAfter> Of(nn.HookableModule<TBefore, TAfter> module);
    }
}

using Declarative.Interop;
using Declarative.Rules;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Declarative;

/// <summary>The parameters θ of a module as one flat vector [p]; the module's own parameters become views of it and stay leaves.</summary>
/// <remarks>The vector and its views do not share version counters: autograd does not notice a write to the vector, and a graph that
/// outlives one gives wrong numbers without an error. So this class is the only writer, counts its writes, and
/// <see cref="CheckUnwritten"/> refuses a graph made before the last one.</remarks>
internal sealed class ParameterVector : IDisposable
{
    private readonly nn.Module module;
    private readonly IReadOnlyList<ParameterGroup> groups;
    private readonly Dictionary<string, long> offsetOf = [];
    private readonly Tensor vector;

    /// <summary>Takes the parameters that require a gradient, group by group.</summary>
    /// <exception cref="ArgumentException">There are none, they differ in type or device, or one does not belong to exactly one group.</exception>
    public ParameterVector(nn.Module module, IReadOnlyList<ParameterGroup>? groups = null)
    {
        this.module = module;
        this.groups = groups ?? [];
        (string Name, Parameter Parameter)[] distinct = Ordered();
        if (distinct.Length == 0)
            throw new ArgumentException("The model has no parameter that requires a gradient: there is nothing to train. Set requires_grad = true, or register its parts.", nameof(module));
        Views = [.. distinct.Select(item => item.Parameter)];

        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        // Of a single flat tensor, cat may give that tensor itself.
        vector = cat([.. Views.Select(view => view.detach().reshape(-1))]).clone().DetachFromDisposeScope();
        long offset = 0;
        Slices = [.. distinct.Select(item =>
        {
            var slice = new ParameterSlice(item.Name, offset, item.Parameter.numel(), item.Parameter.shape);
            offset += slice.Count;
            return slice;
        })];
        (string Name, Parameter Parameter, int First)[] all = WithTies(module);
        Dictionary<string, ParameterSlice> slices = Slices.ToDictionary(slice => slice.Name);
        foreach ((string name, Parameter parameter, int tie) in all)
        {
            parameter.set_(slices[all[tie].Name].Of(vector));
            offsetOf.Add(name, slices[all[tie].Name].Offset);
        }
    }

    /// <summary>The names of the parameters, and where each lies in the vector.</summary>
    public IReadOnlyList<ParameterSlice> Slices { get; }

    /// <summary>The slices that belong to a group; they lie one behind the other.</summary>
    /// <exception cref="ArgumentException">There are none.</exception>
    public IReadOnlyList<ParameterSlice> SlicesOf(ParameterGroup group)
    {
        ParameterSlice[] found = [.. Slices.Where(slice => group.Contains(slice.Name))];
        return found.Length > 0 ? found : throw new ArgumentException($"Parameter group '{group.Name}' contains none of {string.Join(", ", Slices.Select(slice => slice.Name))}.");
    }

    /// <summary>The module's parameters.</summary>
    public Tensor[] Views { get; }

    /// <summary>θ [p]. To be read only; <see cref="Write"/> and <see cref="Update"/> write it.</summary>
    public Tensor Vector => vector;

    /// <summary>p.</summary>
    public long Count => vector.numel();

    /// <summary>How often θ has been written.</summary>
    public long Writes { get; private set; }

    /// <summary>Sets θ.</summary>
    public void Write(Tensor value) => Update(_ => value);

    /// <summary>Sets θ to what becomes of it.</summary>
    /// <param name="update">Is given θ, and gives θ': θ itself where it was overwritten.</param>
    public void Update(Func<Tensor, Tensor> update)
    {
        using var noGradient = no_grad();
        // First, as an update that throws may have begun to write.
        Writes++;
        Tensor value = update(vector);
        if (!ReferenceEquals(value, vector))
            vector.copy_(value);
    }

    /// <summary>Refuses to go on where the model no longer uses this vector.</summary>
    /// <returns>The versions of the parameters: each counts the writes to it by others than this class.</returns>
    /// <exception cref="InvalidOperationException">Another trainer took a parameter, or <c>.to</c> replaced it.</exception>
    /// <exception cref="ObjectDisposedException">A parameter has been disposed.</exception>
    public long[] CheckAttached()
    {
        (string Name, Parameter Parameter)[] present = [.. Trainable(module)];
        // A name that was not there comes from beyond the vector, so that it is not attached.
        long[] offsets = [.. present.Select(item => offsetOf.GetValueOrDefault(item.Name, Count))];
        long[] versions = TensorContents.Versions([.. present.Select(item => item.Parameter)], vector, offsets);
        int attached = versions.Length;
        if (attached == present.Length && present.Length == offsetOf.Count)
            return versions;
        throw ModuleInternals.FindDisposed(module) ??  new InvalidOperationException($"Parameter '{(attached < present.Length ? present[attached].Name : offsetOf.Keys.First(name => present.All(item => item.Name != name)))}' "
                + "is not the one that this trainer was made for: it was frozen, unfrozen or moved by .to(), or another trainer has taken the model. Make a new trainer.");
    }

    /// <summary>Refuses steps in the course of which something else than this class has written to a parameter.</summary>
    /// <param name="versions">The versions before them.</param>
    /// <exception cref="InvalidOperationException">Something has; the message names the parameter.</exception>
    public void CheckWrittenHereAlone(long[] versions)
    {
        long[] now = CheckAttached();
        int written = Enumerable.Range(0, now.Length).FirstOrDefault(i => now[i] != versions[i], -1);
        if (written >= 0)
            throw WrittenElsewhere(Trainable(module).ElementAt(written).Name);
    }

    /// <summary>For a parameter that something else has written to.</summary>
    public static InvalidOperationException WrittenElsewhere(string name) => new($"Parameter '{name}' was changed in place by the training loss, the "
        + "validation loss or the model: derivatives through that would be wrong. Only the update rule may change parameters: let a loss compute with a changed copy.");

    /// <summary>Refuses to go on with a graph that was made before θ was written last.</summary>
    /// <param name="writes">The count of writes when the graph was made.</param>
    /// <exception cref="InvalidOperationException">θ has been written since.</exception>
    public void CheckUnwritten(long writes)
    {
        if (writes != Writes)
            throw new InvalidOperationException($"The parameters have been written {Writes - writes} time(s) since this graph was made; "
                + "its derivatives would be wrong.");
    }

    private (string Name, Parameter Parameter)[] Ordered()
    {
        (string Name, Parameter Parameter)[] trained = Trained(module);
        if (groups is [] or [{ Name.Length: 0 }])
            return trained;
        foreach ((string name, _) in trained)
        {
            string[] of = [.. groups.Where(group => group.Contains(name)).Select(group => $"'{group.Name}'")];
            if (of.Length != 1)
                throw new ArgumentException($"Parameter '{name}' belongs to {(of.Length == 0 ? "no group" : $"the groups {string.Join(" and ", of)}")}: "
                    + "it must belong to exactly one, or not require a gradient.", nameof(module));
        }
        return [.. groups.SelectMany(group => trained.Where(item => group.Contains(item.Name)))];
    }

    /// <summary>The parameters of a module that require a gradient, tied ones as often as they have names.</summary>
    public static IEnumerable<(string Name, Parameter Parameter)> Trainable(nn.Module module) => module.named_parameters().Where(item => item.parameter.requires_grad);

    /// <summary>The parameters of a module that require a gradient; tied weights are one, under their first name.</summary>
    public static (string Name, Parameter Parameter)[] Trained(nn.Module module) =>
        [.. WithTies(module).Where((item, i) => item.First == i).Select(item => (item.Name, item.Parameter))];

    // Also a tie between a native and a managed module, which have a wrapper each.
    private static (string Name, Parameter Parameter, int First)[] WithTies(nn.Module module)
    {
        if (ModuleInternals.FindDisposed(module) is { } disposed)
            throw new ArgumentException(disposed.Message, nameof(module));
        (string Name, Parameter Parameter)[] all = [.. Trainable(module)];
        foreach ((string name, Parameter parameter) in all)
            Check(name, parameter, all[0]);
        int[] firsts = TensorContents.FirstAlike([.. all.Select(item => item.Parameter)]);
        int copy = Array.FindIndex(firsts, first => first < 0);
        if (copy >= 0)
            throw new ArgumentException($"Parameter '{all[copy].Name}' has the memory of '{all[-1 - firsts[copy]].Name}', but is another tensor, "
                + "so that gradients do not add up. To tie weights, give both modules the same Parameter.", nameof(module));
        return [.. all.Zip(firsts, (item, first) => (item.Name, item.Parameter, first))];
    }

    private static void Check(string name, Parameter parameter, (string Name, Parameter Parameter) first)
    {
        string? trouble = !parameter.is_floating_point() ? $"is {parameter.dtype}: only real parameters can be trained"
            : parameter.is_sparse ? "is sparse: make it dense with to_dense()"
            : !parameter.is_leaf ? "is no leaf of autograd: make it of a tensor without graph, which detach() gives"
            : parameter.dtype != first.Parameter.dtype || parameter.device_type != first.Parameter.device_type || parameter.device_index != first.Parameter.device_index
                ? $"is {parameter.dtype} on {parameter.device}, but '{first.Name}' is {first.Parameter.dtype} on {first.Parameter.device}: all must agree; .to() moves a model"
            : parameter.device_type == DeviceType.META ? "lies on the meta device, which holds no numbers: .to() moves the model to another"
            : null;
        if (trouble is not null)
            throw new ArgumentException($"Parameter '{name}' {trouble}.", nameof(parameter));
    }

    /// <summary>Releases the vector; the module's parameters keep its memory alive and stay usable.</summary>
    public void Dispose() => vector.Dispose();
}

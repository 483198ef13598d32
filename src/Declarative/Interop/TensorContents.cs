#pragma warning disable RS0030 // What these scripts give lies on the host.
using TorchSharp;
using static TorchSharp.torch;

namespace Declarative.Interop;

/// <summary>What memory tensors are, beneath their wrappers.</summary>
internal static class TensorContents
{
    private const string Script = """
        def give(tensors: List[Tensor], contents: List[Tensor]) -> Tensor:
            for i in range(len(tensors)):
                tensors[i].set_data(contents[i])
            return torch.empty([0])

        def first_alike(parameters: List[Tensor]) -> Tensor:
            firsts: List[int] = []
            for i in range(len(parameters)):
                first = i
                for j in range(i):
                    if first == i and parameters[j] is parameters[i]:
                        first = j
                    elif first == i and parameters[i].numel() > 0 and parameters[j].size() == parameters[i].size() and parameters[j].is_set_to(parameters[i]):
                        first = -1 - j
                firsts.append(first)
            return torch.tensor(firsts)

        def versions(parameters: List[Tensor]) -> Tensor:
            found: List[int] = []
            for parameter in parameters:
                found.append(parameter._version())
            return torch.tensor(found)

        def versions_of_views(parameters: List[Tensor], vector: Tensor, offsets: Tensor) -> Tensor:
            starts: List[int] = offsets.tolist()
            found: List[int] = []
            for i in range(len(parameters)):
                count = parameters[i].numel()
                if starts[i] + count > vector.numel() or not parameters[i].is_set_to(vector.narrow(0, starts[i], count).view_as(parameters[i])):
                    break
                found.append(parameters[i]._version())
            if len(found) == 0:
                return torch.empty([0])
            return torch.tensor(found)

        """;

    // Never disposed: TorchSharp would not free the native object anyway.
    private static readonly Lazy<jit.CompilationUnit> Unit = new(() => jit.compile(Script));

    /// <summary>Gives each tensor the contents of another one, type and device and all, which it shares from now on. The tensors are not replaced:
    /// whoever holds one, native code too, sees the new contents, and sees the former ones again when they are given back. A module's <c>.to</c>
    /// would make new parameters, dispose the old ones and part tied weights.</summary>
    /// <param name="tensors">Leaves and buffers: no graph may hold them.</param>
    /// <param name="contents">As many, without graph.</param>
    public static void Give(Tensor[] tensors, Tensor[] contents)
    {
        using var noGradient = no_grad();
        using var nothing = (Tensor)Unit.Value.invoke("give", tensors, contents);
    }

    /// <summary>For each tensor the first one that is the same leaf: itself, unless it is tied to one before it. Where it only shares the memory
    /// of number j, it is -1 - j: autograd tells the two apart.</summary>
    public static int[] FirstAlike(Tensor[] parameters)
    {
        if (parameters.Length == 0)
            return [];
        using var scope = NewDisposeScope();
        return Array.ConvertAll(((Tensor)Unit.Value.invoke("first_alike", [parameters])).data<long>().ToArray(), index => (int)index);
    }

    /// <summary>The versions of tensors, each of which counts the writes to it through autograd, and of those that share its counter.</summary>
    public static long[] Versions(Tensor[] parameters)
    {
        if (parameters.Length == 0)
            return [];
        using var scope = NewDisposeScope();
        return ((Tensor)Unit.Value.invoke("versions", [parameters])).data<long>().ToArray();
    }

    /// <summary>The versions of those tensors, counted from the first, that are the views of a vector which start at given offsets.</summary>
    public static long[] Versions(Tensor[] parameters, Tensor vector, long[] offsets)
    {
        using var scope = NewDisposeScope();
        var found = parameters.Length == 0 ? null : (Tensor)Unit.Value.invoke("versions_of_views", parameters, vector, tensor(offsets));
        return found is null || found.numel() == 0 ? [] : found.data<long>().ToArray();
    }
}

using TorchSharp;
using static TorchSharp.torch;

namespace Declarative.Interop;

/// <summary>Gradients through TorchScript: <c>torch.autograd.grad</c> itself ends the process on any error, while an error inside a
/// script is an exception. One call computes all it can, so that a step costs a handful of crossings into native code.</summary>
internal static class Autograd
{
    // A gradient that does not exist comes back as an empty tensor, so that a caller can tell it from a zero one.
    private const string Script = """
        def gradient(loss: Tensor, parameters: List[Tensor], leaves: List[Tensor], create: bool) -> List[Tensor]:
            found = torch.autograd.grad([loss], parameters + leaves, None, retain_graph=create, create_graph=create, allow_unused=True)
            result: List[Tensor] = []
            pieces: List[Tensor] = []
            reached = 0
            for i in range(len(parameters)):
                part = found[i]
                if part is not None:
                    reached += 1
                whole = part if part is not None else torch.zeros_like(parameters[i])
                result.append(whole)
                pieces.append(whole.detach().reshape([-1]))
            for i in range(len(leaves)):
                part = found[len(parameters) + i]
                result.append(part if part is not None else loss.new_empty([0]))
            result.append(torch.cat(pieces))
            result.append(loss.new_empty([reached]))
            return result

        def tangents(gradients: List[Tensor], parameters: List[Tensor], directions: Tensor,
                     leaf_gradients: List[Tensor], leaves: List[Tensor], seeds: Tensor) -> Tensor:
            sizes: List[int] = []
            outputs: List[Tensor] = []
            for gradient in gradients:
                sizes.append(gradient.numel())
                if gradient.requires_grad:
                    outputs.append(gradient)
            leaf_sizes: List[int] = []
            for i in range(len(leaves)):
                leaf_sizes.append(leaves[i].numel())
                if leaf_gradients[i].requires_grad:
                    outputs.append(leaf_gradients[i])
            if len(outputs) == 0:
                return torch.zeros_like(directions)
            result = torch.empty_like(directions)
            for row in range(directions.size(0)):
                weights: List[Optional[Tensor]] = []
                parts = directions[row].split_with_sizes(sizes)
                for i in range(len(gradients)):
                    if gradients[i].requires_grad:
                        weights.append(parts[i].view_as(gradients[i]))
                leaf_parts = seeds[row].split_with_sizes(leaf_sizes)
                for i in range(len(leaves)):
                    if leaf_gradients[i].requires_grad:
                        weights.append(leaf_parts[i].view_as(leaves[i]))
                found = torch.autograd.grad(outputs, parameters, weights, retain_graph=True, create_graph=False, allow_unused=True)
                pieces: List[Tensor] = []
                for i in range(len(parameters)):
                    part = found[i]
                    pieces.append(part.reshape([-1]) if part is not None else torch.zeros_like(parts[i]))
                torch.cat(pieces, 0, out=result[row])
            return result

        def tangents_batched(gradients: List[Tensor], parameters: List[Tensor], directions: Tensor,
                             leaf_gradients: List[Tensor], leaves: List[Tensor], seeds: Tensor) -> Tensor:
            rows = directions.size(0)
            sizes: List[int] = []
            for gradient in gradients:
                sizes.append(gradient.numel())
            leaf_sizes: List[int] = []
            for leaf in leaves:
                leaf_sizes.append(leaf.numel())
            parts = directions.split_with_sizes(sizes, 1)
            leaf_parts = seeds.split_with_sizes(leaf_sizes, 1)
            outputs: List[Tensor] = []
            weights: List[Optional[Tensor]] = []
            for i in range(len(gradients)):
                if gradients[i].requires_grad:
                    outputs.append(gradients[i])
                    weights.append(torch._add_batch_dim(parts[i].reshape([rows] + gradients[i].size()), 0, 1))
            for i in range(len(leaves)):
                if leaf_gradients[i].requires_grad:
                    outputs.append(leaf_gradients[i])
                    weights.append(torch._add_batch_dim(leaf_parts[i].reshape([rows] + leaves[i].size()), 0, 1))
            if len(outputs) == 0:
                return torch.zeros_like(directions)
            found = torch.autograd.grad(outputs, parameters, weights, retain_graph=True, create_graph=False, allow_unused=True)
            pieces: List[Tensor] = []
            for i in range(len(parameters)):
                part = found[i]
                pieces.append(torch._remove_batch_dim(part, 1, rows, 0).reshape([rows, sizes[i]]) if part is not None else torch.zeros_like(parts[i]))
            return torch.cat(pieces, 1)

        def adjoint(gradients: List[Tensor], parameters: List[Tensor], leaves: List[Tensor], direction: Tensor, retain: bool) -> List[Tensor]:
            outputs: List[Tensor] = []
            weights: List[Optional[Tensor]] = []
            sizes: List[int] = []
            for gradient in gradients:
                sizes.append(gradient.numel())
            parts = direction.split_with_sizes(sizes)
            for i in range(len(gradients)):
                if gradients[i].requires_grad:
                    outputs.append(gradients[i])
                    weights.append(parts[i].view_as(gradients[i]))
            result: List[Tensor] = []
            if len(outputs) == 0:
                result.append(torch.zeros_like(direction))
                for leaf in leaves:
                    result.append(torch.zeros_like(leaf))
                return result
            found = torch.autograd.grad(outputs, parameters + leaves, weights, retain_graph=retain, create_graph=False, allow_unused=True)
            pieces: List[Tensor] = []
            for i in range(len(parameters)):
                part = found[i]
                pieces.append(part.reshape([-1]) if part is not None else torch.zeros_like(parts[i]))
            result.append(torch.cat(pieces))
            for i in range(len(leaves)):
                part = found[len(parameters) + i]
                result.append(part if part is not None else torch.zeros_like(leaves[i]))
            return result

        """;

    // Never disposed: TorchSharp would not free the native object anyway.
    private static readonly Lazy<jit.CompilationUnit> Unit = new(() => jit.compile(Script));

    /// <summary>The gradient of a loss, and its flat form.</summary>
    /// <param name="loss">A scalar with a graph.</param>
    /// <param name="parameters">The leaves θ.</param>
    /// <param name="leaves">Other leaves: tensor hyperparameters.</param>
    /// <param name="createGraph">Whether the gradient is to be differentiated itself.</param>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">Autograd failed.</exception>
    public static LossGradient Gradient(Tensor loss, Tensor[] parameters, Tensor[] leaves, bool createGraph)
    {
        var found = (Tensor[])Unit.Value.invoke("gradient", loss, parameters, leaves, createGraph);
        return new(found[..parameters.Length], found[parameters.Length..^2], found[^2], ReachesParameters: found[^1].numel() > 0);
    }

    /// <summary>ġ [q, p], the tangents of a gradient: row k is ∇θ⟨g, θ̇_k⟩ + ∇θ⟨∂ℓ/∂φ, φ̇_k⟩.</summary>
    /// <param name="gradient">A gradient made with its graph.</param>
    /// <param name="parameters">The leaves θ.</param>
    /// <param name="directions">θ̇ [q, p].</param>
    /// <param name="leaves">The tensor hyperparameters, as they were given to <see cref="Gradient"/>.</param>
    /// <param name="seeds">φ̇ [q, r] of the r entries of the leaves.</param>
    /// <param name="batched">Whether one backward carries all rows at once, as a batch of tensors, and not one each.</param>
    /// <exception cref="InvalidOperationException">The training loss cannot be differentiated twice, or not so.</exception>
    public static Tensor Tangents(LossGradient gradient, Tensor[] parameters, Tensor directions, Tensor[] leaves, Tensor seeds, bool batched = false)
    {
        try
        {
            return (Tensor)Unit.Value.invoke(batched ? "tangents_batched" : "tangents", gradient.Parts, parameters, directions, gradient.LeafParts, leaves, seeds);
        }
        catch (Exception e) when (NativeErrors.Is(e))
        {
            throw batched ? new InvalidOperationException(NativeErrors.Sentence(e), e) : NotTwice(e);
        }
    }

    /// <summary>The transpose of <see cref="Tangents"/>: ∇θ⟨g, ḡ⟩ [p], and ∇φ⟨g, ḡ⟩ of each leaf, in one backward.</summary>
    /// <param name="gradient">A gradient made with its graph.</param>
    /// <param name="parameters">The leaves θ.</param>
    /// <param name="leaves">The tensor hyperparameters, as they were given to <see cref="Gradient"/>; none where only ∇θ is wanted.</param>
    /// <param name="direction">ḡ [p].</param>
    /// <param name="retainGraph">Whether the graph stays, for further calls.</param>
    /// <exception cref="InvalidOperationException">The training loss cannot be differentiated twice.</exception>
    public static (Tensor Parameter, Tensor[] Leaves) Adjoint(LossGradient gradient, Tensor[] parameters, Tensor[] leaves, Tensor direction,
        bool retainGraph = false)
    {
        try
        {
            var found = (Tensor[])Unit.Value.invoke("adjoint", gradient.Parts, parameters, leaves, direction, retainGraph);
            return (found[0], found[1..]);
        }
        catch (Exception e) when (NativeErrors.Is(e))
        {
            throw NotTwice(e);
        }
    }

    private static InvalidOperationException NotTwice(Exception e) => new($"The gradient of the training loss cannot be differentiated: {NativeErrors.OfGraph(e)}", e);
}

/// <summary>A gradient as autograd gave it.</summary>
/// <param name="Parts">∇θ, shaped like each parameter, with its graph where one was asked for.</param>
/// <param name="LeafParts">∂ℓ/∂φ of each leaf; empty for a leaf on which the loss does not depend.</param>
/// <param name="Flat">∇θ as one vector [p], without graph.</param>
/// <param name="ReachesParameters">Whether the loss depends on any of the parameters at all.</param>
internal sealed record LossGradient(Tensor[] Parts, Tensor[] LeafParts, Tensor Flat, bool ReachesParameters)
{
    /// <summary>How often θ had been written when the graph was made.</summary>
    public long Writes { get; init; }

    /// <summary>Whether the loss depends on a leaf.</summary>
    public bool DependsOn(int leaf) => LeafParts[leaf].numel() > 0;
}

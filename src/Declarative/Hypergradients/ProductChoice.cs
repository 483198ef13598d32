using System.Diagnostics;
using System.Globalization;
using Declarative.Interop;
using TorchSharp;
using static TorchSharp.torch;

namespace Declarative;

/// <summary>Whether forward mode batches its Hessian-vector products.</summary>
/// <param name="IsBatched">Whether it does.</param>
/// <param name="Note">What the log should say; null where there was nothing to choose.</param>
internal sealed record ProductChoice(bool IsBatched, string? Note)
{
    private const int Rounds = 5;

    /// <summary>Settles what was asked for; where nothing was, by taking both ways at a step, where launching small kernels may cost more than they do.</summary>
    /// <param name="wanted">What was asked for.</param>
    /// <param name="context">The problem. θ and the buffers are afterwards as they were.</param>
    /// <param name="coordinates">q.</param>
    /// <param name="leafSeeds">φ̇ of the leaves [q, r].</param>
    /// <param name="step">A step, from 0.</param>
    /// <param name="measures">Whether to take both ways where nothing was asked for.</param>
    /// <exception cref="InvalidOperationException">Batched products were asked for, and are not possible or not right for this model.</exception>
    public static ProductChoice Of(HessianVectorProducts wanted, TapeContext context, int coordinates, Tensor leafSeeds, long step, bool measures)
    {
        if (wanted == HessianVectorProducts.Sequential || (wanted == HessianVectorProducts.Automatic && (coordinates < 2 || !measures)))
            return new(false, null);
        using var scope = NewDisposeScope();
        using var gradient = enable_grad();
        using var kept = new KeptPoint(context);
        try
        {
            (_, LossGradient found) = context.Losses.Training(step, context.Leaves, createGraph: true);
            // Any directions do; what they take of the random numbers is set anew at each step.
            Tensor directions = randn([coordinates, context.Parameters.Count], context.Parameters.Vector.dtype, context.Parameters.Vector.device);
            Tensor Products(bool batched) => Autograd.Tangents(found, context.Parameters.Views, directions, context.Leaves, leafSeeds, batched);
            if (Obstacle(Products) is { } obstacle)
                return wanted == HessianVectorProducts.Automatic ? new(false, $"Hessian-vector products are not batched: {obstacle}")
                    : throw new InvalidOperationException($"Hessian-vector products of this model cannot be batched: {obstacle} Use {nameof(HessianVectorProducts)}.{nameof(HessianVectorProducts.Sequential)}.");
            if (wanted == HessianVectorProducts.Batched)
                return new(true, "Hessian-vector products are batched (as asked for)");
            bool onGpu = context.Parameters.Vector.device_type == DeviceType.CUDA;
            double one = Seconds(() => Products(false), onGpu), all = Seconds(() => Products(true), onGpu);
            return new(all < one, string.Create(CultureInfo.InvariantCulture,
                $"{coordinates} Hessian-vector products are {(all < one ? "batched" : "taken one after the other")} ({one * 1e3:0.##} ms one after the other, {all * 1e3:0.##} ms batched)"));
        }
        finally
        {
            kept.Restore();
        }
    }

    // Nobody has derived batched kernels for every operation of every model: so the two ways are compared.
    private static string? Obstacle(Func<bool, Tensor> products)
    {
        using var scope = NewDisposeScope();
        Tensor sequential = products(false), batched;
        try
        {
            batched = products(true);
        }
        catch (InvalidOperationException e)
        {
            return e.Message;
        }
        double tolerance = sequential.dtype == ScalarType.Float64 ? 1e-9 : 1e-2;
        double[][] read = HostNumbers.Read(sequential.abs().max(), sequential.sub(batched).abs().max());
        return read[1][0] <= tolerance * read[0][0] ? null
            : string.Create(CultureInfo.InvariantCulture, $"they differ by {read[1][0]:G3} from those taken one after the other, of which the largest entry is {read[0][0]:G3}.");
    }

    private static double Seconds(Func<Tensor> products, bool onGpu)
    {
        double best = double.PositiveInfinity;
        for (int round = 0; round < Rounds; round++)
        {
            using var scope = NewDisposeScope();
            Wait();
            long start = Stopwatch.GetTimestamp();
            products();
            Wait();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        return best;

        void Wait()
        {
            if (onGpu)
                cuda.synchronize();
        }
    }
}

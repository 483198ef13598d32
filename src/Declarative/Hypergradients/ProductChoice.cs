using System.Diagnostics;
using System.Globalization;
using Declarative.Interop;
using Declarative.Rules;
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
            // Away from where parameters are zero, behind which products are too. The random numbers that this takes are set anew at each step.
            context.Parameters.Write(kept.Parameter.Add(randn_like(kept.Parameter), .01));
            (_, LossGradient found) = context.Losses.Training(step, context.Leaves, createGraph: true);
            Tensor directions = randn([coordinates, context.Parameters.Count], context.Parameters.Vector.dtype, context.Parameters.Vector.device);
            Tensor Products(bool batched) => Autograd.Tangents(found, context.Parameters.Views, directions, context.Leaves, leafSeeds, batched);
            if (Obstacle(Products, context.Parameters.Slices) is { } obstacle)
                return wanted == HessianVectorProducts.Automatic ? new(false, $"Hessian-vector products are not batched: {obstacle}")
                    : throw new InvalidOperationException($"Hessian-vector products of this model cannot be batched: {obstacle} Use {nameof(HessianVectorProducts)}.{nameof(HessianVectorProducts.Sequential)}.");
            if (wanted == HessianVectorProducts.Batched)
                return new(true, "Hessian-vector products are batched (as asked for)");
            double one = Seconds(() => Products(false), context.Parameters.Vector.device), all = Seconds(() => Products(true), context.Parameters.Vector.device);
            return new(all < one, string.Create(CultureInfo.InvariantCulture,
                $"{coordinates} Hessian-vector products are {(all < one ? "batched" : "taken one after the other")} ({one * 1e3:0.##} ms one after the other, {all * 1e3:0.##} ms batched)"));
        }
        finally
        {
            kept.Restore();
        }
    }

    // Nobody has derived batched kernels for every operation of every model: so the two ways are compared, product by product and parameter by parameter.
    private static string? Obstacle(Func<bool, Tensor> products, IReadOnlyList<ParameterSlice> slices)
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
        // [slices, q] each.
        Tensor Norms(Tensor rows) => stack([.. slices.Where(slice => slice.Count > 0)
            .Select(slice => rows.narrow(1, slice.Offset, slice.Count).to(ScalarType.Float64).square().sum(1).sqrt())]);
        double[][] read = HostNumbers.Read(Norms(sequential), Norms(sequential.Add(batched, -1)), sequential.to(ScalarType.Float64).square().sum(1).sqrt());
        double tolerance = Tolerance(sequential), worst = 0;
        for (int i = 0; i < read[0].Length; i++)
        {
            // What is small beside the rest of its product carries the rounding of that.
            double deviation = read[1][i], scale = Math.Max(read[0][i], read[2][i % read[2].Length] * .01);
            // Numbers that are not finite are told of by the first window.
            if (deviation > 0 && double.IsFinite(scale))
                worst = Math.Max(worst, deviation / scale);
        }
        return worst <= tolerance ? null : string.Create(CultureInfo.InvariantCulture, $"they differ by {worst:G2} of their size from those taken one after the other.");
    }

    private static double Tolerance(Tensor products) => products.dtype switch
    {
        ScalarType.Float64 => 1e-8,
        // With TensorFloat32 factors are rounded to 10 bits.
        ScalarType.Float32 => products.device_type == DeviceType.CUDA && (backends.cuda.matmul.allow_tf32 || backends.cudnn.allow_tf32) ? 5e-2 : 1e-2,
        _ => .2,
    };

    private static double Seconds(Func<Tensor> products, Device device)
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
            if (device.type == DeviceType.CUDA)
                cuda.synchronize(device);
        }
    }
}

using Declarative.Interop;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Declarative.DeviceTests;

/// <summary>What models contain: every mode against float64 on the CPU, against each other, and against finite differences.</summary>
internal static class ModelChecks
{
    // A device draws its own random numbers, in each type others: there is nothing to hold them against but themselves.
    private static readonly HashSet<string> random = ["dropout", "a model given in evaluation mode"];

    // With ReLU or max pooling: a number that is rounded as coarsely as TensorFloat32 does falls on the other side of a kink, and so the derivative is
    // another one, which no bar can allow for.
    private static readonly HashSet<string> kinked = ["convolution and max pooling"];

    public static IReadOnlyList<DeviceCheck> All { get; } =
    [
        .. new ModelContents().All.Keys.Select(name => new DeviceCheck($"model: {name}", kinked.Contains(name) ? DeviceCheck.FullPrecision : DeviceCheck.AllPrecisions,
            (place, found) => Compare(contents => contents.All[name](), place, found, name))),
        .. new ModelContents().All.Keys.Select(name => DeviceCheck.InFloat64($"finite differences: {name}",
            (place, found) => Differ(contents => contents.All[name](), place, found, name))),
        DeviceCheck.InFloat64("finite differences: convolution with batch norm", (place, found) => Differ(contents => contents.ConvolutionWithBatchNorm(), place, found)),
        DeviceCheck.InAll("model: batch norm", (place, found) => Compare(contents => contents.BatchNorm(), place, found)),
        DeviceCheck.InAll("model: convolution with batch norm", (place, found) => Compare(contents => contents.ConvolutionWithBatchNorm(), place, found)),
        // Those that a GPU uses: on the CPU others are put in their place.
        DeviceCheck.InFloat64("model: convolution and max pooling, on libtorch's own kernels",
            (place, found) => OnOwnKernels(() => Compare(contents => contents.All["convolution and max pooling"](), place, found))),
        DeviceCheck.InFloat64("model: convolution with batch norm, on libtorch's own kernels",
            (place, found) => OnOwnKernels(() => Compare(contents => contents.ConvolutionWithBatchNorm(), place, found))),
        DeviceCheck.InFloat64("finite differences: convolution with batch norm, on libtorch's own kernels",
            (place, found) => OnOwnKernels(() => Differ(contents => contents.ConvolutionWithBatchNorm(), place, found))),
        DeviceCheck.InFloat64("random numbers are the device's, and the same when replayed", Replayed),
    ];

    private static void OnOwnKernels(Action check)
    {
        RunKernels.UsesOwnConvolutions = false;
        try
        {
            check();
        }
        finally
        {
            RunKernels.UsesOwnConvolutions = true;
        }
    }

    private static void Compare(Func<ModelContents, Parts> create, Place place, Comparisons found, string content = "")
    {
        WindowReport expected = new ContentRun(create) { Place = random.Contains(content) ? place : Place.Reference }.Take().Report;
        foreach ((string name, GlocalOptions options) in ModeOptions.All)
        {
            if (options.Storage == ReverseStorage.Graphs && ModelContents.Native.Contains(content))
                continue;
            if (options.Products == HessianVectorProducts.Batched && ModelContents.Unbatched.Contains(content))
                continue;
            WindowReport report = (new ContentRun(create) { Place = place, Mode = options.Mode, Storage = options.Storage, Products = options.Products }).Take().Report;
            found.Close($"{name}, validation loss", [expected.ValidationLoss], [report.ValidationLoss], Bar.OfRun(place));
            found.Close(name, expected.Local, report.Local, Bar.OfRun(place));
        }
    }

    private static void Differ(Func<ModelContents, Parts> create, Place place, Comparisons found, string content = "")
    {
        using Parts model = new ContentRun(create) { Place = place }.CreateModel();
        var loss = new SmoothedLoss(model);
        using var generator = new Generator(12);
        using var batches = new TensorBatchSource(place.Take(randn([24, 36], dtype: ScalarType.Float64, generator: generator)),
            place.Take(randint(0, 3, [24], dtype: ScalarType.Int64, generator: generator)), 8);
        FiniteDifferences.Compare(new(model, new Sgd(), loss.Training, batch => cross_entropy(model.call(batch.Inputs), batch.Targets), [loss]), batches, batches, found,
            new() { Coordinates = 4, Steps = 3 }, keepsGraphs: !ModelContents.Native.Contains(content));
    }

    private static void Replayed(Place place, Comparisons found)
    {
        double[] Draw(long step)
        {
            RandomNumbers.SeedStep(7, step, place.Device.type == DeviceType.CUDA);
            return HostNumbers.Read(dropout(ones([1000], dtype: place.Type, device: place.Device), .4, training: true));
        }
        double[] first = Draw(3), other = Draw(4), again = Draw(3);
        found.Close("the dropout of a step, again", first, again, new(0, 1));
        found.Holds(!first.SequenceEqual(other), "the dropout of two steps is the same");
        double kept = first.Count(value => value != 0) / 1000.0;
        // The standard deviation of a share of 1,000 draws is .0155.
        found.Holds(Math.Abs(kept - .6) < .1, $"{kept:P0} of the entries are kept, not 60 %");
    }
}

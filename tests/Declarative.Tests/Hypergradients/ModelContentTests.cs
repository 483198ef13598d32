using Declarative.Interop;
using TorchSharp;
using static TorchSharp.torch;

namespace Declarative.Tests.Hypergradients;

/// <summary>What models really contain: forward mode against reverse mode, and both against finite differences of whole runs.</summary>
public sealed class ModelContentTests
{
    public static TheoryData<string> Names => [.. new ModelContents().All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Both_modes_agree_with_finite_differences(string name)
    {
        // Without it scaled_dot_product_attention has no double backward; the others do not depend on it.
        using IDisposable composite = AttentionKernels.UseComposite();
        var run = new ContentRun(contents => contents.All[name]());
        bool isNative = ModelContents.Native.Contains(name);
        Check(run, keepsGraphs: !isNative, "learningRate", "momentum", "weightDecay", "smoothing");
        if (isNative)
            Assert.Contains("native", Assert.Throws<InvalidOperationException>(
                () => (run with { Mode = HypergradientMode.Reverse, Storage = ReverseStorage.Graphs }).Take()).Message);
    }

    [Theory]
    [InlineData("frozen parameters")]
    [InlineData("tied weights")]
    [InlineData("a branch that some batches take, and one that none takes")]
    public void So_they_do_with_a_rule_that_divides_by_the_size_of_gradients(string name) =>
        Check(new(contents => contents.All[name]()) { Optimizer = () => new Adam() }, "learningRate", "beta1", "smoothing");

    [Fact]
    public void Hyperparameters_of_a_loss_may_be_temperatures_class_weights_decays_of_tensors_and_the_strength_of_noise() =>
        Check(new(contents => contents.All["layer norm"]())
        {
            Loss = model =>
            {
                var loss = new RichLoss(model);
                return (loss.Training, loss);
            },
        }, "learningRate", "temperature", "classWeights[0]", "classWeights[2]", "decays[0]", "decays[1]", "decays[5]", "noise");

    [Fact]
    public void Statistics_of_batch_norm_do_not_matter_where_validation_takes_those_of_its_batch() => Check(new(contents => contents.BatchNorm())
    {
        Validate = (model, evaluate) =>
        {
            model.train();
            return evaluate();
        },
    }, "learningRate", "momentum", "smoothing");

    [Fact]
    public void Statistics_of_batch_norm_are_constants_of_differentiation()
    {
        double[][]? recorded = null;
        var recording = new ContentRun(contents => contents.BatchNorm())
        {
            Finally = model => recorded = [.. model.buffers().Select(buffer => HostNumbers.Read(buffer))],
        };
        recording.Take();
        var replaying = new ContentRun(contents => contents.BatchNorm())
        {
            Validate = (model, evaluate) =>
            {
                using (no_grad())
                    foreach ((Tensor buffer, double[] values) in model.buffers().Zip(recorded!))
                        buffer.copy_(tensor(values).view(buffer.shape));
                return evaluate();
            },
        };
        // A graph has saved the statistics, and autograd refuses it once they have been written; batch norm itself writes them unseen.
        Check(replaying, keepsGraphs: false, "learningRate", "momentum", "smoothing");

        // With live statistics all modes say the same as with recorded ones; the validation loss itself moves otherwise.
        var live = new ContentRun(contents => contents.BatchNorm());
        AssertClose(replaying.Take().Report.Local, CheckModes(live, keepsGraphs: true).Forward.Local);
        double constant = replaying.Difference("learningRate"), moving = live.Difference("learningRate");
        Assert.True(Math.Abs(moving - constant) > 1e-3 * Math.Abs(constant), $"{moving:R} with live statistics, {constant:R} with recorded ones");
    }

    [Fact]
    public void A_model_given_in_evaluation_mode_is_trained_like_any_other_and_given_back_as_it_was()
    {
        bool? training = null;
        var given = new ContentRun(contents => contents.All["a model given in evaluation mode"]()) { Finally = model => training = model.modules().Any(module => module.training) };
        double[] local = given.Take().Report.Local;
        Assert.False(training);
        Assert.Equal(new ContentRun(contents => contents.All["dropout"]()).Take().Report.Local, local);
    }

    [Fact]
    public void Branches_are_taken_and_parameters_of_none_move_by_weight_decay_alone()
    {
        var run = new ContentRun(contents => contents.All["a branch that some batches take, and one that none takes"]());
        double[] Weight(Parts model, string name) => HostNumbers.Read(model.get_parameter(name)!);
        var shrinkage = new Dictionary<string, double[]>();
        using Parts start = run.CreateModel();
        (run with
        {
            Finally = model =>
            {
                foreach (string name in new[] { "left.weight", "right.weight", "never.weight" })
                    shrinkage[name] = [.. Weight(model, name).Zip(Weight(start, name), (after, before) => after / before)];
            },
        }).Take();
        Assert.All(shrinkage["never.weight"], factor => Assert.Equal(shrinkage["never.weight"][0], factor, 1e-12));
        Assert.NotEqual(1, shrinkage["never.weight"][0]);
        foreach (string name in new[] { "left.weight", "right.weight" })
            Assert.Contains(shrinkage[name], factor => Math.Abs(factor - shrinkage["never.weight"][0]) > 1e-3);
    }

    private static void Check(ContentRun run, params string[] names) => Check(run, keepsGraphs: true, names);

    private static void Check(ContentRun run, bool keepsGraphs, params string[] names)
    {
        (WindowReport forward, string[] entries) = CheckModes(run, keepsGraphs);
        foreach (string name in names)
        {
            double difference = run.Difference(name), local = forward.Local[Array.IndexOf(entries, name)];
            Assert.True(Math.Abs(difference) > 1e-6, $"{name} does not matter: {difference:R}");
            Assert.True(Math.Abs(local - difference) <= 1e-6 * Math.Max(1e-3, Math.Abs(difference)), $"{name}: {local:R}, difference {difference:R}");
        }
    }

    private static (WindowReport Forward, string[] Entries) CheckModes(ContentRun run, bool keepsGraphs)
    {
        (WindowReport forward, string[] entries) = run.Take();
        ReverseStorage[] storages = [.. keepsGraphs ? [ReverseStorage.Graphs] : Array.Empty<ReverseStorage>(), ReverseStorage.States, ReverseStorage.Checkpoints];
        foreach (ReverseStorage storage in storages)
        {
            WindowReport reverse = (run with { Mode = HypergradientMode.Reverse, Storage = storage }).Take().Report;
            Assert.Equal(forward.ValidationLoss, reverse.ValidationLoss, 1e-12);
            AssertClose(forward.Local, reverse.Local);
        }
        return (forward, entries);
    }

    private static void AssertClose(double[] expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.Contains(expected, value => Math.Abs(value) > 1e-4);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(double.IsNaN(expected[i]) ? double.IsNaN(actual[i]) : Math.Abs(expected[i] - actual[i]) <= 1e-9 * Math.Max(1e-3, Math.Abs(expected[i])),
                $"entry {i}: {actual[i]:R}, not {expected[i]:R}");
    }
}

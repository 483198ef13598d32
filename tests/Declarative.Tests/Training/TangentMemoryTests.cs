using Declarative.Interop;
using Declarative.Rules;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Declarative.Tests.Training;

/// <summary>What a window keeps of the tangents before it, on a line, where all can be told in closed form: the gradient is c at every step, so
/// that each adds -ηc to the tangent with respect to ln η, and h = ⟨a, θ̇⟩.</summary>
public sealed class TangentMemoryTests
{
    private const int Steps = 4;
    private const double Discount = .9, LearningRate = .1;
    private static readonly double[] slope = [1, -2, .5], direction = [3, .5, 2];
    private static readonly double product = slope.Zip(direction, (a, c) => a * c).Sum();
    private static readonly OuterAdam standingStill = new() { StepSize = 1e-300 };

    [Fact]
    public void Guarded_tangents_shrink_as_their_settings_lose_influence_and_do_not_grow_as_they_gain_it()
    {
        double[] h = Run(TangentMemory.Guarded(Discount), offset: 100, [.1, .1, .05, .2, .2], out _);
        double expected = 0, before = .1;
        foreach ((double rate, double found) in new[] { .1, .1, .05, .2, .2 }.Zip(h))
        {
            expected = Discount * Math.Min(1, rate / before) * expected - Steps * rate * product;
            before = rate;
            Assert.Equal(expected, found, 1e-12);
        }
    }

    [Fact]
    public void Discounted_and_carried_tangents_keep_what_former_settings_did()
    {
        double[] carried = Run(TangentMemory.Carried, offset: 100, [.1, .1, .05], out _), discounted = Run(TangentMemory.Discounted(Discount), 100, [.1, .05], out _);
        Assert.Equal(-Steps * (.1 + .1 + .05) * product, carried[^1], 1e-12);
        Assert.Equal(-Steps * (Discount * .1 + .05) * product, discounted[^1], 1e-12);
    }

    [Fact]
    public void Guarded_tangents_are_forgotten_after_a_hypergradient_that_is_larger_than_the_loss()
    {
        // The loss falls from 1.5 units to half a unit, and the hypergradient grows from 1 unit to 1.9.
        double offset = 2.5 * Steps * LearningRate * product;
        double[] h = Run(TangentMemory.Guarded(Discount), offset, [.1, .1, .1, .1], out List<WindowReport> windows);
        double own = -Steps * LearningRate * product;
        Assert.Equal((1 + Discount) * own, h[1], 1e-12);
        Assert.Equal(own, h[2], 1e-12);
        Assert.Contains("tangents forgotten", windows[1].Decisions[0].Reason);
        Assert.DoesNotContain("forgotten", windows[0].Decisions[0].Reason);
        // Only where they are guarded.
        Assert.Equal((1 + Discount + Discount * Discount) * own, Run(TangentMemory.Discounted(Discount), offset, [.1, .1, .1], out _)[2], 1e-12);
    }

    [Fact]
    public void One_weak_batch_hardly_shrinks_what_is_carried_and_one_without_influence_not_at_all()
    {
        using var scope = NewDisposeScope();
        var influence = new SettingInfluence(Discount);
        Assert.Null(Factors(1, 1, 0));
        double[] kept = [1, 1, 1];
        for (int window = 1; window < 40; window++)
            kept = [.. kept.Zip(Factors(window % 4 == 0 ? .9 : 1, window % 2 == 0 ? 1 : 0, 0)!, (product, factor) => product * factor)];
        // Ten dips of a tenth would leave .35 if each were for good.
        Assert.InRange(kept[0], .6, .999);
        Assert.Equal([1, 1], kept[1..]);
        // A fall that stays is followed to the end.
        for (int window = 0; window < 60; window++)
            kept = [.. kept.Zip(Factors(.01, 1, 0)!, (product, factor) => product * factor)];
        Assert.InRange(kept[0], .006, .0101);

        double[]? Factors(params double[] now)
        {
            double[]? factors = influence.FormerOn(CPU) is { } former ? HostNumbers.Read(SettingInfluence.Factors(former, tensor(now))) : null;
            influence.Note(now, factors ?? []);
            return factors;
        }
    }

    [Fact]
    public void Rows_are_scaled_each_by_its_own_factor_with_all_states()
    {
        using var scope = NewDisposeScope();
        IUpdateRule rule = new NAdam();
        using var tangents = new UpdateTangents(rule.States, [.. rule.Hyperparameters.Select(_ => NumberTangent.Zero)], 2, zeros(3, dtype: ScalarType.Float64));
        int tensors = 0, numbers = 0;
        tangents.Parameter = ones(2, 3, dtype: ScalarType.Float64);
        for (int i = 0; i < rule.States.Count; i++)
            if (rule.States[i].IsNumber)
                tangents.Replace(i, NumberTangent.Seed(1, 7 + numbers++));
            else
                tangents.Replace(i, ones(2, 3, dtype: ScalarType.Float64) * (2.0 + tensors++).ToScalar());
        Assert.True(tensors > 0 && numbers > 0);

        tangents.ScaleRows(new(tensor([.5, 3])));
        (tensors, numbers) = (0, 0);
        Assert.Equal([.5, .5, .5, 3, 3, 3], HostNumbers.Read(tangents.Parameter));
        for (int i = 0; i < rule.States.Count; i++)
            if (rule.States[i].IsNumber)
                Assert.Equal([3.0 * (7 + numbers++)], tangents.NumberAt(i).Values.ToArray());
            else
            {
                double size = 2.0 + tensors++;
                Assert.Equal([.5 * size, .5 * size, .5 * size, 3 * size, 3 * size, 3 * size], HostNumbers.Read(tangents.TensorAt(i)));
            }
    }

    [Fact]
    public void By_default_few_settings_are_remembered_and_many_are_not()
    {
        Assert.Equal("forward mode (as tangents are guarded, discounted by 0.95)", ModeOf(new(), perTensor: false));
        Assert.StartsWith("reverse mode", ModeOf(new(), perTensor: true));
        Assert.StartsWith("reverse mode", ModeOf(new() { Mode = HypergradientMode.Reverse }, perTensor: false));
        Assert.StartsWith("reverse mode", ModeOf(new() { Storage = ReverseStorage.States }, perTensor: false));
        // Tangents and what a window begins with do not fit.
        Assert.StartsWith("reverse mode", ModeOf(new() { Storage = ReverseStorage.Automatic, MemoryLimit = 3_000 }, perTensor: false));
        Assert.Equal("automatic", TangentMemory.Automatic.ToString());
        Assert.Throws<ArgumentOutOfRangeException>(() => TangentMemory.Guarded(1));
    }

    private static string ModeOf(GlocalOptions options, bool perTensor)
    {
        using var small = new SmallProblem();
        using var scope = NewDisposeScope();
        using Sequential model = small.CreateModel();
        var problem = new BilevelProblem(model, new Sgd(), batch => nn.functional.cross_entropy(model.call(batch.Inputs), batch.Targets),
            batch => nn.functional.cross_entropy(model.call(batch.Inputs), batch.Targets));
        if (perTensor)
            foreach (NumberHyperparameter item in problem.Hyperparameters.OfType<NumberHyperparameter>().Where(item => item.Name is "learningRate" or "momentum"))
            {
                item.Learn();
                item.PerTensor(model);
            }
        var recorder = new WindowRecorder();
        using var trainer = new BilevelTrainer(problem, small.Training, small.Validation, options with { Window = 2 });
        trainer.Run(2, [recorder]);
        return recorder.Plan!.Mode;
    }

    /// <summary>h with respect to ln η at the end of windows with given learning rates.</summary>
    private static double[] Run(TangentMemory memory, double offset, double[] rates, out List<WindowReport> windows)
    {
        using var scope = NewDisposeScope();
        using var model = new Point();
        Tensor a = tensor(slope), c = tensor(direction), constant = tensor(offset), data = zeros(1, 1, dtype: ScalarType.Float64);
        var problem = new BilevelProblem(model, new Sgd(), _ => model.Place.dot(c), _ => model.Place.dot(a) + constant);
        problem.Hyperparameters.Fix();
        problem.Hyperparameters["momentum"].Value = problem.Hyperparameters["weightDecay"].Value = 0;
        Hyperparameter rate = problem.Hyperparameters["learningRate"];
        rate.Learn();
        using var batches = new TensorBatchSource(data, data, 1);
        var recorder = new WindowRecorder();
        using var trainer = new BilevelTrainer(problem, batches, batches,
            new GlocalOptions { Window = Steps, Mode = HypergradientMode.Forward, Memory = memory, Outer = standingStill });
        foreach (double value in rates)
        {
            rate.Value = value;
            trainer.Run(Steps, [recorder]);
        }
        windows = recorder.Windows;
        return [.. windows.Select(window => window.Local[0])];
    }

    private sealed class Point : nn.Module<Tensor, Tensor>
    {
        public readonly Parameter Place = nn.Parameter(zeros(3, dtype: ScalarType.Float64));

        public Point() : base(nameof(Point)) => RegisterComponents();

        public override Tensor forward(Tensor input) => Place.alias();
    }
}

using Declarative.Interop;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Declarative.Tests.Hypergradients;

/// <summary>How a run decides whether to batch its Hessian-vector products. That batched ones are right is among the checks of every device.</summary>
public sealed class ProductChoiceTests : IDisposable
{
    private readonly SmallProblem small = new();

    [Theory]
    [InlineData(HessianVectorProducts.Sequential, true, false)]
    [InlineData(HessianVectorProducts.Batched, false, true)]
    [InlineData(HessianVectorProducts.Automatic, false, false)]
    public void Does_what_is_asked_for_and_measures_only_where_nothing_is(HessianVectorProducts wanted, bool measures, bool expected)
    {
        ProductChoice choice = Choose(wanted, measures);
        Assert.Equal(expected, choice.IsBatched);
        Assert.Equal(expected ? "Hessian-vector products are batched (as asked for)" : null, choice.Note);
    }

    [Fact]
    public void Measured_it_takes_the_quicker_way_and_says_both_times()
    {
        ProductChoice choice = Choose(HessianVectorProducts.Automatic, measures: true);
        Assert.Matches(choice.IsBatched ? "^3 Hessian-vector products are batched" : "^3 Hessian-vector products are taken one after the other", choice.Note);
        double[] milliseconds = [.. System.Text.RegularExpressions.Regex.Matches(choice.Note!, @"([\d.]+) ms").Select(match =>
            double.Parse(match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture))];
        Assert.Equal(2, milliseconds.Length);
        Assert.True(choice.IsBatched ? milliseconds[1] <= milliseconds[0] : milliseconds[0] <= milliseconds[1], choice.Note);
    }

    [Fact]
    public void What_cannot_be_batched_is_taken_one_by_one_and_says_why()
    {
        ProductChoice choice = Choose(HessianVectorProducts.Automatic, measures: true, Normalized);
        Assert.False(choice.IsBatched);
        Assert.StartsWith("Hessian-vector products are not batched: ", choice.Note);
        Assert.Contains("cannot be batched", Assert.Throws<InvalidOperationException>(() => Choose(HessianVectorProducts.Batched, measures: false, Normalized)).Message);

        static nn.Module<Tensor, Tensor> Normalized()
        {
            var norm = nn.GroupNorm(2, 4, dtype: ScalarType.Float64);
            nn.init.ones_(norm.weight);
            nn.init.zeros_(norm.bias);
            return nn.Sequential(nn.Unflatten(1, [4, 1]), norm, nn.Flatten());
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_run_that_was_refused_is_refused_again(bool byMemory)
    {
        using var scope = NewDisposeScope();
        var norm = nn.GroupNorm(2, 4, dtype: ScalarType.Float64);
        nn.init.ones_(norm.weight);
        nn.init.zeros_(norm.bias);
        using var model = nn.Sequential(nn.Linear(5, 4, dtype: ScalarType.Float64), nn.Unflatten(1, [4, 1]), norm, nn.Flatten(), nn.Linear(4, 3, dtype: ScalarType.Float64));
        var problem = new BilevelProblem(model, new Sgd(), batch => cross_entropy(model.call(batch.Inputs), batch.Targets), batch => cross_entropy(model.call(batch.Inputs), batch.Targets));
        GlocalOptions options = byMemory ? new() { MemoryLimit = 1, Memory = TangentMemory.Reset } : new() { Mode = HypergradientMode.Forward, Products = HessianVectorProducts.Batched };
        using var trainer = new BilevelTrainer(problem, small.Training, small.Validation, options);
        for (int run = 0; run < 3; run++)
            Assert.Contains(byMemory ? "do not fit" : "cannot be batched", Assert.Throws<InvalidOperationException>(() => trainer.Run(10)).Message);
    }

    public void Dispose() => small.Dispose();

    // The parameters are afterwards as they were.
    private ProductChoice Choose(HessianVectorProducts wanted, bool measures, Func<nn.Module<Tensor, Tensor>>? between = null)
    {
        using var scope = NewDisposeScope();
        using Sequential model = small.CreateModel();
        using nn.Module<Tensor, Tensor> whole = between is null ? model : nn.Sequential(("first", (nn.Module<Tensor, Tensor>)model[0]), ("between", between()), ("second", (nn.Module<Tensor, Tensor>)model[2]));
        var problem = new BilevelProblem(whole, new Sgd(), batch => cross_entropy(whole.call(batch.Inputs), batch.Targets), batch => cross_entropy(whole.call(batch.Inputs), batch.Targets));
        var coordinates = new LearnedCoordinates(problem.Hyperparameters);
        using var parameters = new ParameterVector(whole, problem.Groups);
        var losses = new LossEvaluation(problem, parameters, small.Training, small.Validation, seed: 0);
        var parts = new ModeParts(whole, new(problem, parameters, coordinates), parameters, coordinates, losses);
        double[] before = HostNumbers.Read(parameters.Vector);
        ProductChoice choice = ProductChoice.Of(wanted, parts.OpenWindow(), coordinates.Count, zeros([coordinates.Count, 0], ScalarType.Float64), step: 0, measures);
        Assert.Equal(before, HostNumbers.Read(parameters.Vector));
        return choice;
    }
}

using Declarative.Interop;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Declarative.Tests.Bilevel;

public sealed class ParameterVectorTests
{
    [Fact]
    public void Parameters_become_views_that_stay_leaves_and_survive_the_vector()
    {
        using var scope = NewDisposeScope();
        using Linear model = nn.Linear(3, 2);
        Tensor before = model.weight!.clone();
        Tensor input = randn(4, 3);
        using (var vector = new ParameterVector(model))
        {
            Assert.Equal(8, vector.Count);
            Assert.Equal(["weight", "bias"], vector.Slices.Select(slice => slice.Name));
            Assert.True(model.weight.is_leaf && model.weight.requires_grad);
            Assert.True(before.Equals(model.weight));
            vector.Write(ones(8));
        }
        Assert.True(model.weight.Equals(ones(2, 3)));
        Assert.Equal(4 * 2, model.call(input).numel());
    }

    // The vector and its views do not share version counters, so autograd itself would go on and give wrong numbers.
    [Fact]
    public void A_graph_that_outlived_a_write_is_refused()
    {
        using var scope = NewDisposeScope();
        using Linear model = nn.Linear(1, 1, hasBias: false, dtype: ScalarType.Float64);
        using var vector = new ParameterVector(model);
        vector.Write(tensor(new[] { 3.0 }));
        long writes = vector.Writes;
        Tensor loss = model.weight!.pow(3).sum();
        vector.CheckUnwritten(writes);
        Assert.Equal(27, Autograd.Gradient(loss, vector.Views, [], createGraph: false).Flat.item<double>());

        loss = model.weight.pow(3).sum();
        vector.Write(tensor(new[] { 5.0 }));
        double wrong = Autograd.Gradient(loss, vector.Views, [], createGraph: false).Flat.item<double>();
        Assert.NotEqual(27, wrong);
        Assert.Contains("1 time", Assert.Throws<InvalidOperationException>(() => vector.CheckUnwritten(writes)).Message);
    }

    [Fact]
    public void Frozen_parameters_stay_out_and_tied_ones_count_once()
    {
        using var scope = NewDisposeScope();
        Linear first = nn.Linear(2, 2, hasBias: false);
        Linear second = nn.Linear(2, 2);
        second.weight = first.weight;
        second.bias!.requires_grad = false;
        using Sequential model = nn.Sequential(("first", first), ("second", second));
        using var vector = new ParameterVector(model);
        Assert.Equal(4, vector.Count);
    }

    [Fact]
    public void A_model_without_parameters_is_refused()
    {
        using var scope = NewDisposeScope();
        using ReLU model = nn.ReLU();
        Assert.Contains("no parameter", Assert.Throws<ArgumentException>(() => new ParameterVector(model)).Message);
    }

    [Fact]
    public void Parameters_of_two_types_are_refused_by_name()
    {
        using var scope = NewDisposeScope();
        using Sequential model = nn.Sequential(("single", nn.Linear(2, 2)), ("double", nn.Linear(2, 2, dtype: ScalarType.Float64)));
        Assert.Contains("double.weight", Assert.Throws<ArgumentException>(() => new ParameterVector(model)).Message);
    }

    // Of the two leaves autograd would give each its own part of the gradient.
    [Fact]
    public void Parameters_that_share_memory_without_being_one_are_refused_by_name()
    {
        using var scope = NewDisposeScope();
        Linear first = nn.Linear(2, 2, hasBias: false), second = nn.Linear(2, 2, hasBias: false);
        second.weight = new Parameter(first.weight!.detach());
        using Sequential model = nn.Sequential(("first", first), ("second", second));
        string message = Assert.Throws<ArgumentException>(() => new ParameterVector(model)).Message;
        Assert.Contains("'second.weight' has the memory of 'first.weight'", message);
    }
}

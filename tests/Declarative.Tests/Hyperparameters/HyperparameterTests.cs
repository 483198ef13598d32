using TorchSharp;
using static TorchSharp.torch;

namespace Declarative.Tests.Hyperparameters;

public sealed class HyperparameterTests
{
    [Fact]
    public void Start_values_reach_the_fields_when_the_set_is_first_read()
    {
        using var scope = NewDisposeScope();
        var rule = new Sgd();
        Assert.Equal(["learningRate", "momentum", "dampening", "weightDecay"], rule.Hyperparameters.Select(item => item.Name));
        Assert.Equal(0.9, rule.Hyperparameters["momentum"].Value);
        Assert.True(rule.Hyperparameters["momentum"].IsLearned);
    }

    [Fact]
    public void A_start_at_the_domains_end_is_fixed_until_it_is_moved_inside()
    {
        Hyperparameter dampening = new Sgd().Hyperparameters["dampening"];
        Assert.False(dampening.IsLearned);
        Assert.Contains("dampening", Assert.Throws<InvalidOperationException>(() => dampening.Learn()).Message);
        dampening.Value = 0.1;
        Assert.True(dampening.Learn().IsLearned);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(0)]
    public void A_learned_one_refuses_what_is_outside_its_open_domain(double value)
    {
        Hyperparameter learningRate = new Sgd().Hyperparameters["learningRate"];
        Assert.Contains("learningRate", Assert.Throws<ArgumentOutOfRangeException>(() => learningRate.Value = value).Message);
        Assert.Equal(0.01, learningRate.Value);
    }

    [Fact]
    public void A_fixed_one_keeps_the_domains_end()
    {
        Hyperparameter weightDecay = new Sgd().Hyperparameters["weightDecay"].Fix();
        weightDecay.Value = 0;
        Assert.Equal(0, weightDecay.Value);
        Assert.Throws<ArgumentOutOfRangeException>(() => weightDecay.Value = -1e-9);
    }

    [Fact]
    public void An_unknown_name_is_answered_with_those_there_are() =>
        Assert.Contains("learningRate, momentum", Assert.Throws<KeyNotFoundException>(() => new Sgd().Hyperparameters["lr"]).Message);

    [Fact]
    public void Two_of_one_name_in_a_problem_are_refused()
    {
        using var scope = NewDisposeScope();
        using var model = nn.Linear(2, 1);
        Assert.Contains("learningRate", Assert.Throws<ArgumentException>(() =>
            new BilevelProblem(model, new Sgd(), _ => zeros(1), _ => zeros(1), [new Adam()])).Message);
    }

    [Fact]
    public void A_vector_has_entries_and_a_leaf_of_its_size()
    {
        using var scope = NewDisposeScope();
        var model = new TwoParametersOwner(4);
        Hyperparameter weights = model.Hyperparameters["weights"];
        Assert.Equal(["weights[0]", "weights[1]", "weights[2]", "weights[3]"], model.Hyperparameters.EntryNames);
        Assert.Equal([4], model.Weights.shape);
        Assert.True(model.Weights.is_leaf && model.Weights.requires_grad);
        weights.SetValues([.1, .2, .3, .4]);
        Assert.Equal([.1f, .2f, .3f, .4f], model.Weights.data<float>().ToArray());
        weights.Fix();
        Assert.False(model.Weights.requires_grad);
        Assert.Throws<InvalidOperationException>(() => weights.Value);
        Assert.Throws<ArgumentException>(() => weights.SetValues([1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TwoParametersOwner(0).Hyperparameters);
    }
}

public sealed partial class TwoParametersOwner(int size)
{
    private int Size => size;

    [Hyperparameter(0.5, Domain.UnitInterval, Size = nameof(Size))] private Tensor weights;

    public Tensor Weights => weights;
}

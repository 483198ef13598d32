using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace Declarative.Tests.Hypergradients;

/// <summary>Small classifiers of 36 numbers into 3 classes, in float64: one for each thing that models contain.</summary>
internal static class ModelContents
{
    private const ScalarType Type = ScalarType.Float64;

    /// <summary>Models whose buffers, if any, do not change.</summary>
    public static IReadOnlyDictionary<string, Func<Parts>> All { get; } = new Dictionary<string, Func<Parts>>
    {
        ["layer norm"] = () => Hidden(LayerNorm(6, dtype: Type)),
        ["dropout"] = () => Hidden(Dropout(.4)),
        ["batch norm in evaluation mode"] = FrozenBatchNorm,
        ["group norm"] = () => Image(Conv2d(1, 4, 3, dtype: Type), InitializedGroupNorm(), maps => avg_pool2d(maps.tanh(), 2)),
        ["convolution and max pooling"] = () => Image(Conv2d(1, 4, 3, dtype: Type), Identity(), maps => max_pool2d(relu(maps), 2)),
        ["embedding"] = WithEmbedding,
        ["LSTM"] = Recurrent,
        ["attention written out"] = () => Attention((query, key, value) => softmax(query.matmul(key.transpose(-2, -1)) / 2, -1).matmul(value)),
        ["scaled_dot_product_attention"] = () => Attention((query, key, value) => scaled_dot_product_attention(query, key, value)),
        ["MultiheadAttention"] = AttentionModule,
        ["tied weights"] = Tied,
        ["frozen parameters"] = PartlyFrozen,
        ["a branch that some batches take, and one that none takes"] = Branching,
        ["a model given in evaluation mode"] = GivenInEvaluationMode,
    };

    /// <summary>Those with modules that TorchSharp implements in native code: reverse mode cannot keep their graphs.</summary>
    public static IReadOnlySet<string> Native { get; } = new HashSet<string> { "embedding", "LSTM", "MultiheadAttention" };

    /// <summary>Batch norm whose statistics move with every step.</summary>
    public static Parts BatchNorm() => Hidden(BatchNorm1d(6, dtype: Type));

    private static Parts Hidden(Module<Tensor, Tensor> between)
    {
        Linear first = Linear(36, 6, dtype: Type), last = Linear(6, 3, dtype: Type);
        return new(input => last.call(between.call(first.call(input)).tanh()), ("first", first), ("between", between), ("last", last));
    }

    private static Parts FrozenBatchNorm()
    {
        Parts model = BatchNorm();
        foreach (Tensor statistic in model.buffers().Where(buffer => buffer.dtype == Type))
            statistic.add_(.3);
        model.modules().OfType<BatchNorm1d>().Single().eval();
        return model;
    }

    // TorchSharp 0.107 leaves the memory of its parameters as it finds it.
    private static GroupNorm InitializedGroupNorm()
    {
        GroupNorm norm = GroupNorm(2, 4, dtype: Type);
        init.ones_(norm.weight);
        init.zeros_(norm.bias);
        return norm;
    }

    private static Parts Image(Conv2d convolution, Module<Tensor, Tensor> norm, Func<Tensor, Tensor> pool)
    {
        Linear last = Linear(4 * 2 * 2, 3, dtype: Type);
        return new(input => last.call(pool(norm.call(convolution.call(input.view(-1, 1, 6, 6)))).flatten(1)),
            ("convolution", convolution), ("norm", norm), ("last", last));
    }

    private static Parts WithEmbedding()
    {
        Embedding words = Embedding(9, 5, dtype: Type);
        Linear last = Linear(4 * 5, 3, dtype: Type);
        return new(input => last.call(words.call(input.view(-1, 4, 9).argmax(-1)).tanh().flatten(1)), ("words", words), ("last", last));
    }

    private static Parts Recurrent()
    {
        LSTM memory = LSTM(9, 5, batchFirst: true, dtype: Type);
        Linear last = Linear(5, 3, dtype: Type);
        return new(input => last.call(memory.call(input.view(-1, 4, 9)).Item1.select(1, 3)), ("memory", memory), ("last", last));
    }

    // Two heads of 4: four dimensions, for which the fused kernel is taken.
    private static Parts Attention(Func<Tensor, Tensor, Tensor, Tensor> attend)
    {
        Linear projections = Linear(9, 3 * 8, dtype: Type), last = Linear(4 * 8, 3, dtype: Type);
        return new(input =>
        {
            Tensor[] heads = projections.call(input.view(-1, 4, 9)).view(-1, 4, 3, 2, 4).permute(2, 0, 3, 1, 4).unbind();
            return last.call(attend(heads[0], heads[1], heads[2]).transpose(1, 2).flatten(1));
        }, ("projections", projections), ("last", last));
    }

    private static Parts AttentionModule()
    {
        Linear first = Linear(9, 8, dtype: Type), last = Linear(8, 3, dtype: Type);
        var attention = (MultiheadAttention)MultiheadAttention(8, 2).to(Type);
        return new(input =>
        {
            Tensor words = first.call(input.view(-1, 4, 9)).transpose(0, 1);
            return last.call(attention.call(words, words, words, null, need_weights: false, null).Item1.mean([0]));
        }, ("first", first), ("attention", attention), ("last", last));
    }

    private static Parts Tied()
    {
        Linear first = Linear(36, 36, dtype: Type), second = Linear(36, 36, dtype: Type), last = Linear(36, 3, dtype: Type);
        second.weight = first.weight;
        return new(input => last.call(second.call(first.call(input).tanh()).tanh()), ("first", first), ("second", second), ("last", last));
    }

    private static Parts PartlyFrozen()
    {
        Parts model = Hidden(LayerNorm(6, dtype: Type));
        model.get_parameter("first.weight")!.requires_grad = false;
        model.get_parameter("between.bias")!.requires_grad = false;
        return model;
    }

    private static Parts Branching()
    {
        Linear left = Linear(36, 6, dtype: Type), right = Linear(36, 6, dtype: Type), never = Linear(36, 6, dtype: Type), last = Linear(6, 3, dtype: Type);
        return new(input => last.call((input[0, 0].item<double>() > 0 ? right : left).call(input).tanh()), ("left", left), ("right", right), ("never", never), ("last", last));
    }

    private static Parts GivenInEvaluationMode()
    {
        Parts model = Hidden(Dropout(.4));
        model.eval();
        return model;
    }
}

/// <summary>A model as a function of the modules in it.</summary>
internal sealed class Parts : Module<Tensor, Tensor>
{
    private readonly Func<Tensor, Tensor> run;

    public Parts(Func<Tensor, Tensor> run, params (string Name, nn.Module Module)[] parts)
        : base(nameof(Parts))
    {
        this.run = run;
        foreach ((string name, nn.Module part) in parts)
            register_module(name, part);
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return run(input).MoveToOuterDisposeScope();
    }
}

using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace Declarative.DeviceTests;

/// <summary>Small classifiers of 36 numbers into 3 classes, one for each thing that models contain.</summary>
internal sealed class ModelContents
{
    private readonly Device device;
    private readonly ScalarType type;

    /// <param name="place">Where and how they are computed; by default in float64 on the CPU.</param>
    public ModelContents(Place? place = null)
    {
        (device, type) = ((place ?? Place.Reference).Device, (place ?? Place.Reference).Type);
        All = new Dictionary<string, Func<Parts>>
        {
            ["layer norm"] = () => Hidden(LayerNorm(6, device: device, dtype: type)),
            ["dropout"] = () => Hidden(Dropout(.4)),
            ["batch norm in evaluation mode"] = FrozenBatchNorm,
            ["group norm"] = () => Image(Conv2d(1, 4, 3, device: device, dtype: type), InitializedGroupNorm(), maps => avg_pool2d(maps.tanh(), 2)),
            ["convolution and max pooling"] = () => Image(Conv2d(1, 4, 3, device: device, dtype: type), Identity(), maps => max_pool2d(relu(maps), 2)),
            ["embedding"] = WithEmbedding,
            ["LSTM"] = Recurrent,
            ["GRU"] = Gated,
            ["attention written out"] = () => Attention((query, key, value) => softmax(query.matmul(key.transpose(-2, -1)) / 2, -1).matmul(value)),
            ["scaled_dot_product_attention"] = () => Attention((query, key, value) => scaled_dot_product_attention(query, key, value)),
            ["MultiheadAttention"] = AttentionModule,
            ["tied weights"] = Tied,
            ["frozen parameters"] = PartlyFrozen,
            ["a branch that some batches take, and one that none takes"] = Branching,
            ["a model given in evaluation mode"] = GivenInEvaluationMode,
        };
    }

    /// <summary>Models whose buffers, if any, do not change.</summary>
    public IReadOnlyDictionary<string, Func<Parts>> All { get; }

    /// <summary>Those with modules that TorchSharp implements in native code: reverse mode cannot keep their graphs.</summary>
    public static IReadOnlySet<string> Native { get; } = new HashSet<string> { "embedding", "LSTM", "GRU", "MultiheadAttention" };

    /// <summary>Those whose Hessian-vector products cannot be batched: the backward of group norm takes the batch for a dimension of the images.</summary>
    public static IReadOnlySet<string> Unbatched { get; } = new HashSet<string> { "group norm" };

    /// <summary>A convolution and batch norm whose statistics move with every step.</summary>
    public Parts ConvolutionWithBatchNorm() =>
        Image(Conv2d(1, 4, 3, device: device, dtype: type), BatchNorm2d(4, device: device, dtype: type), maps => avg_pool2d(maps.tanh(), 2));

    /// <summary>Batch norm whose statistics move with every step.</summary>
    public Parts BatchNorm() => Hidden(BatchNorm1d(6, device: device, dtype: type));

    private Parts Hidden(Module<Tensor, Tensor> between)
    {
        Linear first = Linear(36, 6, device: device, dtype: type), last = Linear(6, 3, device: device, dtype: type);
        return new(input => last.call(between.call(first.call(input)).tanh()), ("first", first), ("between", between), ("last", last));
    }

    private Parts FrozenBatchNorm()
    {
        Parts model = BatchNorm();
        foreach (Tensor statistic in model.buffers().Where(buffer => buffer.dtype == type))
            statistic.add_(.3);
        model.modules().OfType<BatchNorm1d>().Single().eval();
        return model;
    }

    // TorchSharp 0.107 leaves the memory of its parameters as it finds it.
    private GroupNorm InitializedGroupNorm()
    {
        GroupNorm norm = GroupNorm(2, 4, device: device, dtype: type);
        init.ones_(norm.weight);
        init.zeros_(norm.bias);
        return norm;
    }

    private Parts Image(Conv2d convolution, Module<Tensor, Tensor> norm, Func<Tensor, Tensor> pool)
    {
        Linear last = Linear(4 * 2 * 2, 3, device: device, dtype: type);
        return new(input => last.call(pool(norm.call(convolution.call(input.view(-1, 1, 6, 6)))).flatten(1)),
            ("convolution", convolution), ("norm", norm), ("last", last));
    }

    private Parts WithEmbedding()
    {
        Embedding words = Embedding(9, 5, device: device, dtype: type);
        Linear last = Linear(4 * 5, 3, device: device, dtype: type);
        return new(input => last.call(words.call(input.view(-1, 4, 9).argmax(-1)).tanh().flatten(1)), ("words", words), ("last", last));
    }

    private Parts Recurrent()
    {
        LSTM memory = LSTM(9, 5, batchFirst: true, device: device, dtype: type);
        Linear last = Linear(5, 3, device: device, dtype: type);
        return new(input => last.call(memory.call(input.view(-1, 4, 9)).Item1.select(1, 3)), ("memory", memory), ("last", last));
    }

    private Parts Gated()
    {
        GRU memory = GRU(9, 5, batchFirst: true, device: device, dtype: type);
        Linear last = Linear(5, 3, device: device, dtype: type);
        return new(input => last.call(memory.call(input.view(-1, 4, 9)).Item1.select(1, 3)), ("memory", memory), ("last", last));
    }

    // Two heads of 4: four dimensions, for which the fused kernel is taken.
    private Parts Attention(Func<Tensor, Tensor, Tensor, Tensor> attend)
    {
        Linear projections = Linear(9, 3 * 8, device: device, dtype: type), last = Linear(4 * 8, 3, device: device, dtype: type);
        return new(input =>
        {
            Tensor[] heads = projections.call(input.view(-1, 4, 9)).view(-1, 4, 3, 2, 4).permute(2, 0, 3, 1, 4).unbind();
            return last.call(attend(heads[0], heads[1], heads[2]).transpose(1, 2).flatten(1));
        }, ("projections", projections), ("last", last));
    }

    private Parts AttentionModule()
    {
        Linear first = Linear(9, 8, device: device, dtype: type), last = Linear(8, 3, device: device, dtype: type);
        var attention = (MultiheadAttention)MultiheadAttention(8, 2).to(type).to(device);
        return new(input =>
        {
            Tensor words = first.call(input.view(-1, 4, 9)).transpose(0, 1);
            return last.call(attention.call(words, words, words, null, need_weights: false, null).Item1.mean([0]));
        }, ("first", first), ("attention", attention), ("last", last));
    }

    private Parts Tied()
    {
        Linear first = Linear(36, 36, device: device, dtype: type), second = Linear(36, 36, device: device, dtype: type), last = Linear(36, 3, device: device, dtype: type);
        second.weight = first.weight;
        return new(input => last.call(second.call(first.call(input).tanh()).tanh()), ("first", first), ("second", second), ("last", last));
    }

    private Parts PartlyFrozen()
    {
        Parts model = Hidden(LayerNorm(6, device: device, dtype: type));
        model.get_parameter("first.weight")!.requires_grad = false;
        model.get_parameter("between.bias")!.requires_grad = false;
        return model;
    }

    private Parts Branching()
    {
        Linear left = Linear(36, 6, device: device, dtype: type), right = Linear(36, 6, device: device, dtype: type), never = Linear(36, 6, device: device, dtype: type), last = Linear(6, 3, device: device, dtype: type);
        return new(input => last.call((input[0, 0].ToDouble() > 0 ? right : left).call(input).tanh()), ("left", left), ("right", right), ("never", never), ("last", last));
    }

    private Parts GivenInEvaluationMode()
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

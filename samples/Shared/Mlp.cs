using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Samples;

/// <summary>A perceptron with one hidden layer, 784-128-10, ReLU: 101,770 parameters.</summary>
public sealed class Mlp : Module<Tensor, Tensor>
{
    private readonly Linear hidden, output;

    /// <summary>Equal seeds give equal parameters, on every device.</summary>
    public Mlp(long seed) : base(nameof(Mlp))
    {
        torch.random.manual_seed(seed);
        hidden = Linear(FashionMnistData.Height * FashionMnistData.Width, 128);
        output = Linear(128, FashionMnistData.Classes);
        RegisterComponents();
    }

    /// <summary>Images [n, 784] to logits [n, 10].</summary>
    public override Tensor forward(Tensor images)
    {
        using var scope = NewDisposeScope();
        return output.call(functional.relu(hidden.call(images))).MoveToOuterDisposeScope();
    }
}

using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Samples;

/// <summary>A small convolutional network like LeNet-5, with ReLU and max pooling: 61,706 parameters.</summary>
public sealed class LeNet : Module<Tensor, Tensor>
{
    private readonly Conv2d edges, shapes;
    private readonly Linear wide, narrow, output;

    /// <summary>Equal seeds give equal parameters, on every device.</summary>
    public LeNet(long seed) : base(nameof(LeNet))
    {
        torch.random.manual_seed(seed);
        edges = Conv2d(1, 6, kernel_size: 5, padding: 2);
        shapes = Conv2d(6, 16, kernel_size: 5);
        wide = Linear(16 * 5 * 5, 120);
        narrow = Linear(120, 84);
        output = Linear(84, FashionMnistData.Classes);
        RegisterComponents();
    }

    /// <summary>Images [n, 784] to logits [n, 10].</summary>
    public override Tensor forward(Tensor images)
    {
        using var scope = NewDisposeScope();
        Tensor maps = images.reshape(-1, 1, FashionMnistData.Height, FashionMnistData.Width);
        maps = functional.max_pool2d(functional.relu(edges.call(maps)), 2);
        maps = functional.max_pool2d(functional.relu(shapes.call(maps)), 2);
        Tensor features = functional.relu(wide.call(maps.flatten(1)));
        features = functional.relu(narrow.call(features));
        return output.call(features).MoveToOuterDisposeScope();
    }
}

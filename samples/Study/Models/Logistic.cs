using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Samples.Study.Models;

/// <summary>Logistic regression, 784-10: 7,850 parameters.</summary>
internal sealed class Logistic : Module<Tensor, Tensor>
{
    private readonly Linear output;

    /// <summary>Equal seeds give equal parameters.</summary>
    public Logistic(long seed) : base(nameof(Logistic))
    {
        torch.random.manual_seed(seed);
        output = Linear(FashionMnistData.Height * FashionMnistData.Width, FashionMnistData.Classes);
        RegisterComponents();
    }

    /// <summary>Images [n, 784] to logits [n, 10].</summary>
    public override Tensor forward(Tensor images) => output.call(images);
}

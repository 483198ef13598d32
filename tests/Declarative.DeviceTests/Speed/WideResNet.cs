using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Declarative.DeviceTests;

/// <summary>WideResNet-28-2 for images of 3 channels and 10 classes, without dropout: 1,467,610 parameters. Residual blocks apply batch norm and
/// ReLU before each convolution (Zagoruyko and Komodakis 2016, the block "B(3, 3)").</summary>
internal sealed class WideResNet : Module<Tensor, Tensor>
{
    private const int Classes = 10, BlocksPerGroup = 4;

    private static readonly long[] widths = [32, 64, 128];

    private readonly Conv2d first;
    private readonly Block[] blocks;
    private readonly BatchNorm2d norm;
    private readonly Linear output;

    /// <summary>Equal seeds give equal parameters.</summary>
    public WideResNet(long seed) : base(nameof(WideResNet))
    {
        torch.random.manual_seed(seed);
        first = Conv2d(3, 16, kernel_size: 3, padding: 1, bias: false);
        long channels = 16;
        var made = new List<Block>();
        foreach (long width in widths)
            for (int i = 0; i < BlocksPerGroup; i++)
            {
                // The first block of the second and third group halves the image.
                made.Add(new(channels, width, stride: i == 0 && width != widths[0] ? 2 : 1));
                channels = width;
            }
        blocks = [.. made];
        norm = BatchNorm2d(channels);
        output = Linear(channels, Classes);
        register_module(nameof(first), first);
        for (int i = 0; i < blocks.Length; i++)
            register_module($"block{i}", blocks[i]);
        register_module(nameof(norm), norm);
        register_module(nameof(output), output);
    }

    /// <summary>Images [n, 3, side, side], side a multiple of 4, to logits [n, 10].</summary>
    public override Tensor forward(Tensor images)
    {
        using var scope = NewDisposeScope();
        Tensor maps = first.call(images);
        foreach (Block block in blocks)
            maps = block.call(maps);
        return output.call(functional.relu(norm.call(maps)).mean([2, 3])).MoveToOuterDisposeScope();
    }

    private sealed class Block : Module<Tensor, Tensor>
    {
        private readonly BatchNorm2d firstNorm, secondNorm;
        private readonly Conv2d firstConvolution, secondConvolution;
        private readonly Conv2d? shortcut;

        public Block(long channels, long width, long stride) : base(nameof(Block))
        {
            firstNorm = BatchNorm2d(channels);
            firstConvolution = Conv2d(channels, width, kernel_size: 3, stride: stride, padding: 1, bias: false);
            secondNorm = BatchNorm2d(width);
            secondConvolution = Conv2d(width, width, kernel_size: 3, padding: 1, bias: false);
            register_module(nameof(firstNorm), firstNorm);
            register_module(nameof(firstConvolution), firstConvolution);
            register_module(nameof(secondNorm), secondNorm);
            register_module(nameof(secondConvolution), secondConvolution);
            if (channels == width && stride == 1)
                return;
            shortcut = Conv2d(channels, width, kernel_size: 1, stride: stride, bias: false);
            register_module(nameof(shortcut), shortcut);
        }

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            Tensor active = functional.relu(firstNorm.call(input));
            Tensor change = secondConvolution.call(functional.relu(secondNorm.call(firstConvolution.call(active))));
            // Where the shape changes, the shortcut starts from what the first convolution sees.
            return (change + (shortcut is null ? input : shortcut.call(active))).MoveToOuterDisposeScope();
        }
    }
}

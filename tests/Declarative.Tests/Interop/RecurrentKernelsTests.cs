using Declarative.Interop;
using TorchSharp;
using static TorchSharp.torch;

namespace Declarative.Tests.Interop;

/// <summary>cuDNN is switched off exactly while a recurrent module is called. The setting is there on the CPU too, where it changes nothing.</summary>
public sealed class RecurrentKernelsTests : IDisposable
{
    private static readonly ContextFlag cudnn = ContextFlag.Find("userEnabledCuDNN", "setUserEnabledCuDNN").Single();

    private readonly DisposeScope scope = NewDisposeScope();
    private readonly List<bool> seen = [];

    [Theory]
    [InlineData("LSTM")]
    [InlineData("GRU")]
    [InlineData("RNN")]
    public void CuDnn_is_off_while_a_recurrent_module_is_called_and_only_then(string kind)
    {
        nn.Module module = kind switch { "LSTM" => nn.LSTM(3, 2), "GRU" => nn.GRU(3, 2), _ => nn.RNN(3, 2) };
        using var whole = new Whole(module, () => seen.Add(cudnn.IsEnabled()));
        Assert.True(RecurrentKernels.HasRecurrent(whole));
        Assert.True(cudnn.IsEnabled());
        using (new RecurrentKernels(whole))
        {
            // After ours, as it is registered later: within the call.
            Watch(module);
            whole.call(ones(5, 1, 3));
        }
        Assert.Equal([false, true], seen);
        whole.call(ones(5, 1, 3));
        Assert.Equal([false, true, true, true], seen);
    }

    [Fact]
    public void A_call_that_throws_leaves_no_trace_behind_the_run()
    {
        using var lstm = nn.LSTM(3, 2);
        using (new RecurrentKernels(lstm))
        {
            Assert.ThrowsAny<Exception>(() => lstm.call(ones(5, 1, 4)));
        }
        Assert.True(cudnn.IsEnabled());
        Assert.False(RecurrentKernels.HasRecurrent(nn.Linear(1, 1)));
    }

    [Fact]
    public void A_module_that_is_called_by_forward_is_not_seen_and_cuDNN_stays_off_then()
    {
        using var lstm = nn.LSTM(3, 2);
        using (var kernels = new RecurrentKernels(lstm))
        {
            lstm.forward(ones(5, 1, 3));
            Assert.False(kernels.AllWereSeen);
            lstm.call(ones(5, 1, 3));
            Assert.True(kernels.AllWereSeen && cudnn.IsEnabled());
            kernels.SwitchOffForAll();
            Assert.True(kernels.IsOffForAll && !cudnn.IsEnabled());
            lstm.call(ones(5, 1, 3));
            Assert.False(cudnn.IsEnabled());
        }
        Assert.True(cudnn.IsEnabled());
    }

    [Fact]
    public void Runs_that_overlap_do_not_switch_it_on_for_each_other()
    {
        using nn.Module<Tensor, (Tensor, Tensor)?, (Tensor, Tensor, Tensor)> one = nn.LSTM(3, 2), other = nn.LSTM(3, 2);
        using var first = new RecurrentKernels(one);
        RecurrentKernels? second = null;
        ((TorchSharp.Modules.LSTM)one).register_forward_pre_hook(_ =>
        {
            // While one is inside its module, the other begins, comes and goes.
            second = new(other);
            other.call(ones(5, 1, 3), null);
            second.Dispose();
            seen.Add(cudnn.IsEnabled());
        });
        one.call(ones(5, 1, 3), null);
        Assert.Equal([false], seen);
        Assert.True(cudnn.IsEnabled());
    }

    public void Dispose() => scope.Dispose();

    private void Watch(nn.Module module)
    {
        void See(nn.Module _) => seen.Add(cudnn.IsEnabled());
        if (module is TorchSharp.Modules.LSTM lstm)
            lstm.register_forward_pre_hook(See);
        else if (module is TorchSharp.Modules.GRU gru)
            gru.register_forward_pre_hook(See);
        else
            ((TorchSharp.Modules.RNN)module).register_forward_pre_hook(See);
    }

    private sealed class Whole : nn.Module<Tensor, Tensor>
    {
        private readonly nn.Module part;
        private readonly Action afterPart;

        public Whole(nn.Module part, Action afterPart) : base(nameof(Whole))
        {
            this.part = part;
            this.afterPart = afterPart;
            register_module(nameof(part), part);
        }

        public override Tensor forward(Tensor input)
        {
            Tensor output = part switch
            {
                TorchSharp.Modules.LSTM lstm => lstm.call(input).Item1,
                TorchSharp.Modules.GRU gru => gru.call(input).Item1,
                _ => ((TorchSharp.Modules.RNN)part).call(input).Item1,
            };
            afterPart();
            return output;
        }
    }
}

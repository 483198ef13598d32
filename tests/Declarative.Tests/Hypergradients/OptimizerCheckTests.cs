using Declarative.Tests.Optimizers;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Declarative.Tests.Hypergradients;

/// <summary>Every optimizer, in every mode and storage, against finite differences of whole runs.</summary>
public sealed class OptimizerCheckTests
{
    public static TheoryData<string> Names => OptimizerCase.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void All_modes_agree_with_finite_differences(string name)
    {
        using var small = new SmallProblem();
        using var scope = NewDisposeScope();
        using Sequential model = small.CreateModel();
        IUpdateRule rule = OptimizerCase.Of(name).CreateSet();
        var problem = new BilevelProblem(model, rule, batch => cross_entropy(model.call(batch.Inputs), batch.Targets),
            batch => cross_entropy(model.call(batch.Inputs), batch.Targets));
        HypergradientCheckResult result = HypergradientCheck.Run(problem, small.Training, small.Validation, new HypergradientCheckOptions { Steps = 6, ZerosFail = false });
        Assert.True(result.Passed, result.ToString());
        Assert.All(result.Rows, row => Assert.True(row.Verdict is HypergradientVerdict.Agrees, $"{row.Name}: {row.Verdict}"));
        Assert.Equal(rule.Hyperparameters.Count, result.Rows.Count);
        Assert.All(result.Rows, row => Assert.True(row.Graphs is not null && row.Checkpoints is not null && row.Forward is not null));
    }
}

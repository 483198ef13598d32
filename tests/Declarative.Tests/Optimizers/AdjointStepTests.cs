namespace Declarative.Tests.Optimizers;

public sealed class AdjointStepTests
{
    public static TheoryData<string> Names => [.. OptimizerCase.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Is_the_transpose_of_the_tangent_step(string name)
    {
        TransposeCheck.AssertTransposed(OptimizerCase.Of(name).CreateSet(), step: 1);
        TransposeCheck.AssertTransposed(OptimizerCase.Of(name).CreateSet(), step: 4);
        TransposeCheck.AssertTransposed(OptimizerCase.Of(name).CreateSet(), step: 8);
    }
}

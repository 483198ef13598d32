using Declarative.Rules;
using static TorchSharp.torch;

namespace Declarative.Tests.Rules;

/// <summary>A TorchSharp scalar that is left to its finalizer may be freed while native code reads it: where collections are frequent,
/// one step in some ten thousand then fails. No operation that steps are made of leaves one behind.</summary>
public sealed class ScalarLifetimeTests
{
    private const int Calls = 500;

    [Theory]
    [InlineData("Add")]
    [InlineData("AddInPlace")]
    [InlineData("Shift")]
    [InlineData("ShiftInPlace")]
    [InlineData("ShareAbove")]
    [InlineData("AddParameter")]
    public void No_scalar_is_left_to_the_finalizer(string operation)
    {
        using var scope = NewDisposeScope();
        Tensor x = zeros(2), y = zeros(2);
        using var adjoints = new UpdateAdjoints([], 0, x);
        Call(operation, x, y, adjoints);
        Assert.InRange(LeftToTheFinalizer(() => Call(operation, x, y, adjoints)), 0, Calls / 10);
    }

    [Fact]
    public void A_scalar_that_is_left_is_counted()
    {
        using var scope = NewDisposeScope();
        Tensor x = zeros(2), y = zeros(2);
        Assert.InRange(LeftToTheFinalizer(() => x.add_(y)), Calls * 9 / 10, Calls * 11 / 10);
    }

    private static long LeftToTheFinalizer(Action call)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        for (int i = 0; i < Calls; i++)
            call();
        GC.Collect();
        return GC.GetGCMemoryInfo().FinalizationPendingCount;
    }

    private static void Call(string operation, Tensor x, Tensor y, UpdateAdjoints adjoints)
    {
        using var scope = NewDisposeScope();
        switch (operation)
        {
            case "Add": x.Add(y); break;
            case "AddInPlace": x.AddInPlace(y); break;
            case "Shift": x.Shift(1); break;
            case "ShiftInPlace": x.ShiftInPlace(1); break;
            case "ShareAbove": x.ShareAbove(y); break;
            default: adjoints.AddParameter(y); break;
        }
    }
}

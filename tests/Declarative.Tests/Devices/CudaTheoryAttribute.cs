namespace Declarative.Tests.Devices;

/// <summary>A test on a GPU; skipped, with its reason, where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class CudaTheoryAttribute : TheoryAttribute
{
    private static readonly Lazy<string?> reason = new(Obstacle);

    public CudaTheoryAttribute() => Skip = reason.Value;

    private static string? Obstacle()
    {
        try
        {
            CudaDevice.Get();
            return null;
        }
        catch (CudaUnavailableException e)
        {
            return e.Message;
        }
    }
}

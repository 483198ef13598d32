namespace Declarative;

/// <summary>A GPU was asked for, and there is none that can be used. The message says why, and what to do.</summary>
public sealed class CudaUnavailableException : InvalidOperationException
{
    internal CudaUnavailableException(string message)
        : base(message)
    {
    }
}

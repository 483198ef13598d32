namespace Declarative;

/// <summary>libtorch, the native library under TorchSharp, could not be loaded. The message says why, and what to do.</summary>
/// <remarks>Where the first touch of TorchSharp is one of the application's own calls, .NET wraps this exception, for ever, in a
/// <see cref="TypeInitializationException"/> of TorchSharp's.</remarks>
public sealed class LibTorchLoadException : DllNotFoundException
{
    internal LibTorchLoadException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}

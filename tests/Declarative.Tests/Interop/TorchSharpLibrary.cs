using System.Text;

namespace Declarative.Tests.Interop;

/// <summary>TorchSharp's native library for Linux, as this test run uses it, and spoilt.</summary>
internal static class TorchSharpLibrary
{
    /// <summary>A function that it takes at its first call, in C++ and as its symbol has it; then what becomes of the symbol.</summary>
    public const string Called = "at::_ops::add_Tensor::call", CalledSymbol = "10add_Tensor4call", SpoiltCalled = "at::_ops::add_Tensor::cxll";

    /// <summary>A function without which it does not load, likewise.</summary>
    public const string Loaded = "torch::nn::Module::is_training", LoadedSymbol = "torch2nn6Module11is_training", SpoiltLoaded = "torch::nn::Module::is_trxining";

    /// <summary>Where it lies.</summary>
    public static string File => new[] { AppContext.BaseDirectory }.Concat(((string?)AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") ?? "").Split(':'))
        .Select(folder => Path.Combine(folder, "libLibTorchSharp.so")).First(System.IO.File.Exists);

    /// <summary>Its bytes.</summary>
    public static byte[] Read() => System.IO.File.ReadAllBytes(File);

    /// <summary>Its bytes, with symbols that no libtorch has: their last a is an x.</summary>
    public static byte[] Spoilt(params string[] symbols)
    {
        byte[] image = Read();
        foreach (string symbol in symbols)
        {
            int at = image.AsSpan().IndexOf(Encoding.ASCII.GetBytes(symbol));
            Assert.True(at > 0, symbol);
            image[at + symbol.LastIndexOf(symbol == LoadedSymbol ? "aining" : "all", StringComparison.Ordinal)] = (byte)'x';
        }

        return image;
    }
}

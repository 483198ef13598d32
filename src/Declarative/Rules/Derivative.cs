using static TorchSharp.torch;

namespace Declarative;

/// <summary>Says where an update rule means a derivative to be dropped.</summary>
public static class Derivative
{
    /// <summary>x, taken as a constant: d Stop(x) = 0, whatever x depends on.</summary>
    public static Tensor Stop(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        return x.detach();
    }

    /// <summary>x, taken as a constant: d Stop(x) = 0, whatever x depends on.</summary>
    public static double Stop(double x) => x;
}

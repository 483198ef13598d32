using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Samples.Study.Models;

/// <summary>A quadratic bowl whose training loss, and the hypergradients through it, have closed forms, in double precision: ½ θᵀΛθ - x̄·θ,
/// where the eigenvalues Λ fall from 1 to 1/condition and x̄ is the mean of a batch of random vectors, of mean Λθ* and covariance Λ, as
/// gradient noise has about the Hessian's. The validation loss is the same bowl with its bottom elsewhere.</summary>
internal sealed class Quadratic : Module<Tensor, Tensor>
{
    public const int Dimension = 20;

    private readonly Parameter θ;
    private readonly Tensor halfEigenvalues;

    /// <param name="condition">The largest eigenvalue over the smallest.</param>
    /// <param name="examples">How many random vectors there are.</param>
    /// <param name="seed">Decides start, bottoms and vectors.</param>
    public Quadratic(double condition, int examples, long seed) : base(nameof(Quadratic))
    {
        using var scope = NewDisposeScope();
        using Generator generator = new((ulong)seed);
        Tensor Normal(params long[] shape) => randn(shape, dtype: ScalarType.Float64, generator: generator);

        double[] eigenvalues = [.. Enumerable.Range(0, Dimension).Select(i => Math.Pow(condition, -i / (Dimension - 1.0)))];
        Tensor spectrum = tensor(eigenvalues, dtype: ScalarType.Float64), bottom = Normal(Dimension);
        Tensor shift = Normal(Dimension).mul(tensor(ValidationShift, dtype: ScalarType.Float64));
        θ = new Parameter(Normal(Dimension).DetachFromDisposeScope());
        halfEigenvalues = tensor(eigenvalues.Select(value => value / 2).ToArray(), dtype: ScalarType.Float64).DetachFromDisposeScope();
        Vectors = spectrum.mul(bottom).add(spectrum.sqrt().mul(Normal(examples, Dimension))).DetachFromDisposeScope();
        ValidationVector = spectrum.mul(bottom.add(shift)).unsqueeze(0).DetachFromDisposeScope();
        RegisterComponents();
    }

    /// <summary>How far the validation loss's bottom lies from the training loss's, in each direction.</summary>
    private const double ValidationShift = 0.3;

    /// <summary>The random vectors [examples, 20].</summary>
    public Tensor Vectors { get; }

    /// <summary>The one vector [1, 20] that stands for the validation loss.</summary>
    public Tensor ValidationVector { get; }

    /// <summary>The loss of vectors [n, 20]: a scalar.</summary>
    public override Tensor forward(Tensor vectors)
    {
        using var scope = NewDisposeScope();
        return halfEigenvalues.dot(θ.square()).sub(vectors.mean([0]).dot(θ)).MoveToOuterDisposeScope();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Vectors.Dispose();
            ValidationVector.Dispose();
            halfEigenvalues.Dispose();
        }
        base.Dispose(disposing);
    }
}

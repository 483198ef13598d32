namespace Declarative.Koopman;

/// <summary>How the linear map from each window of a trajectory to the next is fitted.</summary>
internal enum EigenvalueMethod
{
    /// <summary>All error is in the later window (projected DMD): noise shrinks eigenvalues.</summary>
    LeastSquares,

    /// <summary>Error is in both windows.</summary>
    TotalLeastSquares,

    /// <summary>The geometric mean of the map forward in time and the inverse of the one backward: their shrinkages cancel.</summary>
    ForwardBackward,
}

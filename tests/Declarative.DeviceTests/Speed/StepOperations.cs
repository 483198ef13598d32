namespace Declarative.DeviceTests;

/// <summary>How many operations of libtorch a step takes.</summary>
internal static class StepOperations
{
    /// <summary>Takes the step and counts; null where nothing counts them.</summary>
    // The one place to connect the library's recorder of operations to, once there is one.
    public static long? Of(Action step) => null;
}

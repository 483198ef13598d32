namespace Samples;

/// <summary>What the command line asks for that cannot be done. The message is one line for the user.</summary>
public sealed class UsageException(string message) : Exception(message);

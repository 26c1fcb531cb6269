namespace KmsGateway.Evidence.Verification.Inputs;

/// <summary>What a reader of files holds at once, so that its memory does not grow with a file.</summary>
internal static class TraceLimits
{
    private const int MiB = 1024 * 1024;

    /// <summary>Four times what OTLP recommends as the largest request.</summary>
    public const int MaxDocumentBytes = 256 * MiB;

    public static TraceFileException TooLong(TracePlace place, string what) =>
        new($"{place}: {what} has more than {MaxDocumentBytes / MiB} MiB, and is not read; write smaller requests, one on each line");
}

namespace KmsGateway.Cli.Terminal;

/// <summary>What the process says to scripts. <c>verify</c> has two more: see its outcome.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>The answer is no: refused, down, not as it should be.</summary>
    public const int Failure = 1;

    /// <summary>There is no answer: the command line is wrong, or something cannot be read.</summary>
    public const int UsageOrIo = 2;
}

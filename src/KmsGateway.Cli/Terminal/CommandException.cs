namespace KmsGateway.Cli.Terminal;

/// <summary>Ends a command with one line that says what is wrong and what to do.</summary>
internal sealed class CommandException : Exception
{
    public CommandException()
    {
    }

    public CommandException(string message)
        : base(message)
    {
    }

    public CommandException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The gateway asks to come again, after this time.</summary>
    public TimeSpan? RetryAfter { get; init; }

    public int ExitCode { get; init; } = Terminal.ExitCode.UsageOrIo;
}

namespace KmsGateway.Evidence.Verification.Inputs;

/// <summary>A file that is not read further, because a part of it is larger than this program takes. The message says where and what to do.</summary>
public sealed class TraceFileException : Exception
{
    public TraceFileException()
    {
    }

    public TraceFileException(string message)
        : base(message)
    {
    }

    public TraceFileException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

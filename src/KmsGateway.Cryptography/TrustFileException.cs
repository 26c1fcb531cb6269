namespace KmsGateway.Cryptography;

/// <summary>A trust file that must not be believed, and why.</summary>
public sealed class TrustFileException : Exception
{
    public TrustFileException()
    {
    }

    public TrustFileException(string message)
        : base(message)
    {
    }

    public TrustFileException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

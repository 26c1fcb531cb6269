namespace KmsGateway.Keys;

/// <summary>The gateway must not start with these keys. The message is for the operator and says why.</summary>
public sealed class KeyStartException : Exception
{
    public KeyStartException()
    {
    }

    public KeyStartException(string message)
        : base(message)
    {
    }

    public KeyStartException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

namespace KmsGateway.Keys.Administration;

/// <summary>What was asked for cannot be. The message is for the operator and says why.</summary>
public sealed class KeyAdministrationException : Exception
{
    public KeyAdministrationException()
    {
    }

    public KeyAdministrationException(string message)
        : base(message)
    {
    }

    public KeyAdministrationException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>There is no such key or tenant; else it is there, and not in the right state.</summary>
    public bool IsMissing { get; init; }

    /// <summary>The KMS or the key store does not answer. Later may be better.</summary>
    public bool IsOutage { get; init; }
}

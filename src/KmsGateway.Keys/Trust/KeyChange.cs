using KmsGateway.Keys.Stores;

namespace KmsGateway.Keys.Trust;

/// <summary>A key that goes to another stage.</summary>
internal sealed record KeyChange(KeyVersion Key, KeyStage To)
{
    /// <summary>Of a revocation: <see cref="Cryptography.KeyEvent.Superseded"/> or <see cref="Cryptography.KeyEvent.Compromise"/>.</summary>
    public string? Revocation { get; init; }

    /// <summary>Of a compromise, if it is known: since when somebody else may have had the key.</summary>
    public DateTimeOffset? CompromisedFrom { get; init; }
}

using System.Security.Cryptography;
using KmsGateway.Cryptography;

namespace KmsGateway.Evidence.Encryption;

/// <summary>Opens encrypted values (docs/format.md, E-12). Reused from one to the next.</summary>
public sealed class ValueOpener
{
    private readonly ValuePlace _place = new();
    private readonly CanonicalValue _canonical = new(limits: null);

    /// <param name="value">What stands there.</param>
    /// <param name="location">Where it stands.</param>
    /// <param name="tenant">Whose the key is that the value names, by its record.</param>
    /// <param name="decryptor">Of that key.</param>
    /// <param name="opened">What the value was. Nothing of it is released unless all of it fits.</param>
    public DecryptionRefusal Open(
        EncryptedValue value, ValueLocation location, string tenant, ValueDecryptor decryptor, out DecryptedValue? opened)
    {
        opened = null;
        if (location.Tenant is { } claimed && claimed != tenant)
        {
            return DecryptionRefusal.WrongTenant;
        }

        _place.SetSpan(tenant, Convert.FromHexString(location.TraceId), Convert.FromHexString(location.SpanId));
        _place.SetAttribute(location.Scope, location.Key.Span);
        var plaintext = new byte[value.PlaintextLength];
        if (!decryptor.TryDecrypt(value, _place.Json, plaintext))
        {
            return DecryptionRefusal.WrongPlace;
        }

        if (!DecryptedValue.TryTake(plaintext, _canonical, out opened))
        {
            CryptographicOperations.ZeroMemory(plaintext);
        }

        _canonical.Reset();
        return opened is null ? DecryptionRefusal.NotAValue : DecryptionRefusal.None;
    }
}

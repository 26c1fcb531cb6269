using KmsGateway.Cryptography;

namespace KmsGateway.Keys.Trust;

/// <summary>What the world is told about the keys: the trust file, and a plain JWK Set for each tenant.</summary>
public sealed class TrustPublisher
{
    /// <summary>How long a published <c>as_of</c> stands before it is renewed.</summary>
    internal static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(10);

    private readonly TrustLog _log;
    private readonly TrustRoot _root;
    private readonly TimeProvider _time;

    private volatile Published? _published;

    internal TrustPublisher(TrustLog log, TrustRoot root, TimeProvider time)
    {
        _log = log;
        _root = root;
        _time = time;
    }

    /// <summary>The trust file with its newest signed <c>as_of</c>. Never empty once the host has started.</summary>
    public ReadOnlyMemory<byte> TrustFileJson => _published?.Json ?? ReadOnlyMemory<byte>.Empty;

    /// <summary>Whether the published file is too old, or tells of less than is known.</summary>
    internal bool IsDue =>
        _published is not { } published
        || published.Count != _log.End.Count
        || _time.GetElapsedTime(published.Timestamp) >= MaxAge;

    /// <summary>The public keys of a tenant, of all times; null for a tenant that never had one.</summary>
    public byte[]? KeySetJson(string tenant) => _log.WriteKeySet(tenant);

    /// <exception cref="Providers.KmsException">The root could not sign; what was published stays.</exception>
    internal async Task RenewAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var (count, payload) = _log.AsOf(UnixNanoseconds.From(_time.GetUtcNow()));
            var timestamp = _time.GetTimestamp();

            // Signed outside the log's lock: a slow KMS must not hold up those who look for keys.
            var asOf = await _root.SignAsync(TrustFile.AsOfTyp, payload, cancellationToken);
            if (_log.TryWriteFile(count, asOf) is { } json)
            {
                _published = new Published(json, count, timestamp);
                return;
            }
        }
    }

    private sealed record Published(byte[] Json, long Count, long Timestamp);
}

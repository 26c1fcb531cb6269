using KmsGateway.Cryptography;
using KmsGateway.Keys.Instruments;
using KmsGateway.Keys.Stores;

namespace KmsGateway.Keys.Trust;

/// <summary>What the world is told about the keys: the trust file, and a plain JWK Set for each tenant.</summary>
public sealed class TrustPublisher
{
    /// <summary>How long a published <c>as_of</c> stands before it is renewed.</summary>
    internal static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(10);

    private readonly TrustLog _log;
    private readonly TrustRoot _root;
    private readonly IKeyStore _store;
    private readonly bool _maySign;
    private readonly KeyRetrievals _retrievals;
    private readonly TimeProvider _time;

    private volatile Published? _published;

    internal TrustPublisher(TrustLog log, TrustRoot root, IKeyStore store, bool maySign, KeyRetrievals retrievals, TimeProvider time)
    {
        _log = log;
        _root = root;
        _store = store;
        _maySign = maySign;
        _retrievals = retrievals;
        _time = time;
    }

    /// <summary>
    /// The trust file with its newest signed <c>as_of</c>. Empty only until a gateway that may sign as root has made the first one.
    /// </summary>
    public ReadOnlyMemory<byte> TrustFileJson => _published?.Json ?? ReadOnlyMemory<byte>.Empty;

    /// <summary>Whether the published file is too old, or tells of less than is known.</summary>
    internal bool IsDue =>
        _published is not { } published
        || published.Statement.N != _log.End.Count
        || _time.GetUtcNow() - published.Statement.At >= MaxAge;

    /// <summary>The public keys of a tenant, of all times; null for a tenant that never had one.</summary>
    public byte[]? KeySetJson(string tenant)
    {
        var start = _retrievals.Start();
        var keys = _log.WriteKeySet(tenant);
        if (keys is not null)
        {
            _retrievals.FromCache(KeyKind.Public, tenant, start);
        }

        return keys;
    }

    /// <summary>
    /// Takes the statement of another gateway if it is new enough, else has the root sign one. A gateway that may not has to wait for one.
    /// </summary>
    /// <exception cref="Providers.KmsException">The root could not sign; what was published stays.</exception>
    internal async Task RenewAsync(CancellationToken cancellationToken)
    {
        var stored = await _store.FindStatementAsync(cancellationToken);
        if (stored is not null && (!_maySign || _time.GetUtcNow() - stored.At < MaxAge) && TryPublish(stored))
        {
            return;
        }

        while (_maySign)
        {
            var now = _time.GetUtcNow();
            var (count, payload) = _log.AsOf(UnixNanoseconds.From(now));

            // Signed outside the log's lock: a slow KMS must not hold up those who look for keys.
            var statement = new StoredStatement(count, await _root.SignAsync(TrustFile.AsOfTyp, payload, cancellationToken), now);
            if (TryPublish(statement))
            {
                await _store.SaveStatementAsync(statement, cancellationToken);
                return;
            }
        }
    }

    private bool TryPublish(StoredStatement statement)
    {
        if (_log.TryWriteFile(statement) is not { } json)
        {
            return false;
        }

        _published = new Published(json, statement);
        return true;
    }

    private sealed record Published(byte[] Json, StoredStatement Statement);
}

using System.Collections.Concurrent;

namespace KmsGateway.FakeKms;

/// <summary>The keys of the fake: those that are there from the start, by aliases, and those that were created.</summary>
public sealed class KeyRing
{
    /// <summary>A symmetric multi-Region key.</summary>
    public const string Alias = "alias/kmsgateway";

    /// <summary>A symmetric key of one Region, another in each.</summary>
    public const string SingleRegionAlias = "alias/single-region";

    /// <summary>A symmetric key of a custom key store.</summary>
    public const string CustomKeyStoreAlias = "alias/custom-key-store";

    /// <summary>A multi-Region key that signs with Ed25519.</summary>
    public const string RootAlias = "alias/kmsgateway-root";

    /// <summary>A multi-Region key that signs with P-256.</summary>
    public const string P256RootAlias = "alias/kmsgateway-root-p256";

    private readonly Lock _lock = new();
    private readonly List<KmsKey> _keys = [];
    private readonly Dictionary<(string Region, string Alias), KmsKey> _aliases = [];

    public KeyRing()
    {
        foreach (var alias in new[] { Alias, SingleRegionAlias, CustomKeyStoreAlias, RootAlias, P256RootAlias })
        {
            Find(KmsCall.DefaultRegion, alias);
        }
    }

    /// <summary>Every secret that left it wrapped, for tests that look for them.</summary>
    public ConcurrentQueue<byte[]> Issued { get; } = new();

    public IReadOnlyList<KmsKey> All
    {
        get
        {
            lock (_lock)
            {
                return [.. _keys];
            }
        }
    }

    public KmsKey Add(KmsKey key)
    {
        lock (_lock)
        {
            _keys.Add(key);
        }

        return key;
    }

    /// <summary>By id, ARN or alias, in a Region.</summary>
    public KmsKey Find(string region, string reference)
    {
        lock (_lock)
        {
            if (reference.StartsWith("alias/", StringComparison.Ordinal))
            {
                return FindAlias(region, reference);
            }

            // A replica comes into being when it is first asked for.
            return _keys.Find(key => key.Region == region && (reference == key.Arn || reference == key.Id))
                ?? (_keys.Find(key => key.IsMultiRegion && IsReplica(key, region, reference)) is { } other
                    ? Replicate(other, region)
                    : throw KmsError.NotFound(reference));
        }
    }

    /// <summary>The key of a Region that made a ciphertext, or could have.</summary>
    public SymmetricKey? FindMaker(string region, byte[] ciphertext)
    {
        lock (_lock)
        {
            return _keys.OfType<SymmetricKey>().FirstOrDefault(key => key.Made(ciphertext)) is { } maker
                && (maker.Region == region || maker.IsMultiRegion)
                    ? (SymmetricKey)Find(region, maker.Id)
                    : null;
        }
    }

    private static bool IsReplica(KmsKey key, string region, string reference) =>
        reference == key.Id || reference == key.ReplicateTo(region).Arn;

    private KmsKey FindAlias(string region, string alias)
    {
        if (!_aliases.TryGetValue((region, alias), out var key))
        {
            key = _aliases.FirstOrDefault(pair => pair.Key.Alias == alias && pair.Value.IsMultiRegion).Value is { } other
                ? Replicate(other, region)
                : Add(Create(region, alias));
            _aliases[(region, alias)] = key;
        }

        return key;
    }

    private KmsKey Replicate(KmsKey key, string region) =>
        _keys.Find(candidate => candidate.Id == key.Id && candidate.Region == region) ?? Add(key.ReplicateTo(region));

    private static KmsKey Create(string region, string alias) => alias switch
    {
        Alias => new SymmetricKey(region, multiRegion: true),
        SingleRegionAlias => new SymmetricKey(region, multiRegion: false),
        CustomKeyStoreAlias => new SymmetricKey(region, multiRegion: false) { IsInCustomKeyStore = true },
        RootAlias => new AsymmetricKey(region, AsymmetricKey.Ed25519Spec, multiRegion: true),
        P256RootAlias => new AsymmetricKey(region, AsymmetricKey.P256Spec, multiRegion: true),
        _ => throw KmsError.NotFound(alias),
    };
}

using KmsGateway.Cryptography;

namespace KmsGateway.Fuzz;

/// <summary>A root, a tenant and its active key, always the same: findings can be repeated.</summary>
internal static class Installation
{
    public const string Tenant = "acme";

    private static readonly ulong Start = UnixNanoseconds.From(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    private static readonly SigningKey Root = SigningKey.FromSeed(Seed(1));

    public static SigningKey Key { get; } = SigningKey.FromSeed(Seed(2));

    public static TrustChain Chain { get; } = CreateChain();

    public static TrustFile Trust { get; } = TrustFile.Parse(TrustFileJson());

    public static byte[] TrustFileJson() => TrustFile.Write(Chain, Sign(TrustFile.AsOfTyp, TrustFile.AsOfPayload(Chain, Start)));

    /// <summary>A compact JWS of the root.</summary>
    public static string Sign(string typ, byte[] payload)
    {
        var input = Jws.SigningInput(Root.PublicKey, typ, payload);
        return Jws.Compact(input, Root.Sign(input));
    }

    public static byte[] KeyEventPayload(TrustChain chain, KeyStatus status) => new KeyEvent
    {
        Key = Key.PublicKey,
        Tenant = Tenant,
        Status = status,
        N = chain.Entries.Count + 1,
        Previous = chain.Head,
        NotBefore = Start,
    }.ToPayload();

    private static TrustChain CreateChain()
    {
        var chain = new TrustChain(Root.PublicKey);
        foreach (var status in (KeyStatus[])[KeyStatus.Published, KeyStatus.Active])
        {
            var isAdded = chain.TryAppend(Sign(KeyEvent.Typ, KeyEventPayload(chain, status)), out var error);
            InvariantException.ThrowIfNot(isAdded, error ?? "");
        }

        return chain;
    }

    private static byte[] Seed(byte value) => [.. Enumerable.Repeat(value, SigningKey.SecretSize)];
}

using KmsGateway.Cryptography;

namespace KmsGateway.Fuzz.Targets;

/// <summary>The trust file; and, because no mutation finds a signature, key events and ends of the chain that the root has signed.</summary>
internal sealed class TrustTarget : IFuzzTarget
{
    public string Name => "trust";

    public IEnumerable<byte[]> Seeds() =>
    [
        .. VectorInputs.TrustFiles(),
        Installation.TrustFileJson(),
        Installation.KeyEventPayload(Installation.Chain, KeyStatus.Retired),
        TrustFile.AsOfPayload(Installation.Chain, 1),
    ];

    public void Run(byte[] input)
    {
        TryParse(input);
        if (KeyEvent.TryParse(input, out var keyEvent))
        {
            InvariantException.ThrowIfNot(keyEvent.ToPayload().AsSpan().SequenceEqual(input), "a key event has one spelling");
        }

        var chain = new TrustChain(Installation.Chain.Root);
        foreach (var entry in Installation.Chain.Entries)
        {
            chain.TryAppend(entry, out _);
        }

        var known = chain.Keys.Single();
        if (chain.TryAppend(Installation.Sign(KeyEvent.Typ, input), out _))
        {
            InvariantException.ThrowIfNot(keyEvent is not null, "an entry of the chain is a key event");
            InvariantException.ThrowIfNot(
                keyEvent.Key.Kid != known.Key.Kid || (keyEvent.Status > known.Status && keyEvent.Tenant == known.Tenant),
                "a key only moves on, and stays its tenant's");
        }

        TryParse(TrustFile.Write(chain, Installation.Sign(TrustFile.AsOfTyp, input)));
    }

    private static void TryParse(byte[] json)
    {
        try
        {
            var trust = TrustFile.Parse(json);
            InvariantException.ThrowIfNot(
                trust.Chain.Keys.All(key => trust.Chain.Entries.Count > 0 && TenantId.IsValid(key.Tenant)), "a key has its entry");
        }
        catch (TrustFileException)
        {
            // Refused, which is an answer.
        }
    }
}

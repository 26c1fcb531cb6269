using Google.Protobuf;
using KmsGateway.Cryptography;
using KmsGateway.Evidence.Encryption;
using KmsGateway.Evidence.Otlp;
using KmsGateway.Testing.Traces;
using Xunit;

namespace KmsGateway.Evidence.Tests.Encryption;

public sealed class AttributeCipherTests
{
    // One cipher goes from request to request, so what one sender sends must not be what is wrong with the next one's.
    [Fact]
    public void Encrypt_ListAfterOneThatIsTooLarge_HasNoIssue()
    {
        var limits = new OtlpLimits { MaxAttributeBytes = 4_096 };
        var cipher = new AttributeCipher(limits);
        using var seed = new TenantSeed("acme", new string('0', 32), new byte[TenantSeed.Size]);

        Assert.Equal(SpanIssues.Size, Encrypt(cipher, seed, entries: 400));
        cipher.Reset();
        Assert.Equal(SpanIssues.None, Encrypt(cipher, seed, entries: 3));
    }

    private static SpanIssues Encrypt(AttributeCipher cipher, TenantSeed seed, int entries)
    {
        var encoding = ProtobufTraceEncoding.Instance;
        var list = Enumerable.Range(0, entries).Select(i => KeyValuePair.Create($"{i}", (object?)null));
        var body = TraceRequests.Of(SpanBuilder.Compliance().Attribute("pii", list).Build()).ToByteArray();
        var (scan, splicer, search) = (new TraceScan { TakesAll = true }, new TraceSplicer(), new AttributeSearch { OfSpans = new KeyPatterns(["pii"]) });
        Assert.Equal(OtlpError.None, encoding.Scan(body, KeyPatterns.None, KeyPatterns.None, new OtlpLimits(), scan));
        splicer.Reset(scan, body.Length);
        Assert.Equal(OtlpError.None, encoding.FindAttributes(body, scan, 0, search, out _));
        cipher.SetSpan("acme", encoding, body, search.Spans[0]);
        var encryptor = seed.Take();
        Assert.Equal(OtlpError.None, cipher.Encrypt(encoding, body, search.Of(search.Spans[0])[0], encryptor, splicer));
        seed.GiveBack(encryptor);
        return cipher.Issues;
    }
}

using System.Text;
using CsCheck;
using Google.Protobuf;
using KmsGateway.Cryptography;
using KmsGateway.Evidence.Encryption;
using KmsGateway.Evidence.Otlp;
using KmsGateway.Evidence.Signing;
using KmsGateway.Evidence.Tests.Properties;
using KmsGateway.Testing.Traces;
using OpenTelemetry.Proto.Collector.Trace.V1;
using Xunit;

namespace KmsGateway.Evidence.Tests.Encryption;

/// <summary>A request in protobuf and in JSON is one request: its values and their places are the same bytes, so what one encrypts the other decrypts.</summary>
public sealed class EncodingsTests : IDisposable
{
    private const int Requests = 250;
    private const string Tenant = "acme";

    // Keys that the generator likes; the last two stand under another name when they leave.
    private static readonly SensitiveKeys Sensitive = new(new KeyPatterns(
        ["a", "b", "key", "service.name", "1", "stringValue", "intValue", "audit.integrity.value.0", "audit.integrity.error.0"]));

    private readonly TenantSeed _seed = new(Tenant, new string('0', 32), new byte[TenantSeed.Size]);
    private readonly ValueDecryptor _decryptor;

    public EncodingsTests()
    {
        _decryptor = new ValueDecryptor(_seed);
    }

    public void Dispose()
    {
        _decryptor.Dispose();
        _seed.Dispose();
    }

    [Fact]
    public void Encrypt_ProtobufAndJsonOfOneRequest_HaveEqualPlaintextsAndPlaces()
    {
        var values = 0;
        Gen.Select(RequestGenerator.Request, Gen.Int).Sample(
            (request, seed) =>
            {
                var random = new Random(seed);
                var protobuf = Decrypt(Encrypt(WireSpelling.Change(request, random), ProtobufTraceEncoding.Instance), ProtobufTraceEncoding.Instance);
                var json = JsonSpelling.Change(OtlpJson.Format(request), random, integersToo: true);

                Assert.Equal(protobuf, Decrypt(Encrypt(json, JsonTraceEncoding.Instance), JsonTraceEncoding.Instance));
                values += protobuf.Count;
            },
            iter: Requests,
            threads: 1);

        Assert.True(values > Requests);
    }

    [Fact]
    public void Encrypt_AnyRequest_GivesTheSameRequestWithOtherValues() => RequestGenerator.Request.Sample(
        request =>
        {
            var encrypted = ExportTraceServiceRequest.Parser.ParseFrom(Encrypt(request.ToByteArray(), ProtobufTraceEncoding.Instance));
            var fromJson = OtlpJson.Parse(Encrypt(OtlpJson.Format(request), JsonTraceEncoding.Instance));

            Assert.Equal(Without(request), Without(encrypted));
            Assert.Equal(Without(request), Without(fromJson));
        },
        iter: Requests,
        threads: 1);

    private List<(string Place, string Plaintext)> Decrypt(byte[] body, ITraceEncoding encoding)
    {
        var (found, place, value) = (Find(body, encoding, out _), new ValuePlace(), new CanonicalValue(limits: null));
        var values = new List<(string, string)>();
        foreach (var span in found.Spans)
        {
            place.SetSpan(Tenant, encoding, body, span);
            foreach (var attribute in found.Of(span))
            {
                var key = encoding.ReadKey(body, attribute);
                place.SetAttribute(
                    attribute.Scope,
                    key,
                    attribute.Scope == AttributeScope.Span && SignatureAttributes.Reserved.Matches(key) ? SignatureAttributes.RenamedSuffix : default);
                Assert.Equal(OtlpError.None, value.Read(encoding, body, attribute));
                Assert.True(EncryptedValue.TryParse(value.Json["{\"stringValue\":\"".Length..^2], out var encrypted));
                var plaintext = new byte[encrypted.PlaintextLength];
                Assert.True(_decryptor.TryDecrypt(encrypted, place.Json, plaintext));
                values.Add((Encoding.UTF8.GetString(place.Json), Encoding.UTF8.GetString(plaintext)));
            }
        }

        // A spelling is free to put events before attributes.
        values.Sort();
        return values;
    }

    private byte[] Encrypt(byte[] body, ITraceEncoding encoding)
    {
        var (found, cipher, splicer) = (Find(body, encoding, out var scan), new AttributeCipher(new OtlpLimits()), new TraceSplicer());
        splicer.Reset(scan, body.Length);
        var encryptor = _seed.Take();
        foreach (var span in found.Spans)
        {
            cipher.SetSpan(Tenant, encoding, body, span);
            foreach (var attribute in found.Of(span))
            {
                Assert.Equal(OtlpError.None, cipher.Encrypt(encoding, body, attribute, encryptor, splicer));
                Assert.Equal(SpanIssues.None, cipher.Issues);
            }
        }

        _seed.GiveBack(encryptor);
        splicer.Complete();
        return [.. splicer.Slices(body).SelectMany(slice => slice.ToArray())];
    }

    private static AttributeSearch Find(byte[] body, ITraceEncoding encoding, out TraceScan scan)
    {
        scan = new TraceScan { TakesAll = true };
        var search = new AttributeSearch { OfSpans = Sensitive.OfSpans, OfOthers = Sensitive.Patterns };
        Assert.Equal(OtlpError.None, encoding.Scan(body, KeyPatterns.None, SignatureAttributes.Reserved, new OtlpLimits(), scan));
        for (var i = 0; i < scan.Spans.Length; i++)
        {
            Assert.Equal(OtlpError.None, encoding.FindAttributes(body, scan, i, search, out _));
        }

        return search;
    }

    private static ExportTraceServiceRequest Without(ExportTraceServiceRequest request)
    {
        var rest = request.Clone();
        foreach (var span in TraceRequests.SpansOf(rest))
        {
            var ofOthers = span.Events.SelectMany(item => item.Attributes).Concat(span.Links.SelectMany(item => item.Attributes));
            foreach (var attribute in span.Attributes.Where(attribute => Sensitive.OfSpans.Matches(Encoding.UTF8.GetBytes(attribute.Key)))
                .Concat(ofOthers.Where(attribute => Sensitive.Patterns.Matches(Encoding.UTF8.GetBytes(attribute.Key)))))
            {
                attribute.Value = null;
            }
        }

        return rest;
    }
}

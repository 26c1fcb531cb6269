using System.IO.Compression;
using KmsGateway.Cryptography;
using KmsGateway.Evidence.Otlp;
using KmsGateway.Evidence.Verification;
using KmsGateway.Evidence.Verification.Inputs;

namespace KmsGateway.Fuzz.Targets;

/// <summary>A file that an auditor was given: any form, any store, and what is in it.</summary>
internal sealed class FileTarget : IFuzzTarget
{
    private const int MostOfGzip = 1032;

    private readonly SpanVerifier _verifier = new(Trust(), new VerifierOptions { Tenant = "acme" });

    public string Name => "file";

    public IEnumerable<byte[]> Seeds() =>
    [
        .. VectorInputs.Of("json"),
        .. VectorInputs.Of("protobuf"),
        Gzip("{\"resourceSpans\":[]}\n"u8),
        [0, 0, 0, 2, 0x0A, 0, 0, 0, 0, 0],
        "{\n\"resourceSpans\":[{}],\"x\":1}"u8.ToArray(),
        "{\"batches\":[{\"scopeSpans\":[{\"spans\":[{\"traceId\":\"AAAAAAAAAAAAAAAAAAAAAQ==\",\"spanId\":\"AAAAAAAAAAE=\"}]}]}]}"u8.ToArray(),
        "{\"trace\":{\"resourceSpans\":[{}]},\"metrics\":{}}"u8.ToArray(),
        """
        {"data":[{"traceID":"1","spans":[{"traceID":"1","spanID":"2","operationName":"n","references":[{"refType":"CHILD_OF","traceID":"1",
        "spanID":"3"}],"startTime":1,"duration":2,"tags":[{"key":"compliance.a","type":"string","value":"v"},{"key":"span.kind","type":"string",
        "value":"server"},{"key":"i","type":"int64","value":5},{"key":"f","type":"float64","value":0.5},{"key":"b","type":"bool","value":true},
        {"key":"x","type":"binary","value":"AQ=="}],"logs":[{"timestamp":1,"fields":[{"key":"event","type":"string","value":"e"}]}],
        "processID":"p1"}],"processes":{"p1":{"serviceName":"s","tags":[]}}}],"total":0}
        """u8.ToArray(),
    ];

    public int Inflation(ReadOnlySpan<byte> input) => input.StartsWith<byte>([0x1F, 0x8B]) ? MostOfGzip : 1;

    public void Run(byte[] input)
    {
        try
        {
            // In memory nothing waits.
            ReadAsync(input).GetAwaiter().GetResult();
        }
        catch (Exception refusal) when (refusal is InvalidDataException or TraceFileException)
        {
            // Broken gzip, or larger than what is read: answers, too.
        }
    }

    private async Task ReadAsync(byte[] input)
    {
        await using var reader = new TraceFileReader(new MemoryStream(input));
        await foreach (var document in reader.ReadAsync())
        {
            InvariantException.ThrowIfNot(document.Place.Number > 0, "a document has a place");
            if (document.Error == OtlpError.None)
            {
                var judged = 0;
                var error = _verifier.Verify(document.Bytes, document.Encoding, verdict => judged += verdict.Text.Length > 0 ? 1 : 0, out var spans, document.Store);
                InvariantException.ThrowIfNot(error != OtlpError.None || judged <= spans, "no more verdicts than spans");
            }
        }

        InvariantException.ThrowIfNot(reader.Length == input.Length, "a file is read to its end");
    }

    private static TrustFile Trust() =>
        TrustFile.Parse(File.ReadAllBytes(Path.Combine(Corpus.RepositoryRoot, "tests", "vectors", "trust", "default.json")));

    private static byte[] Gzip(ReadOnlySpan<byte> text)
    {
        using var file = new MemoryStream();
        using (var gzip = new GZipStream(file, CompressionLevel.Fastest))
        {
            gzip.Write(text);
        }

        return file.ToArray();
    }
}

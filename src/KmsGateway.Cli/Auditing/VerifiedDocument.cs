using System.Buffers;
using KmsGateway.Evidence.Otlp;
using KmsGateway.Evidence.Verification;
using KmsGateway.Evidence.Verification.Inputs;

namespace KmsGateway.Cli.Auditing;

/// <summary>A document with what was found in it. It holds the document's bytes until it is disposed.</summary>
internal sealed class VerifiedDocument : IDisposable
{
    private byte[]? _rented;

    /// <param name="document">Copied: the reader uses its bytes again.</param>
    public VerifiedDocument(TraceDocument document)
    {
        _rented = ArrayPool<byte>.Shared.Rent(document.Bytes.Length);
        document.Bytes.CopyTo(_rented);
        Document = document with { Bytes = _rented.AsMemory(0, document.Bytes.Length) };
        Error = document.Error;
    }

    public TraceDocument Document { get; }

    /// <summary>Why it cannot be read, or not to its end.</summary>
    public OtlpError Error { get; private set; }

    public int SpanCount { get; private set; }

    public List<SpanVerdict> Verdicts { get; } = [];

    public void Verify(SpanVerifier verifier)
    {
        if (Error == OtlpError.None)
        {
            Error = verifier.Verify(Document.Bytes, Document.Encoding, Verdicts.Add, out var spans, Document.Store);
            SpanCount = spans;
        }
    }

    public void Dispose()
    {
        if (_rented is { } rented)
        {
            _rented = null;
            ArrayPool<byte>.Shared.Return(rented);
        }
    }
}

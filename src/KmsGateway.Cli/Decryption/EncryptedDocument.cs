using KmsGateway.Evidence.Encryption;
using KmsGateway.Evidence.Verification.Inputs;

namespace KmsGateway.Cli.Decryption;

/// <summary>A document of a file of which the copy has another form.</summary>
/// <param name="Place">Where it stands.</param>
/// <param name="Origin">How it stands there.</param>
/// <param name="Request">The document with bytes of its own.</param>
/// <param name="IsOneLine">It is JSON without a line break: it may be one of a file of lines.</param>
internal sealed record EncryptedDocument(TracePlace Place, TraceOrigin Origin, EncryptedRequest Request, bool IsOneLine)
{
    /// <summary>What the copy has in its place: of an answer of a store, a request on a line of its own.</summary>
    public byte[] ToBytes()
    {
        var bytes = Origin.Frame(Request.Complete());
        if (Origin.Framing == TraceFraming.Answer)
        {
            return JsonLine.Of(bytes);
        }

        if (IsOneLine)
        {
            // An attribute that comes back as it came may bring line breaks, as white space between tokens.
            bytes.AsSpan().Replace((byte)'\n', (byte)' ');
        }

        return bytes;
    }
}

using KmsGateway.Evidence.Encryption;
using KmsGateway.Evidence.Verification.Inputs;

namespace KmsGateway.Cli.Decryption;

/// <summary>A document of a file of which the copy has another form.</summary>
/// <param name="Place">Where it stands.</param>
/// <param name="Origin">How it stands there.</param>
/// <param name="Request">The document with bytes of its own.</param>
internal sealed record EncryptedDocument(TracePlace Place, TraceOrigin Origin, EncryptedRequest Request)
{
    /// <summary>What the copy has in its place: of an answer of a store, a request on a line of its own.</summary>
    public byte[] ToBytes() =>
        Origin.Framing == TraceFraming.Answer ? JsonLine.Of(Origin.Frame(Request.Complete())) : Origin.Frame(Request.Complete());
}

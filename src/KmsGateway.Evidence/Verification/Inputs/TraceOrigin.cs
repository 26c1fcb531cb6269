using System.Buffers.Binary;
using KmsGateway.Evidence.Verification.Stores;

namespace KmsGateway.Evidence.Verification.Inputs;

/// <summary>Where in its file a document lies.</summary>
/// <param name="Framing">How it stands there.</param>
/// <param name="Offset">How far behind what a <see cref="ITraceFileListener"/> has been told of.</param>
/// <param name="Length">With its frame.</param>
public readonly record struct TraceOrigin(TraceFraming Framing, int Offset, int Length)
{
    /// <summary>Another request as it would stand in the place of the document.</summary>
    public byte[] Frame(IEnumerable<ReadOnlyMemory<byte>> request)
    {
        using var bytes = new MemoryStream();
        if (Framing == TraceFraming.LengthPrefixed)
        {
            bytes.Write(stackalloc byte[LengthPrefixedRequests.LengthSize]);
        }

        foreach (var slice in request)
        {
            bytes.Write(slice.Span);
        }

        var framed = bytes.ToArray();
        switch (Framing)
        {
            case TraceFraming.LengthPrefixed:
                BinaryPrimitives.WriteInt32BigEndian(framed, framed.Length - LengthPrefixedRequests.LengthSize);
                return framed;
            case TraceFraming.Element:
                return framed[StoreAnswers.BeforePart.Length..^StoreAnswers.BehindPart.Length];
            default:
                return framed;
        }
    }
}

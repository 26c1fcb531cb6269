using System.Buffers;

namespace KmsGateway.Evidence.Verification.Stores;

/// <summary>Parts of requests and of stores' answers as requests in OTLP/JSON: from there on they are read like any other.</summary>
internal static class StoreAnswers
{
    /// <summary>What a request has around a ResourceSpans that is its only one.</summary>
    public static ReadOnlySpan<byte> BeforePart => "{\"resourceSpans\":["u8;

    /// <inheritdoc cref="BeforePart"/>
    public static ReadOnlySpan<byte> BehindPart => "]}"u8;

    /// <param name="part">A ResourceSpans, or a trace of Jaeger's.</param>
    /// <param name="store">Whose it is.</param>
    /// <param name="output">Takes the request.</param>
    /// <param name="limit">How large a request may become that is larger than its part; beyond it, it is not whole.</param>
    /// <returns>False when the part is not of the store's shape.</returns>
    public static bool TryWriteOtlp(ReadOnlyMemory<byte> part, TraceStore store, IBufferWriter<byte> output, int limit)
    {
        if (store == TraceStore.Jaeger)
        {
            return JaegerTrace.TryWrite(part, output, limit);
        }

        output.Write(BeforePart);
        if (store == TraceStore.Tempo)
        {
            TempoResourceSpans.Write(part.Span, output);
        }
        else
        {
            output.Write(part.Span);
        }

        output.Write(BehindPart);
        return true;
    }
}

namespace KmsGateway.Evidence.Verification.Inputs;

/// <summary>What a JSON text is (docs/format.md, L-1), told by the member that holds its spans.</summary>
internal enum JsonTextForm
{
    /// <summary><c>resourceSpans</c>: a request.</summary>
    Otlp = 0,

    /// <summary><c>resourceSpans</c> with ids in base64: a request as Tempo writes it.</summary>
    OtlpOfTempo,

    /// <summary><c>batches</c> or <c>trace</c>: an answer of Tempo.</summary>
    TempoAnswer,

    /// <summary><c>data</c>: an answer of Jaeger.</summary>
    JaegerAnswer,
}

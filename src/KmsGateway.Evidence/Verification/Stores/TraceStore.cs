namespace KmsGateway.Evidence.Verification.Stores;

/// <summary>Whose answer a document is: what a store cannot give back is no alteration.</summary>
public enum TraceStore
{
    /// <summary>OTLP as it was written.</summary>
    None = 0,

    /// <summary>The JSON of Tempo's API.</summary>
    Tempo,

    /// <summary>The JSON of Jaeger's API.</summary>
    Jaeger,
}

namespace KmsGateway.Evidence.Verification.Inputs;

/// <summary>What a file is, by its first bytes (docs/format.md, X-3).</summary>
internal enum TraceFileForm
{
    /// <summary>More bytes decide.</summary>
    Undecided = 0,

    Json,

    /// <summary>One request in protobuf.</summary>
    Protobuf,

    /// <summary>Requests in protobuf, each behind its length.</summary>
    LengthPrefixed,
}

namespace KmsGateway.Proxy.Bodies;

/// <summary>How a body, or a gRPC message, is compressed.</summary>
internal enum ContentCoding
{
    Identity,
    Gzip,

    /// <summary>The zlib format: https://www.rfc-editor.org/rfc/rfc9110#section-8.4.1.2</summary>
    Deflate,
    Zstd,
}

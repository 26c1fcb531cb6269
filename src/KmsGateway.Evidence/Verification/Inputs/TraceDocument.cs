using KmsGateway.Evidence.Otlp;
using KmsGateway.Evidence.Verification.Stores;

namespace KmsGateway.Evidence.Verification.Inputs;

/// <summary>What of a file is verified on its own: an export request, or one of its ResourceSpans. Its bytes last until the next is read.</summary>
/// <param name="Place">Where it begins.</param>
/// <param name="Bytes">The request as OTLP, whatever the file has.</param>
/// <param name="Encoding">The form of <paramref name="Bytes"/>.</param>
/// <param name="Store">The store whose answer it was.</param>
/// <param name="Error">It cannot be read; what there is of it is in <paramref name="Bytes"/>.</param>
/// <param name="Origin">Where it lies in the file, unless it cannot be read.</param>
public readonly record struct TraceDocument(
    TracePlace Place,
    ReadOnlyMemory<byte> Bytes,
    ITraceEncoding Encoding,
    TraceStore Store = TraceStore.None,
    OtlpError Error = OtlpError.None,
    TraceOrigin Origin = default);

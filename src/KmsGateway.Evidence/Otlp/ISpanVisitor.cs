namespace KmsGateway.Evidence.Otlp;

/// <summary>Takes one span: its attributes, events and links in any order of the three, then its core.</summary>
public interface ISpanVisitor : IAttributeVisitor
{
    /// <summary>Brackets the span's attributes, which come as one map.</summary>
    void BeginAttributes();

    void EndAttributes();

    void BeginEvents();

    /// <summary>Brackets one event; its attributes come as one map in between.</summary>
    void BeginEvent();

    void EndEvent(ReadOnlySpan<byte> name, ulong time);

    void EndEvents();

    void BeginLinks();

    /// <summary>Brackets one link; its attributes come as one map in between.</summary>
    void BeginLink();

    void EndLink(ReadOnlySpan<byte> traceId, ReadOnlySpan<byte> spanId);

    void EndLinks();

    void Core(in SpanCore core);
}

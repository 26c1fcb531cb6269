using KmsGateway.Evidence.Otlp;

namespace KmsGateway.Proxy.Forwarding.EmbeddedSink;

/// <summary>Writes the members of one message.</summary>
internal delegate void MessageWriter(ref ProtobufJsonWriter to, WireReader message);

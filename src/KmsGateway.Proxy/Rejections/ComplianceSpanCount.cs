namespace KmsGateway.Proxy.Rejections;

/// <summary>On a request whose compliance spans were found: how many, for whoever refuses it afterwards.</summary>
internal sealed record ComplianceSpanCount(int Spans);

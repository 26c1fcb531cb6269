using System.Text.Json;
using KmsGateway.Cryptography;
using OpenTelemetry.Proto.Trace.V1;

namespace KmsGateway.Proxy.Tests.Support;

/// <summary>What a span carries of the gateway, in words that a test can compare.</summary>
internal static class SignatureText
{
    /// <summary><c>signed</c>, the reason why it is not, or <c>untouched</c>.</summary>
    public static string Fate(Span span) => Text(span, "audit.integrity.value") is null ? Error(span) ?? "untouched" : "signed";

    public static string? Error(Span span) => Text(span, "audit.integrity.error");

    public static string TenantAndSource(Span span)
    {
        Assert.True(Base64UrlText.TryDecode(Text(span, "audit.integrity.statement")!, out var json));
        using var statement = JsonDocument.Parse(json);
        return $"{statement.RootElement.GetProperty("tenant")} {statement.RootElement.GetProperty("src")}";
    }

    private static string? Text(Span span, string key) =>
        span.Attributes.SingleOrDefault(attribute => attribute.Key == key)?.Value.StringValue;
}

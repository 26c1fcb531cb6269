using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using KmsGateway.Cryptography;
using KmsGateway.Evidence.Otlp;

namespace KmsGateway.Evidence.Signing;

/// <summary>What a signature says: who received which content when, under which policy.</summary>
public sealed class Statement
{
    public const int SaltSize = 16;

    private static readonly string[] Sources = ["credential", "header", "attribute", "default"];

    public required Coverage Coverage { get; init; }

    public required SpanDigests Digests { get; init; }

    public required ulong IssuedAt { get; init; }

    public required string Policy { get; init; }

    public required byte[] Salt { get; init; }

    public required byte[] SpanId { get; init; }

    public required TenantSource Source { get; init; }

    public required string Tenant { get; init; }

    public required byte[] TraceId { get; init; }

    /// <summary>Writes the canonical form: the one place that knows it. Reading ends in writing again and comparing.</summary>
    public static void Write(
        CanonicalJsonWriter writer,
        Coverage coverage,
        SpanDigests digests,
        ulong issuedAt,
        string policy,
        ReadOnlySpan<byte> salt,
        ReadOnlySpan<byte> spanId,
        TenantSource source,
        string tenant,
        ReadOnlySpan<byte> traceId)
    {
        writer.BeginObject();
        writer.Name("cov"u8);
        writer.Raw(coverage.Json.Span);
        writer.Name("dig"u8);
        writer.BeginObject();
        writer.Name("attr"u8);
        writer.Base64Url(digests[SpanGroup.Attributes]);
        writer.Name("core"u8);
        writer.Base64Url(digests[SpanGroup.Core]);
        writer.Name("ev"u8);
        writer.Base64Url(digests[SpanGroup.Events]);
        writer.Name("lnk"u8);
        writer.Base64Url(digests[SpanGroup.Links]);
        writer.Name("res"u8);
        writer.Base64Url(digests[SpanGroup.Resource]);
        writer.EndObject();
        writer.Name("iat"u8);
        writer.IntegerString(issuedAt);
        writer.Name("pol"u8);
        writer.String(policy);
        writer.Name("salt"u8);
        writer.Base64Url(salt);
        writer.Name("span_id"u8);
        writer.HexString(spanId);
        writer.Name("src"u8);
        writer.String(Sources[(int)source]);
        writer.Name("tenant"u8);
        writer.String(tenant);
        writer.Name("trace_id"u8);
        writer.HexString(traceId);
        writer.Name("v"u8);
        writer.String(FormatVersion.Span);
        writer.EndObject();
    }

    /// <summary>Reads a statement that is byte for byte what <see cref="Write"/> gives.</summary>
    public static bool TryParse(ReadOnlyMemory<byte> json, [NotNullWhen(true)] out Statement? statement)
    {
        statement = null;
        if (!StrictJson.TryParse(json, out var document))
        {
            return false;
        }

        using (document)
        {
            if (!TryRead(document.RootElement, out statement))
            {
                return false;
            }
        }

        var writer = new CanonicalJsonWriter();
        Write(
            writer, statement.Coverage, statement.Digests, statement.IssuedAt, statement.Policy, statement.Salt, statement.SpanId,
            statement.Source, statement.Tenant, statement.TraceId);
        return writer.Written.SequenceEqual(json.Span);
    }

    /// <summary>A JSON object that names another version of the format; what it is then is not for this version to say.</summary>
    public static bool IsOfAnotherVersion(ReadOnlyMemory<byte> json)
    {
        if (!StrictJson.TryParse(json, out var document))
        {
            return false;
        }

        using (document)
        {
            return StrictJson.Text(document.RootElement, "v") is not (null or FormatVersion.Span);
        }
    }

    private static bool TryRead(JsonElement root, [NotNullWhen(true)] out Statement? statement)
    {
        statement = null;
        var digests = new SpanDigests();
        if (!root.TryGetProperty("cov"u8, out var cov) || !Coverage.TryRead(cov, out var coverage)
            || !root.TryGetProperty("dig"u8, out var dig) || dig.ValueKind != JsonValueKind.Object || !TryReadDigests(dig, digests)
            || !UnixNanoseconds.TryParse(StrictJson.Text(root, "iat"), out var issuedAt)
            || StrictJson.Text(root, "pol") is not { } policy || !Base64UrlText.TryDecode(policy, PolicyId.Bytes, out _)
            || !Base64UrlText.TryDecode(StrictJson.Text(root, "salt"), SaltSize, out var salt)
            || !TryReadId(StrictJson.Text(root, "span_id"), 8, out var spanId)
            || !TryReadId(StrictJson.Text(root, "trace_id"), 16, out var traceId)
            || Array.IndexOf(Sources, StrictJson.Text(root, "src")) is var source && source < 0
            || StrictJson.Text(root, "tenant") is not { } tenant || !TenantId.IsValid(tenant))
        {
            return false;
        }

        statement = new Statement
        {
            Coverage = coverage!,
            Digests = digests,
            IssuedAt = issuedAt,
            Policy = policy,
            Salt = salt,
            SpanId = spanId,
            Source = (TenantSource)source,
            Tenant = tenant,
            TraceId = traceId,
        };
        return true;
    }

    private static bool TryReadDigests(JsonElement dig, SpanDigests digests)
    {
        foreach (var group in Enum.GetValues<SpanGroup>())
        {
            if (!Base64UrlText.TryDecode(StrictJson.Text(dig, SpanDigests.Name(group)), SpanDigests.Size, out var digest))
            {
                return false;
            }

            digest.CopyTo(digests[group]);
        }

        return true;
    }

    private static bool TryReadId(string? text, int size, out byte[] bytes)
    {
        bytes = new byte[size];
        return text?.Length == size * 2
            && Convert.FromHexString(text, bytes, out _, out _) == System.Buffers.OperationStatus.Done
            && bytes.AsSpan().ContainsAnyExcept((byte)0);
    }
}

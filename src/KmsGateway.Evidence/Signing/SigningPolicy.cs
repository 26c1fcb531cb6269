using KmsGateway.Cryptography;
using KmsGateway.Evidence.Compliance;
using KmsGateway.Evidence.Otlp;

namespace KmsGateway.Evidence.Signing;

/// <summary>The settings under which a tenant's spans are signed, and the hash by which statements name them.</summary>
public sealed class SigningPolicy
{
    /// <exception cref="ArgumentException">The coverage leaves out what makes a span a compliance span, or is too long.</exception>
    /// <param name="encryption">The attributes that are encrypted before signing; null for none.</param>
    public SigningPolicy(
        string tenant, ComplianceRules rules, Coverage coverage, string mode, OversizePolicy oversize, KeyPatterns? encryption = null)
    {
        if (!coverage.Attributes.Contains(rules.Keys) || !coverage.Resource.Contains(rules.Keys))
        {
            throw new ArgumentException(
                "the coverage must hold every key that the compliance rules read, among span and resource attributes alike",
                nameof(coverage));
        }

        if (coverage.Json.Length > Coverage.MaxBytes)
        {
            throw new ArgumentException(
                $"the coverage has {coverage.Json.Length} bytes, {Coverage.MaxBytes} are allowed: use fewer or shorter patterns",
                nameof(coverage));
        }

        Tenant = tenant;
        Coverage = coverage;
        Oversize = oversize;
        Json = Write(tenant, rules, coverage, mode, oversize, encryption ?? KeyPatterns.None);
        Id = PolicyId.Of(Json.Span);
    }

    public string Tenant { get; }

    public Coverage Coverage { get; }

    public OversizePolicy Oversize { get; }

    /// <summary>By which statements name it.</summary>
    public string Id { get; }

    public ReadOnlyMemory<byte> Json { get; }

    private static byte[] Write(
        string tenant, ComplianceRules rules, Coverage coverage, string mode, OversizePolicy oversize, KeyPatterns encryption)
    {
        var writer = new CanonicalJsonWriter();
        writer.BeginObject();
        writer.Name("cov"u8);
        writer.Raw(coverage.Json.Span);
        writer.Name("encryption"u8);
        Write(writer, encryption);
        writer.Name("mode"u8);
        writer.String(mode);
        writer.Name("oversize"u8);
        oversize.Write(writer);
        writer.Name("rules"u8);
        Write(writer, rules.Keys);
        writer.Name("tenant"u8);
        writer.String(tenant);
        writer.EndObject();
        return writer.ToArray();
    }

    private static void Write(CanonicalJsonWriter writer, KeyPatterns patterns)
    {
        writer.BeginArray();
        foreach (var pattern in patterns.Patterns)
        {
            writer.String(pattern);
        }

        writer.EndArray();
    }
}

using KmsGateway.Cryptography;
using KmsGateway.Evidence.Compliance;

namespace KmsGateway.Evidence.Signing;

/// <summary>The settings under which a tenant's spans are signed, and the hash by which statements name them.</summary>
public sealed class SigningPolicy
{
    /// <exception cref="ArgumentException">The coverage leaves out what makes a span a compliance span, or is too long.</exception>
    public SigningPolicy(string tenant, ComplianceRules rules, Coverage coverage, string mode, OversizePolicy oversize)
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
        Json = Write(tenant, rules, coverage, mode, oversize);
        Id = PolicyId.Of(Json.Span);
    }

    public string Tenant { get; }

    public Coverage Coverage { get; }

    public OversizePolicy Oversize { get; }

    /// <summary>By which statements name it.</summary>
    public string Id { get; }

    public ReadOnlyMemory<byte> Json { get; }

    private static byte[] Write(string tenant, ComplianceRules rules, Coverage coverage, string mode, OversizePolicy oversize)
    {
        var writer = new CanonicalJsonWriter();
        writer.BeginObject();
        writer.Name("cov"u8);
        writer.Raw(coverage.Json.Span);
        writer.Name("encryption"u8);
        writer.BeginArray();
        writer.EndArray();
        writer.Name("mode"u8);
        writer.String(mode);
        writer.Name("oversize"u8);
        oversize.Write(writer);
        writer.Name("rules"u8);
        writer.BeginArray();
        foreach (var pattern in rules.Keys.Patterns)
        {
            writer.String(pattern);
        }

        writer.EndArray();
        writer.Name("tenant"u8);
        writer.String(tenant);
        writer.EndObject();
        return writer.ToArray();
    }
}

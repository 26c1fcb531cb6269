using KmsGateway.Cryptography;

namespace KmsGateway.Cli.Auditing;

/// <summary>A trust file that was read and believed.</summary>
/// <param name="Source">The path or URL as it was given.</param>
/// <param name="Sha256">Of its bytes.</param>
/// <param name="File">What it says.</param>
/// <param name="IsPinned">The root is the one that the auditor was told of by another way.</param>
internal sealed record LoadedTrust(string Source, string Sha256, TrustFile File, bool IsPinned)
{
    public string Root => File.Chain.Root.Kid;

    public IReadOnlyList<string> Tenants { get; } =
        [.. File.Chain.Keys.Select(key => key.Tenant).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
}

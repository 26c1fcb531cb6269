using System.IO.Compression;

namespace KmsGateway.Cli.Sending;

/// <summary>How requests are sent.</summary>
/// <param name="Tenant">Named in the header <c>X-Scope-OrgID</c>; null names none.</param>
/// <param name="Gzip">Whether bodies are compressed.</param>
internal sealed record SendOptions(string? Tenant = null, bool Gzip = false)
{
    public const string TenantHeader = "X-Scope-OrgID";

    /// <summary>Longer than a gateway holds a request while it waits for a key.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    public byte[] Compress(byte[] body)
    {
        if (!Gzip)
        {
            return body;
        }

        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Fastest))
        {
            gzip.Write(body);
        }

        return output.ToArray();
    }

    public void AddTenant(HttpRequestMessage request)
    {
        if (Tenant is not null)
        {
            request.Headers.Add(TenantHeader, Tenant);
        }
    }
}

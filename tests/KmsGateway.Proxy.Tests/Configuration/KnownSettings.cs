using KmsGateway.Keys.Options;
using KmsGateway.Proxy.Listeners;
using KmsGateway.Proxy.Management.Administration;
using KmsGateway.Proxy.Management.Health;
using KmsGateway.Proxy.Protection;
using KmsGateway.Proxy.Telemetry;
using KmsGateway.Proxy.Tenancy;
using Microsoft.Extensions.Configuration;
using Yarp.ReverseProxy.Configuration;

namespace KmsGateway.Proxy.Tests.Configuration;

/// <summary>Whether a key of a configuration is one that somebody reads, by the types that it is bound to.</summary>
internal static class KnownSettings
{
    // Sections with several readers have several types.
    private static readonly Dictionary<string, Type[]> Sections = new(StringComparer.Ordinal)
    {
        ["Tenancy"] = [typeof(TenancyOptions), typeof(TenantList)],
        ["Kms"] = [typeof(KmsOptions)],
        ["KeyStore"] = [typeof(KeyStoreOptions)],
        ["Rotation"] = [typeof(RotationOptions)],
        ["Cache"] = [typeof(CacheOptions)],
        ["Admin"] = [typeof(AdminOptions)],
        ["Encryption"] = [typeof(EncryptionOptions)],
        ["Enforcement"] = [typeof(EnforcementOptions)],
        ["Compliance"] = [typeof(ComplianceOptions)],
        ["Signing"] = [typeof(SigningOptions)],
        ["Tls"] = [typeof(TlsOptions)],
        ["ReverseProxy"] = [typeof(Upstreams)],
        ["Telemetry"] = [typeof(TelemetryOptions), typeof(TenantLabelOptions)],
        ["Readiness"] = [typeof(HealthOptions)],
        ["Kestrel"] = [typeof(KestrelSection)],
    };

    /// <summary>The keys that nobody reads.</summary>
    public static IEnumerable<string> Strangers(IConfiguration configuration) => configuration.AsEnumerable()
        .Where(setting => setting.Value is not null)
        .Select(setting => setting.Key)
        .Where(key => !IsKnown(key.Split(':')));

    private static bool IsKnown(string[] path) =>
        Sections.TryGetValue(path[0], out var types) && types.Any(type => IsKnown(path.AsSpan(1), type));

    private static bool IsKnown(ReadOnlySpan<string> path, Type type)
    {
        if (path.IsEmpty)
        {
            return true;
        }

        // Of a list the elements, of a dictionary the values, under whatever name.
        if (type.IsGenericType)
        {
            return IsKnown(path[1..], type.GetGenericArguments()[^1]);
        }

        return type.GetProperty(path[0]) is { } property && IsKnown(path[1..], property.PropertyType);
    }

    private sealed record TenantList(IList<string> Tenants);

    private sealed record Upstreams(IDictionary<string, ClusterConfig> Clusters);

    private sealed record KestrelSection(Endpoints Endpoints, IDictionary<string, Certificate> Certificates);

    private sealed record Endpoints(Endpoint OtlpGrpc, Endpoint OtlpHttp, Endpoint Management);

    private sealed record Endpoint(string Url, Certificate Certificate);

    private sealed record Certificate(string Path, string KeyPath);
}

using BenchmarkDotNet.Attributes;
using KmsGateway.Keys;

namespace KmsGateway.Benchmarks;

/// <summary>A lease on a cached key, taken and given back.</summary>
[MemoryDiagnoser]
public class CachedKeyBenchmarks
{
    private static readonly string Tenant = Installation.TenantName(0);

    private Installation _installation = null!;
    private TenantKeys _keys = null!;

    [GlobalSetup]
    public async Task StartAsync()
    {
        _installation = await Installation.StartAsync(tenants: 1);
        _keys = _installation.Keys;
        (await _keys.GetSigningKeyAsync(Tenant, CancellationToken.None)).Lease!.Dispose();
    }

    [GlobalCleanup]
    public async Task StopAsync() => await _installation.DisposeAsync();

    [Benchmark]
    public void GetSigningKey() => _keys.TakeAndReturn(Tenant);
}

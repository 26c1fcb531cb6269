namespace KmsGateway.Proxy.Management;

/// <summary>On an endpoint of the management port that takes larger bodies than the others.</summary>
internal sealed record ManagementBodySize(long MaxBytes);

namespace KmsGateway.Proxy.Tests.Telemetry;

/// <summary>Providers hear every meter and every source of their names in the process: while others run, their gateways would be heard too.</summary>
[CollectionDefinition(nameof(HearsEverything), DisableParallelization = true)]
public sealed class HearsEverything;

namespace KmsGateway.Cli.Tests.Fixtures;

internal sealed record ReceivedRequest(string Path, string Protocol, IReadOnlyDictionary<string, string> Headers, byte[] Body);

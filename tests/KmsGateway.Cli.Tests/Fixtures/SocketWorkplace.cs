namespace KmsGateway.Cli.Tests.Fixtures;

/// <summary>A workplace with a network.</summary>
internal static class SocketWorkplace
{
    public static Workplace Create() => new() { CreateHandler = _ => new SocketsHttpHandler { UseProxy = false } };
}

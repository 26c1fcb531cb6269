using System.Text.Json.Nodes;
using KmsGateway.Testing;
using KmsGateway.Testing.Clients;
using KmsGateway.Testing.Processes;
using KmsGateway.Testing.Traces;
using Xunit;

namespace KmsGateway.EndToEnd.Tests.Evidence;

/// <summary>One compliance span with everything a span can have, signed by the real gateway, and the keys to verify it.</summary>
public sealed class SignedLine : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private string _line = "";

    public async ValueTask InitializeAsync()
    {
        var request = TraceRequests.Of(SpanBuilder.Compliance().Everything().Build());
        request.ResourceSpans[0].Resource.Attributes.Add(AnyValues.Pair("compliance.environment", "production"));

        await using var gateway = await GatewayProcess.StartAsync(new GatewayProcessOptions { DataDirectory = _folder.Path });
        using var client = new OtlpClient();
        (await client.SendAsync(gateway.OtlpHttp, request)).Succeeded();
        await Verification.SaveTrustAsync(gateway, TrustFile);
        await gateway.StopAsync();
        _line = Assert.Single(await File.ReadAllLinesAsync(gateway.SinkFile, TestContext.Current.CancellationToken));
    }

    public string TrustFile => _folder["trust.json"];

    /// <summary>Verifies the line after <paramref name="change"/>.</summary>
    internal async Task<Verification> VerifyAsync(Action<SignedRequest> change) =>
        await Verification.RunAsync(await WriteAsync(change), TrustFile);

    /// <summary>Writes the line, after <paramref name="change"/>, to a file of its own.</summary>
    internal async Task<string> WriteAsync(Action<SignedRequest> change)
    {
        var request = JsonNode.Parse(_line)!.AsObject();
        change(new SignedRequest(request));
        var file = _folder[$"{Guid.NewGuid():N}.jsonl"];
        await File.WriteAllTextAsync(file, request.ToJsonString() + "\n", TestContext.Current.CancellationToken);
        return file;
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }
}

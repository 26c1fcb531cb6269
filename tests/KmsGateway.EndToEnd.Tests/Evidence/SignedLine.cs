using System.Text.Json.Nodes;
using KmsGateway.Testing;
using KmsGateway.Testing.Clients;
using KmsGateway.Testing.Processes;
using KmsGateway.Testing.Traces;
using Xunit;

namespace KmsGateway.EndToEnd.Tests.Evidence;

/// <summary>
/// One compliance span with everything a span can have, signed by the real gateway for the first test that asks for it, and the keys to verify it.
/// </summary>
public sealed class SignedLine : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Lazy<Task<string>> _line;

    public SignedLine()
    {
        _line = new(SignAsync);
    }

    /// <summary>There with the first line that is written.</summary>
    public string TrustFile => _folder["trust.json"];

    /// <summary>Verifies the line after <paramref name="change"/>.</summary>
    internal async Task<Verification> VerifyAsync(Action<SignedRequest> change) =>
        await Verification.RunAsync(await WriteAsync(change), TrustFile);

    /// <summary>Writes the line, after <paramref name="change"/>, to a file of its own.</summary>
    internal async Task<string> WriteAsync(Action<SignedRequest> change)
    {
        var request = JsonNode.Parse(await _line.Value)!.AsObject();
        change(new SignedRequest(request));
        var file = _folder[$"{Guid.NewGuid():N}.jsonl"];
        await File.WriteAllTextAsync(file, request.ToJsonString() + "\n", TestContext.Current.CancellationToken);
        return file;
    }

    public void Dispose() => _folder.Dispose();

    private async Task<string> SignAsync()
    {
        var request = TraceRequests.Of(SpanBuilder.Compliance().Everything().Build());
        request.ResourceSpans[0].Resource.Attributes.Add(AnyValues.Pair("compliance.environment", "production"));

        await using var gateway = await GatewayProcess.StartAsync(new GatewayProcessOptions { DataDirectory = _folder.Path });
        using var client = new OtlpClient();
        (await client.SendAsync(gateway.OtlpHttp, request)).Succeeded();
        await Verification.SaveTrustAsync(gateway, TrustFile);
        await gateway.StopAsync();
        return Assert.Single(await File.ReadAllLinesAsync(gateway.SinkFile, TestContext.Current.CancellationToken));
    }
}

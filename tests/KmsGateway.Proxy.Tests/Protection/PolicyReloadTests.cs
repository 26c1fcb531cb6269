using System.Text.Json;
using KmsGateway.Cryptography;
using KmsGateway.Proxy.Listeners;
using KmsGateway.Proxy.Tests.Support;
using KmsGateway.Testing;
using KmsGateway.Testing.Clients;
using KmsGateway.Testing.Collector;
using KmsGateway.Testing.Traces;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace KmsGateway.Proxy.Tests.Protection;

/// <summary>Rules, coverage and modes change while the gateway runs; what cannot be, changes nothing.</summary>
public sealed class PolicyReloadTests
{
    private const int Changed = 4060;
    private const int NotChanged = 4061;
    private const int NotEnforced = 4063;

    [Fact]
    public async Task Reload_OtherRules_AreUsedAndPublishedBeforeTheFirstSpan()
    {
        var log = new LogCapture();
        await using var collector = await RecordingCollector.StartAsync();
        await using var gateway = await StartAsync(collector, log);

        await ChangeAsync(gateway, log, Changed, ("Compliance:Rules:0", "http.*"), ("Signing:Coverage:Resource:0", "*"));
        var span = await SendAsync(gateway, collector, SpanBuilder.Ordinary());

        Assert.Equal("signed", SignatureText.Fate(span));
        var policy = await PolicyAsync(gateway, span);
        Assert.Equal("""["http.*"]""", policy.GetProperty("rules").GetRawText());
        Assert.Equal("untouched", SignatureText.Fate(await SendAsync(gateway, collector, SpanBuilder.Compliance())));
    }

    [Theory]
    [InlineData("Compliance:Rules:0", "not a pattern")]
    [InlineData("Compliance:Rules:0", "http.*")]
    [InlineData("Enforcement:Mode", "sometimes")]
    [InlineData("Enforcement:Tenants:0:Tenant", "nobody")]
    [InlineData("Signing:OversizeBytes", "1")]
    [InlineData("Tenancy:Tenants:1", "another")]
    public async Task Reload_WhatCannotBe_ChangesNothingAndIsTold(string key, string value)
    {
        var log = new LogCapture();
        await using var collector = await RecordingCollector.StartAsync();
        await using var gateway = await StartAsync(collector, log);

        await ChangeAsync(gateway, log, NotChanged, (key, value));

        Assert.Equal("signed", SignatureText.Fate(await SendAsync(gateway, collector, SpanBuilder.Compliance())));
        Assert.Contains(key.Split(':')[0], log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reload_AnotherMode_IsInThePolicyAndSaidInTheLog()
    {
        var log = new LogCapture();
        await using var collector = await RecordingCollector.StartAsync();
        await using var gateway = await StartAsync(collector, log);
        Assert.Equal(0, log.Count(NotEnforced));

        await ChangeAsync(gateway, log, NotEnforced, ("Enforcement:Mode", "observe"));

        var policy = await PolicyAsync(gateway, await SendAsync(gateway, collector, SpanBuilder.Compliance()));
        Assert.Equal("observe", policy.GetProperty("mode").GetString());
    }

    [Fact]
    public async Task Reload_ConfigurationFileOfARunningProgram_IsTakenOrToldInOneLine()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["config"]);
        await WriteAsync("enforce");
        using var program = GatewayProgram.Start(folder, ["--EmbeddedSink:Enabled=true", .. TestGateway.Defaults(folder).Where(IsNotOfTheFile)]);
        try
        {
            await GatewayProgram.ReadyLineAsync(program);
            await WriteAsync("perhaps");
            var refused = await LineAsync("Enforcement:Mode is 'perhaps'");
            await WriteAsync("observe");
            var taken = await LineAsync("is in mode observe");
            File.Delete(folder["config", "kmsgateway.json"]);
            await LineAsync("Tenancy:Tenants is not the list that the gateway started with");

            Assert.Contains("the policies before it stay in effect", refused, StringComparison.Ordinal);
            Assert.Contains("Tenant default", taken, StringComparison.Ordinal);
        }
        finally
        {
            program.Kill();
        }

        static bool IsNotOfTheFile(string setting) =>
            !setting.StartsWith("--Tenancy:", StringComparison.Ordinal) && !setting.StartsWith("--Logging:", StringComparison.Ordinal);

        Task WriteAsync(string mode) => File.WriteAllTextAsync(
            folder["config", "kmsgateway.json"],
            $$$"""{"Enforcement":{"Mode":"{{{mode}}}"},"Tenancy":{"Tenants":["default"]}}""",
            TestContext.Current.CancellationToken);

        async Task<string> LineAsync(string text)
        {
            using var limit = new CancellationTokenSource(TestTime.Limit);
            while (await program.StandardOutput.ReadLineAsync(limit.Token) is { } line)
            {
                if (line.Contains(text, StringComparison.Ordinal))
                {
                    return line;
                }
            }

            throw new InvalidOperationException("the program has ended");
        }
    }

    private static Task<TestGateway> StartAsync(RecordingCollector collector, LogCapture log) => TestGateway.StartAsync(
        builder =>
        {
            builder.Logging.AddProvider(log);

            // What a test sets stays there when the sources are read again.
            builder.Configuration.AddInMemoryCollection();
        },
        [.. TestGateway.Upstreams(collector.GrpcAddress, collector.HttpAddress), "--Logging:LogLevel:Default=Information"]);

    private static async Task ChangeAsync(TestGateway gateway, LogCapture log, int eventId, params (string Key, string Value)[] settings)
    {
        ConfigurationChange.Apply(gateway, settings);
        await log.WaitForAsync(eventId);
    }

    private static async Task<OpenTelemetry.Proto.Trace.V1.Span> SendAsync(TestGateway gateway, RecordingCollector collector, SpanBuilder span)
    {
        using var client = new OtlpClient();
        collector.Requests.Clear();
        (await client.SendAsync(gateway.Address(GatewayListener.OtlpHttp), TraceRequests.Of(span.Build()))).Succeeded();
        return TraceRequests.SpansOf(collector.Requests.Single().ParseTraces()).Single();
    }

    private static async Task<JsonElement> PolicyAsync(TestGateway gateway, OpenTelemetry.Proto.Trace.V1.Span span)
    {
        var text = span.Attributes.Single(attribute => attribute.Key == "audit.integrity.statement").Value.StringValue;
        Assert.True(Base64UrlText.TryDecode(text, out var statement));
        var pol = JsonDocument.Parse(statement).RootElement.GetProperty("pol").GetString()!;
        var json = await gateway.Management.GetByteArrayAsync($"/.well-known/kmsgateway-policies/{pol}", TestContext.Current.CancellationToken);
        Assert.Equal(pol, PolicyId.Of(json));
        return JsonDocument.Parse(json).RootElement.Clone();
    }
}

using System.Text.Json;
using Dapper;
using KmsGateway.Cryptography;
using KmsGateway.Keys;
using KmsGateway.Proxy.Listeners;
using KmsGateway.Proxy.Tests.Support;
using KmsGateway.Testing;
using KmsGateway.Testing.Clients;
using KmsGateway.Testing.Collector;
using KmsGateway.Testing.Traces;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace KmsGateway.Proxy.Tests.Protection;

/// <summary>Rules, coverage and modes change while the gateway runs; what cannot be, changes nothing.</summary>
public sealed class PolicyReloadTests
{
    private const int Changed = 4060;
    private const int NotChanged = 4061;
    private const int NotPublished = 4062;
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
    [InlineData("Signing:OversizeBytes", "many")]
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

    // A mode that lets spans through unsigned must not outlive its time because somebody has saved a broken file meanwhile.
    [Fact]
    public async Task BreakGlass_ConfigurationThatCannotBe_EndsAllTheSame()
    {
        var log = new LogCapture();
        await using var collector = await RecordingCollector.StartAsync();
        await using var gateway = await StartAsync(collector, log);
        await SetAsideAsync(gateway, log);
        await ChangeAsync(gateway, log, NotChanged, ("Enforcement:Mode", "sometimes"));

        await TakeBackAsync(gateway);

        await log.WaitForAsync(Changed, times: 2);
        Assert.Equal("enforce", await ModeAsync(gateway, collector));
    }

    // Nor because of the outage that it was set for.
    [Fact]
    public async Task BreakGlass_StoreThatTakesNoPolicies_EndsAllTheSame()
    {
        var log = new LogCapture();
        await using var collector = await RecordingCollector.StartAsync();
        await using var gateway = await StartAsync(collector, log);
        await SetAsideAsync(gateway, log);
        await ExecuteAsync(gateway, "ALTER TABLE policy RENAME TO policy_away");

        // One that is new to the store waits for it; what it is to replace is in effect, and was published before.
        await ChangeAsync(gateway, log, NotPublished, ("Signing:OversizeBytes", "4096"));
        await TakeBackAsync(gateway);

        await log.WaitForAsync(Changed, times: 2);
        await ExecuteAsync(gateway, "ALTER TABLE policy_away RENAME TO policy");
        Assert.Equal("enforce", await ModeAsync(gateway, collector));
    }

    [Fact]
    public async Task Reload_StoreThatTakesNoPolicies_IsUsedWhenItDoes()
    {
        var log = new LogCapture();
        await using var collector = await RecordingCollector.StartAsync();
        await using var gateway = await StartAsync(collector, log);
        await ExecuteAsync(gateway, "ALTER TABLE policy RENAME TO policy_away");
        await ChangeAsync(gateway, log, NotPublished, ("Enforcement:Mode", "observe"));
        await ExecuteAsync(gateway, "ALTER TABLE policy_away RENAME TO policy");

        // Makes the gateway look at the store at once, as it does by itself again and again.
        using var rotated = await gateway.Management.PostAsync(
            "/api/admin/kms/tenants/default/rotate", Json("""{"reason":"drill"}"""), TestContext.Current.CancellationToken);
        rotated.EnsureSuccessStatusCode();

        await log.WaitForAsync(Changed);
        Assert.Equal("observe", await ModeAsync(gateway, collector));
    }

    // Their senders must not be turned away, nor their spans go on as nobody's, in the first moments of a gateway that starts anew.
    [Fact]
    public async Task Start_TenantsThatWereAddedBefore_AreServedBeforeAnyListenerIs()
    {
        using var folder = new TemporaryFolder();
        string[] settings = ["--EmbeddedSink:Enabled=true", $"--DataDirectory={folder.Path}"];
        await using (var before = await TestGateway.StartAsync(settings))
        {
            using var added = await before.Management.PutAsync("/api/admin/tenants/acme", null, TestContext.Current.CancellationToken);
            added.EnsureSuccessStatusCode();
        }

        var isServed = false;
        await using var gateway = await TestGateway.StartAsync(
            builder => builder.Services.AddHostedService(provider => new Start(
                () => isServed = provider.GetRequiredService<TenantKeys>().IsKnown("acme"))),
            settings);

        Assert.True(isServed);
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

    private static async Task SetAsideAsync(TestGateway gateway, LogCapture log)
    {
        using var set = await gateway.Management.PostAsync(
            "/api/admin/enforcement",
            Json("""{"tenant":"default","mode":"observe","reason":"drill","ttl":"01:00:00"}"""),
            TestContext.Current.CancellationToken);
        set.EnsureSuccessStatusCode();
        await log.WaitForAsync(Changed);
    }

    private static async Task TakeBackAsync(TestGateway gateway)
    {
        using var taken = await gateway.Management.DeleteAsync("/api/admin/enforcement/default", TestContext.Current.CancellationToken);
        taken.EnsureSuccessStatusCode();
    }

    private static StringContent Json(string text) => new(text, new System.Net.Http.Headers.MediaTypeHeaderValue("application/json"));

    private static async Task ExecuteAsync(TestGateway gateway, string sql)
    {
        await using var database = new SqliteConnection($"Data Source={gateway.KeyStoreFile}");
        await database.ExecuteAsync(sql);
    }

    private static async Task<string?> ModeAsync(TestGateway gateway, RecordingCollector collector) =>
        (await PolicyAsync(gateway, await SendAsync(gateway, collector, SpanBuilder.Compliance()))).GetProperty("mode").GetString();

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

    /// <summary>Looks when services start: behind whatever was prepared, and before any listener.</summary>
    private sealed class Start(Action look) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            look();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}

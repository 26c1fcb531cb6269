using System.Buffers.Text;
using System.Text;
using KmsGateway.FakeKms;
using KmsGateway.Testing;
using KmsGateway.Testing.Processes;
using Xunit;

namespace KmsGateway.EndToEnd.Tests.Keys;

/// <summary>Keys from a KMS and a database that several gateways share.</summary>
public sealed class KeysTests(PostgresServer postgres)
{
    // Less than half a minute, which is what looking by itself would take at the longest.
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(20);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EndToEnd_KmsAndPostgres_SpansVerifyAndNoSecretIsAnywhere()
    {
        await using var installation = await KeysInstallation.StartAsync(postgres);
        var said = new StringBuilder();
        await using (var gateway = await installation.StartGatewayAsync("--Logging:LogLevel:Default=Debug"))
        {
            (await installation.SendAsync(gateway)).Succeeded();
            await installation.RotateAsync(gateway);
            (await installation.SendAsync(gateway)).Succeeded();

            // What goes wrong says more than what does not.
            installation.Faults.Set([new Fault("denied", "Decrypt")]);
            said.Append((await installation.AdminAsync(gateway, HttpMethod.Post, "/api/admin/kms/tenants/default/rotate", """{"reason":"test"}""")).Body);
            installation.Faults.Set([]);
            foreach (var path in (string[])["/api/admin/keys", "/api/admin/events", "/api/admin/tenants", "/api/admin/keys/export", "/metrics", "/health/ready"])
            {
                said.Append((await installation.AdminAsync(gateway, HttpMethod.Get, path)).Body);
            }

            var verification = await installation.VerifyAsync(gateway);
            verification.Program.ExitedWith(0);
            Assert.Equal(["verified", "verified"], verification.Verdicts);
            said.Append(await File.ReadAllTextAsync(installation.Folder["trust.json"], Cancel));
            said.Append(gateway.Output);
        }

        byte[] everything = [.. await installation.DumpAsync(), .. Encoding.UTF8.GetBytes(said.ToString())];
        Assert.InRange(installation.KmsKeys.Issued.Count, 3, int.MaxValue);
        foreach (var secret in installation.KmsKeys.Issued)
        {
            foreach (var form in (byte[][])[
                secret,
                Encoding.ASCII.GetBytes(Convert.ToHexString(secret)),
                Encoding.ASCII.GetBytes(Convert.ToHexStringLower(secret)),
                Encoding.ASCII.GetBytes(Convert.ToBase64String(secret)),
                Encoding.ASCII.GetBytes(Base64Url.EncodeToString(secret))])
            {
                Assert.Equal(-1, everything.AsSpan().IndexOf(form));
            }
        }
    }

    [Fact]
    public async Task ColdTenant_FiveHundredCallers_CostOneCall()
    {
        await using var installation = await KeysInstallation.StartAsync(postgres);
        await using var gateway = await installation.StartGatewayAsync(
            "--Cache:WarmUp=false", "--Limits:MaxConcurrentRequests=1000", "--Kms:CallerWait=00:00:30");
        await gateway.WaitForOutputAsync("is up, it was");
        installation.Faults.Set([new Fault("latency", "Decrypt", Milliseconds: 1_000)]);
        var before = installation.Calls.Of("Decrypt");

        var answers = await Task.WhenAll(Enumerable.Range(0, 500).Select(_ => installation.SendAsync(gateway)));

        Assert.All(answers, answer => answer.Succeeded());

        // One for all of them; the probe may have asked once meanwhile.
        Assert.InRange(installation.Calls.Of("Decrypt"), before + 1, before + 2);
    }

    // Nobody shall have to try permissions one by one.
    [Fact]
    public async Task Validate_AnActionIsDenied_NamesIt()
    {
        await using var installation = await KeysInstallation.StartAsync(postgres);
        await using var gateway = await installation.StartGatewayAsync();
        await gateway.WaitForOutputAsync("is up, it was");

        foreach (var action in (string[])["GenerateDataKeyPairWithoutPlaintext", "GenerateDataKeyWithoutPlaintext", "Sign", "Decrypt"])
        {
            installation.Faults.Set([new Fault("denied", action)]);

            var answer = await installation.AdminOkAsync(gateway, HttpMethod.Post, "/api/admin/kms/validate");

            var failed = answer["steps"]!.AsArray().First(step => step!["status"]!.GetValue<string>() == "failed")!;
            Assert.Equal("denied", failed["error"]!.GetValue<string>());
            Assert.StartsWith($"Allow kms:{action}", failed["recommendation"]!.GetValue<string>(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task SecondGateway_RotationTenantAndRevocation_AreSeenAtOnce()
    {
        await using var installation = await KeysInstallation.StartAsync(postgres);
        await using var first = await installation.StartGatewayAsync();

        // Whoever is not told looks after half a minute.
        await using var second = await installation.StartGatewayAsync("--KeyStore:ChangeInterval=00:00:30");
        (await installation.SendAsync(second)).Succeeded();
        var before = Assert.Single(installation.Signatures()).Kid;

        Assert.Equal(204, (await installation.AdminAsync(first, HttpMethod.Put, "/api/admin/tenants/globex")).Status);
        await Poll.UntilAsync(async () => (await installation.SendAsync(second, "globex")).Status == 200, () => second.Output, AtOnce);
        await installation.RotateAsync(first);
        await Poll.UntilAsync(
            async () =>
            {
                (await installation.SendAsync(second)).Succeeded();
                return installation.LastKid() != before;
            },
            () => second.Output,
            AtOnce);

        var kid = installation.LastKid();
        await installation.AdminOkAsync(first, HttpMethod.Post, $"/api/admin/kms/keys/{kid}/revoke", """{"kind":"superseded","reason":"test"}""");
        await Poll.UntilAsync(async () => (await installation.SendAsync(second)).Status == 200, () => first.Output);
        Assert.NotEqual(kid, installation.LastKid());
        var verification = await installation.VerifyAsync(second);
        Assert.All(verification.Verdicts, verdict => Assert.Equal("verified", verdict));
    }

    // After the moment that the answer tells, no span carries the key, on whichever gateway.
    [Theory]
    [InlineData("superseded", "verified")]
    [InlineData("compromise", "key-revoked")]
    public async Task Revoke_WhileTwoGatewaysSignAtFullSpeed_NoSpanCarriesTheKeyAfterTheAnswer(string kind, string verdictOfBefore)
    {
        await using var installation = await KeysInstallation.StartAsync(postgres);
        await using var first = await installation.StartGatewayAsync();
        await using var second = await installation.StartGatewayAsync();
        (await installation.SendAsync(first)).Succeeded();
        var kid = Assert.Single(await installation.KidsAsync(first, "active"));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var taken = 0;
        var enough = new Signal();
        var senders = Enumerable.Range(0, 8).Select(i => Task.Run(
            async () =>
            {
                while (!stop.IsCancellationRequested)
                {
                    var answer = await installation.SendAsync(i % 2 == 0 ? first : second);
                    Assert.True(answer.Status is 200 or 503, answer.ToString());
                    Interlocked.Increment(ref taken);
                    enough.Raise();
                }
            },
            Cancel)).ToList();
        await enough.WaitUntilAsync(() => taken > 200);

        var answer = await installation.AdminOkAsync(
            first, HttpMethod.Post, $"/api/admin/kms/keys/{kid}/revoke", $$"""{"kind":"{{kind}}","reason":"test"}""");
        var acknowledged = (ulong)(TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;
        await Poll.UntilAsync(() => installation.LastKid() != kid, () => first.Output);
        await stop.CancelAsync();
        await Task.WhenAll(senders);

        var signatures = installation.Signatures();
        Assert.DoesNotContain(signatures, signature => signature.Kid == kid && signature.SignedAt >= acknowledged);
        Assert.Contains(signatures, signature => signature.Kid != kid);
        Assert.Empty(answer["waiting"]!.AsArray());
        var verification = await installation.VerifyAsync(second);
        Assert.All(verification.Verdicts, verdict => Assert.True(verdict == "verified" || verdict == verdictOfBefore, verdict));
        Assert.Equal(kind == "compromise", verification.Verdicts.Contains("key-revoked"));
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{signatures.Count} spans; no gateway used the key {answer["millisecondsToRevoke"]} ms after the revocation was asked for");
    }

    [Fact]
    public async Task StoreLost_RestoredFromAnExport_OldSpansVerifyAndNewOnesAreSigned()
    {
        await using var installation = await KeysInstallation.StartAsync(postgres);
        var export = installation.Folder["export.json"];
        await using (var gateway = await installation.StartGatewayAsync())
        {
            (await installation.SendAsync(gateway)).Succeeded();
            await installation.RotateAsync(gateway);
            (await installation.SendAsync(gateway)).Succeeded();
            await File.WriteAllTextAsync(export, (await installation.AdminAsync(gateway, HttpMethod.Get, "/api/admin/keys/export")).Body, Cancel);
        }

        installation.Database = await installation.NewDatabaseAsync();
        await using var restored = await installation.StartGatewayAsync($"--KeyStore:RestoreFrom={export}");
        (await installation.SendAsync(restored)).Succeeded();

        var verification = await installation.VerifyAsync(restored);
        verification.Program.ExitedWith(0);
        Assert.Equal(["verified", "verified", "verified"], verification.Verdicts);
        Assert.Equal(installation.Signatures()[1].Kid, installation.Signatures()[2].Kid);
    }

    [Fact]
    public async Task WrapsOfTwoTenantsSwapped_NeitherSigns()
    {
        await using var installation = await KeysInstallation.StartAsync(postgres);
        await using var gateway = await installation.StartGatewayAsync("--Cache:WarmUp=false", "--Tenancy:Tenants:1=globex");
        await installation.ExecuteAsync(
            "UPDATE key_wrap SET blob = (SELECT other.blob FROM key_wrap AS other WHERE other.key_id <> key_wrap.key_id)");

        Assert.Equal(503, (await installation.SendAsync(gateway)).Status);
        Assert.Equal(503, (await installation.SendAsync(gateway, "globex")).Status);
        Assert.Empty(installation.Collector.Requests);
        await gateway.WaitForOutputAsync("InvalidCiphertextException");
    }

    [Fact]
    public async Task ForgedRow_WithoutAnEntryOfTheChain_IsNoKey()
    {
        await using var installation = await KeysInstallation.StartAsync(postgres);
        await using var gateway = await installation.StartGatewayAsync("--KeyStore:ChangeInterval=00:00:01");
        (await installation.SendAsync(gateway)).Succeeded();

        await installation.ExecuteAsync("UPDATE tenant_key SET kid = 'forged'");

        await Poll.UntilAsync(async () => (await installation.SendAsync(gateway)).Status == 503, () => gateway.Output);
        await gateway.WaitForOutputAsync("the trust chain does not say so");
        var keys = await installation.AdminOkAsync(gateway, HttpMethod.Get, "/api/admin/keys");
        Assert.False(keys["keys"]![0]!["trusted"]!.GetValue<bool>());
    }
}

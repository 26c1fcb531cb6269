using KmsGateway.FakeKms;
using KmsGateway.Testing;
using KmsGateway.Testing.Processes;
using Xunit;

namespace KmsGateway.EndToEnd.Tests.Keys;

/// <summary>A gateway is killed in the middle of a rotation; another one goes on, and signs all the time.</summary>
public sealed class KilledGatewayTests(PostgresServer postgres)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    // The call of the KMS that a rotation is held up in when its gateway is killed, and how many of that operation may pass before.
    [Theory]
    [InlineData("GenerateDataKeyPairWithoutPlaintext", 0)]
    [InlineData("Decrypt", 0)]
    [InlineData("Sign", 0)]
    [InlineData("Sign", 1)]
    [InlineData("Sign", 2)]
    public async Task Kill_AtEachStepOfARotation_OneActiveKeyNoGapChainIntact(string operation, int passing)
    {
        await using var installation = await KeysInstallation.StartAsync(postgres);
        await using var surviving = await installation.StartGatewayAsync();
        await using var killed = await installation.StartGatewayAsync();
        (await installation.SendAsync(surviving)).Succeeded();
        var before = Assert.Single(await installation.KidsAsync(surviving, "active"));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var sending = Task.Run(
            async () =>
            {
                while (!stop.IsCancellationRequested)
                {
                    (await installation.SendAsync(surviving)).Succeeded();
                }
            },
            Cancel);

        await KillWhileItRotatesAsync(installation, killed, operation, passing);
        installation.Faults.Set([]);

        // The claim of the dead ends after a minute. The clock is not waited for: its time is set back.
        await installation.ExecuteAsync("UPDATE tenant SET claim_until = 0");
        await installation.RotateAsync(surviving);
        await stop.CancelAsync();
        await sending;
        (await installation.SendAsync(surviving)).Succeeded();

        var after = Assert.Single(await installation.KidsAsync(surviving, "active"));
        Assert.NotEqual(before, after);
        Assert.Empty(await installation.KidsAsync(surviving, "pending"));
        Assert.Empty(await installation.KidsAsync(surviving, "published"));
        Assert.Equal(after, installation.Signatures()[^1].Kid);
        var verification = await installation.VerifyAsync(surviving);
        verification.Program.ExitedWith(0);
        Assert.All(verification.Verdicts, verdict => Assert.Equal("verified", verdict));
    }

    // Both at once: one of them wins, and whoever comes second learns of it.
    [Fact]
    public async Task Rotate_OnTwoGatewaysAtOnce_OneActiveKey()
    {
        await using var installation = await KeysInstallation.StartAsync(postgres);
        await using var first = await installation.StartGatewayAsync();
        await using var second = await installation.StartGatewayAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => installation.AdminAsync(
            i % 2 == 0 ? first : second, HttpMethod.Post, "/api/admin/kms/tenants/default/rotate", """{"reason":"test"}""")));

        Assert.Contains(answers, answer => answer.Status == 200);
        Assert.All(answers, answer => Assert.True(answer.Status is 200 or 409, answer.Body));
        Assert.Single(await installation.KidsAsync(first, "active"));
        (await installation.SendAsync(first)).Succeeded();
        (await installation.SendAsync(second)).Succeeded();
        Assert.All((await installation.VerifyAsync(first)).Verdicts, verdict => Assert.Equal("verified", verdict));
    }

    private static async Task KillWhileItRotatesAsync(KeysInstallation installation, GatewayProcess gateway, string operation, int passing)
    {
        var calls = installation.Calls.Of(operation);
        installation.Faults.Set([new Fault("hang", operation, After: passing)]);
        var rotating = installation.AdminAsync(gateway, HttpMethod.Post, "/api/admin/kms/tenants/default/rotate", """{"reason":"test"}""");
        await Poll.UntilAsync(() => installation.Calls.Of(operation) >= calls + passing + 1, () => gateway.Output);
        await gateway.KillAsync();
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => rotating);
    }
}

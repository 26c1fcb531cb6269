using KmsGateway.FakeKms;
using KmsGateway.Testing;
using KmsGateway.Testing.Processes;
using Xunit;

namespace KmsGateway.EndToEnd.Tests.Keys;

/// <summary>A gateway is killed in the middle of a rotation; another one goes on, and signs all the time.</summary>
public sealed class KilledGatewayTests(SurvivingGateway survivor) : IClassFixture<SurvivingGateway>
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(10);

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
        var (installation, surviving) = await survivor.StartAsync();
        await using var killed = await installation.StartGatewayAsync();
        (await installation.SendAsync(surviving)).Succeeded();
        var before = Assert.Single(await installation.KidsAsync(surviving, "active"));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var sending = Task.Run(
            async () =>
            {
                using var timer = new PeriodicTimer(Pace, TimeProvider.System);
                while (!stop.IsCancellationRequested && await timer.WaitForNextTickAsync(Cancel))
                {
                    (await installation.SendAsync(surviving)).Succeeded();
                }
            },
            Cancel);

        await KillWhileItRotatesAsync(installation, killed, operation, passing);
        installation.Faults.Set([]);

        // The claim of the dead ends after a minute. The clock is not waited for: its time is set back.
        await installation.ExecuteAsync("UPDATE tenant SET claim_until = 0");
        await RotateAsync(installation, surviving);
        await stop.CancelAsync();
        await sending;
        (await installation.SendAsync(surviving)).Succeeded();

        var after = Assert.Single(await installation.KidsAsync(surviving, "active"));
        Assert.NotEqual(before, after);
        Assert.Empty(await installation.KidsAsync(surviving, "pending"));
        Assert.Empty(await installation.KidsAsync(surviving, "published"));
        Assert.Equal(after, installation.LastKid());
        var verification = await installation.VerifyAsync(surviving);
        verification.Program.ExitedWith(0);
        Assert.All(verification.Verdicts, verdict => Assert.Equal("verified", verdict));
    }

    // Both at once: one of them wins, and whoever comes second learns of it.
    [Fact]
    public async Task Rotate_OnTwoGatewaysAtOnce_OneActiveKey()
    {
        var (installation, first) = await survivor.StartAsync();
        await using var second = await installation.StartGatewayAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => installation.AdminAsync(
            i % 2 == 0 ? first : second, HttpMethod.Post, "/api/admin/kms/tenants/default/rotate", """{"reason":"test"}""")));

        Assert.Contains(answers, answer => answer.Status == 200);
        Assert.All(answers, answer => Assert.True(answer.Status is 200 or 409, $"{answer.Status} {answer.Body}\n{first.Output}\n{second.Output}"));
        Assert.Single(await installation.KidsAsync(first, "active"));
        (await installation.SendAsync(first)).Succeeded();
        (await installation.SendAsync(second)).Succeeded();
        Assert.All((await installation.VerifyAsync(first)).Verdicts, verdict => Assert.Equal("verified", verdict));
    }

    // It may be at it already: what the dead began is due, and a change of the store makes it look.
    private static Task RotateAsync(KeysInstallation installation, GatewayProcess gateway) => Poll.UntilAsync(
        async () =>
        {
            var (status, body) = await installation.AdminAsync(
                gateway, HttpMethod.Post, "/api/admin/kms/tenants/default/rotate", """{"reason":"test"}""");
            Assert.True(status is 200 or 409, body);
            return status == 200;
        },
        () => gateway.Output);

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

using KmsGateway.Keys.Probing;
using KmsGateway.Keys.Providers;
using KmsGateway.Keys.Tests.Support;

namespace KmsGateway.Keys.Tests.Probing;

public sealed class KmsProbeTests : IDisposable
{
    private static readonly KmsException Down = new(KmsFailure.Unavailable, "down");

    private readonly TempFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Current_NoProbeYet_IsUnknown()
    {
        using var gateway = await Gateway.PrepareAsync(_folder, []);

        Assert.Equal(new ProbeStatus(ProbeState.Unknown, "local", null, null, null), gateway.Probe.Current);
        Assert.Equal(0, gateway.Kms.Unwraps(KeyPurpose.Canary));
    }

    [Fact]
    public async Task ProbeAsync_FirstSuccess_IsUp()
    {
        using var gateway = await Gateway.PrepareAsync(_folder, []);

        await gateway.Probe.ProbeAsync(Token);

        Assert.Equal(new ProbeStatus(ProbeState.Up, "local", 0, null, gateway.Time.GetUtcNow()), gateway.Probe.Current);
        Assert.Equal(TimeSpan.FromSeconds(30), gateway.Probe.NextDelay);
        Assert.Equal(1, gateway.Kms.Unwraps(KeyPurpose.Canary));
    }

    [Fact]
    public async Task ProbeAsync_Failures_ThreeMakeItDownAndTwoSuccessesUp()
    {
        using var gateway = await Gateway.PrepareAsync(_folder, []);
        var seen = new List<(ProbeState, string?, double)>();
        foreach (var up in new[] { true, false, false, true, false, false, false, true, false, true, true })
        {
            gateway.Kms.Failure = up ? null : Down;
            await gateway.Probe.ProbeAsync(Token);
            seen.Add((gateway.Probe.Current.State, gateway.Probe.Current.ErrorCode, gateway.Probe.NextDelay.TotalSeconds));
        }

        Assert.Equal(
            [
                (ProbeState.Up, null, 30),
                (ProbeState.Up, "unavailable", 5),
                (ProbeState.Up, "unavailable", 5),
                (ProbeState.Up, null, 30),
                (ProbeState.Up, "unavailable", 5),
                (ProbeState.Up, "unavailable", 5),
                (ProbeState.Down, "unavailable", 5),
                (ProbeState.Down, null, 5),
                (ProbeState.Down, "unavailable", 5),
                (ProbeState.Down, null, 5),
                (ProbeState.Up, null, 30),
            ],
            seen);
    }

    [Fact]
    public async Task ProbeAsync_NeverUp_GoesFromUnknownToDown()
    {
        using var gateway = await Gateway.PrepareAsync(_folder, []);
        gateway.Kms.Failure = Down;

        await gateway.Probe.ProbeAsync(Token);
        await gateway.Probe.ProbeAsync(Token);
        Assert.Equal(ProbeState.Unknown, gateway.Probe.Current.State);
        await gateway.Probe.ProbeAsync(Token);

        Assert.Equal(new ProbeStatus(ProbeState.Down, "local", null, "unavailable", null), gateway.Probe.Current);
    }

    [Fact]
    public async Task ProbeAsync_HungKms_TimesOut()
    {
        using var gateway = await Gateway.PrepareAsync(_folder, []);
        gateway.Kms.Gate = new TaskCompletionSource().Task;

        var probe = gateway.Probe.ProbeAsync(Token);
        await gateway.Kms.UnwrapsReachAsync(KeyPurpose.Canary, 1);
        gateway.Time.Advance(TimeSpan.FromSeconds(5));
        await probe;

        Assert.Equal("timeout", gateway.Probe.Current.ErrorCode);
    }

    [Fact]
    public async Task ProbeAsync_MasterKeyFileTakenAway_IsDownUntilItIsBack()
    {
        using var gateway = await Gateway.PrepareAsync(_folder, []);
        var (here, away) = (_folder.File("kms", "master.key"), _folder.File("kms", "away"));
        await gateway.Probe.ProbeAsync(Token);

        File.Move(here, away);
        for (var i = 0; i < 3; i++)
        {
            await gateway.Probe.ProbeAsync(Token);
        }

        Assert.Equal(ProbeState.Down, gateway.Probe.Current.State);
        Assert.Equal("unavailable", gateway.Probe.Current.ErrorCode);
        File.Move(away, here);
        await gateway.Probe.ProbeAsync(Token);
        await gateway.Probe.ProbeAsync(Token);
        Assert.Equal(ProbeState.Up, gateway.Probe.Current.State);
    }
}

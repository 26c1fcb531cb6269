using KmsGateway.Keys.Administration;
using KmsGateway.Keys.Tests.Support;
using KmsGateway.Testing;
using Microsoft.Extensions.Logging;

namespace KmsGateway.Keys.Tests.Administration;

public sealed class OperationsTests
{
    private const int Ended = 1040;

    // Forgotten, it could be started a second time, and nobody would find the first.
    [Fact]
    public async Task Start_HundredOthersAfterOneThatIsUnderWay_ItIsRemembered()
    {
        using var log = new LogCapture();
        using var loggers = LoggerFactory.Create(builder => builder.AddProvider(log));
        using var operations = new Operations(Gateway.NewTime(), loggers.CreateLogger<Operations>());
        var gate = new TaskCompletionSource<bool>();
        var slow = operations.Start("slow", "test", "", ["acme"], (_, _) => gate.Task);
        var first = operations.Start("quick", "test", "", [], (_, _) => Task.FromResult(true));
        for (var ended = 1; ended <= 100; ended++)
        {
            await log.WaitForAsync(Ended, ended);
            operations.Start("quick", "test", "", [], (_, _) => Task.FromResult(true));
        }

        Assert.Equal("running", operations.Find(slow.Id)?.State);
        Assert.Null(operations.Find(first.Id));
        Assert.Throws<KeyAdministrationException>(() => operations.Start("slow", "test", "", [], (_, _) => gate.Task));

        gate.SetResult(true);
        await log.WaitForAsync(Ended, 102);
        Assert.Equal("succeeded", operations.Find(slow.Id)?.State);
    }
}

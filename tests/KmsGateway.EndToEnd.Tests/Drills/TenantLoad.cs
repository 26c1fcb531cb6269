using Google.Protobuf;
using KmsGateway.Testing.Clients;
using KmsGateway.Testing.Traces;
using Xunit;

namespace KmsGateway.EndToEnd.Tests.Drills;

/// <summary>
/// Two senders over OTLP/HTTP that send for one tenant after the other, at a steady pace, and do not send again what was refused. Each
/// waits for its answer, so a slow gateway has two requests at most.
/// </summary>
internal sealed class TenantLoad : IAsyncDisposable
{
    private const int Senders = 2;

    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly OtlpClient _client = new();
    private readonly Uri _otlpHttp;
    private readonly TimeSpan _pace;
    private readonly Action _afterEach;
    private readonly Task _sending;
    private int _sent;
    private int _refused;
    private string _lastRefusal = "none";

    /// <param name="pace">Between two requests of a sender.</param>
    /// <param name="afterEach">Called after each answer.</param>
    public TenantLoad(Uri otlpHttp, TimeSpan pace, int tenants, Action? afterEach = null)
    {
        (_otlpHttp, _pace, Tenants, _afterEach) = (otlpHttp, pace, tenants, afterEach ?? (static () => { }));
        _sending = Task.WhenAll(Enumerable.Range(0, Senders).Select(_ => Task.Run(SendAsync)));
    }

    /// <summary>For how many tenants it sends.</summary>
    public int Tenants { get; set; }

    public int Sent => Volatile.Read(ref _sent);

    public int Refused => Volatile.Read(ref _refused);

    public string LastRefusal => _lastRefusal;

    public static string NameOf(int tenant) => $"tenant-{tenant}";

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _sending;
        _stop.Dispose();
        _client.Dispose();
    }

    private async Task SendAsync()
    {
        using var timer = new PeriodicTimer(_pace, TimeProvider.System);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                await SendOnceAsync(NameOf(Interlocked.Increment(ref _sent) % Tenants));
                _afterEach();
            }
        }
        catch (OperationCanceledException)
        {
            // The end of the load.
        }
    }

    private async Task SendOnceAsync(string tenant)
    {
        try
        {
            var answer = await _client.PostAsync(
                _otlpHttp,
                OtlpClient.TracesPath,
                TraceRequests.Mixed(1, 0).ToByteArray(),
                OtlpClient.Protobuf,
                contentEncoding: null,
                ("X-Scope-OrgID", tenant));
            if (answer.Status != 200)
            {
                Refuse(answer.ToString());
            }
        }
        catch (HttpRequestException exception)
        {
            Refuse(exception.Message);
        }
    }

    private void Refuse(string why)
    {
        _lastRefusal = why;
        Interlocked.Increment(ref _refused);
    }
}

using System.Collections.Concurrent;
using KmsGateway.Testing;
using KmsGateway.Testing.Clients;
using KmsGateway.Testing.Traces;
using OpenTelemetry.Proto.Collector.Trace.V1;

namespace KmsGateway.EndToEnd.Tests.Load;

/// <summary>Senders over every protocol that keep each request until it was taken, as a collector with a queue does.</summary>
internal sealed class RetryingSenders(Uri otlpGrpc, Uri otlpHttp)
{
    private const int Senders = 6;
    private const int CompliancePerRequest = 3;
    private const int OrdinaryPerRequest = 2;

    private static readonly TimeSpan Backoff = TimeSpan.FromMilliseconds(20);

    private readonly ConcurrentBag<string> _dropped = [];
    private readonly Signal _taken = new();
    private int _requestsTaken;
    private int _refusals;
    private volatile bool _isFinished;

    public int ComplianceSpans => Volatile.Read(ref _requestsTaken) * CompliancePerRequest;

    public int OrdinarySpans => Volatile.Read(ref _requestsTaken) * OrdinaryPerRequest;

    /// <summary>Answers after which a sender drops its spans. Each is a loss.</summary>
    public IReadOnlyCollection<string> Dropped => _dropped;

    /// <summary>Answers and broken connections after which a sender tries again.</summary>
    public int Refusals => _refusals;

    /// <summary>Sends until <see cref="Finish"/>: whatever a test does meanwhile happens under load, however long it takes.</summary>
    public Task RunAsync() => Task.WhenAll(Enumerable.Range(0, Senders).Select(sender => Task.Run(() => SendAllAsync(sender))));

    /// <summary>Lets each sender deliver what it has begun to send.</summary>
    public void Finish() => _isFinished = true;

    /// <summary>Waits until so many more requests were taken.</summary>
    public Task WaitForMoreAsync(int requests)
    {
        var before = Volatile.Read(ref _requestsTaken);
        return _taken.WaitUntilAsync(() => Volatile.Read(ref _requestsTaken) >= before + requests);
    }

    private async Task SendAllAsync(int sender)
    {
        using var client = new OtlpClient();
        for (var i = 0; !_isFinished; i++)
        {
            var request = TraceRequests.Mixed(CompliancePerRequest, OrdinaryPerRequest);
            while (!await TrySendAsync(client, (sender + i) % 3, request))
            {
                Interlocked.Increment(ref _refusals);

                // What a sender does between two tries; nothing waits for this time.
                await Task.Delay(Backoff, TimeProvider.System, Xunit.TestContext.Current.CancellationToken);
            }

            Interlocked.Increment(ref _requestsTaken);
            _taken.Raise();
        }
    }

    /// <summary>False where the protocol says that the same request may be sent again.</summary>
    private async Task<bool> TrySendAsync(OtlpClient client, int form, ExportTraceServiceRequest request)
    {
        OtlpResponse answer;
        try
        {
            answer = form switch
            {
                0 => await client.SendAsync(otlpHttp, request),
                1 => await client.SendJsonAsync(otlpHttp, request),
                _ => await client.SendGrpcAsync(otlpGrpc, request),
            };
        }
        catch (HttpRequestException)
        {
            return false;
        }

        if (answer.Status is 429 or 502 or 503 or 504 || answer.GrpcStatus is 14)
        {
            return false;
        }

        if (answer.Status != 200 || answer.GrpcStatus is not (null or 0))
        {
            _dropped.Add(answer.ToString());
        }

        return true;
    }
}

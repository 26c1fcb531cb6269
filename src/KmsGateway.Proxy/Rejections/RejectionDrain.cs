using System.Buffers;

namespace KmsGateway.Proxy.Rejections;

/// <summary>Reads on, for a little while, what a gRPC client is still sending.</summary>
/// <remarks>
/// The server resets a stream whose body it did not read, and some clients then report the reset in place of the status:
/// https://github.com/open-telemetry/opentelemetry-java/issues/5394. Unread bytes also hold the connection's window. Bounded, because the
/// body may never end.
/// </remarks>
internal static class RejectionDrain
{
    private const int MaxBytes = 4 * 1024 * 1024;
    private static readonly TimeSpan MaxTime = TimeSpan.FromMilliseconds(250);

    public static async Task DrainAsync(HttpContext context)
    {
        var clock = context.RequestServices.GetService<TimeProvider>() ?? TimeProvider.System;
        using var time = new CancellationTokenSource(MaxTime, clock);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(time.Token, context.RequestAborted);
        var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            var left = MaxBytes;
            while (left > 0)
            {
                var read = await context.Request.Body.ReadAsync(buffer, stop.Token);
                if (read == 0)
                {
                    return;
                }

                left -= read;
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or InvalidOperationException)
        {
            // The client went away, the time is up, or who failed before still owns the reader: the answer goes out as it is.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}

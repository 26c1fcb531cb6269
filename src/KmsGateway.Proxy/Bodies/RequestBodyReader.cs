using System.Buffers;
using KmsGateway.Evidence.Otlp;
using KmsGateway.Proxy.Otlp;
using KmsGateway.Proxy.Rejections;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace KmsGateway.Proxy.Bodies;

/// <summary>Reads a body whole, takes it out of its gRPC frame and inflates it, all within <see cref="LimitsOptions"/>.</summary>
internal sealed class RequestBodyReader(IOptions<LimitsOptions> options, TimeProvider time)
{
    private readonly LimitsOptions _limits = options.Value;
    private readonly Inflater _inflater = new(options.Value);

    /// <exception cref="RejectionException">The body is too large, too slow, or not what its headers say; or there is no room for it.</exception>
    public async Task<RequestBody> ReadAsync(HttpRequest request, AdmissionLease lease, CancellationToken cancellationToken)
    {
        var coding = ContentCodings.Read(request);
        if (request.ContentLength > _limits.MaxWireBytes)
        {
            throw TooLarge($"the body has {request.ContentLength} bytes, {_limits.MaxWireBytes} are allowed");
        }

        var wire = new LeasedBuffer(lease);
        RequestBody? body = null;
        try
        {
            await ReadWireAsync(request, wire, cancellationToken);
            return body = OtlpRequest.IsGrpc(request) ? OpenFrame(wire, coding, lease) : Open(wire, start: 0, coding, lease);
        }
        finally
        {
            // What was inflated takes its place.
            if (body is null || body.Coding != ContentCoding.Identity)
            {
                wire.Dispose();
            }
        }
    }

    private async Task ReadWireAsync(HttpRequest request, LeasedBuffer wire, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(_limits.MaxBodySeconds), time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await ReadWireAsync(request.BodyReader, wire, stop.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new RejectionException(
                RejectionReason.TooSlow, $"the body did not arrive within {_limits.MaxBodySeconds} s; send it faster, or smaller batches");
        }
        catch (BadHttpRequestException broken) when (broken.StatusCode == StatusCodes.Status408RequestTimeout)
        {
            throw new RejectionException(RejectionReason.TooSlow, "the body arrives too slowly; send it faster, or smaller batches");
        }
        catch (Exception gone) when (gone is IOException or ConnectionAbortedException)
        {
            // Also the sender that went away, of whom the server may not know yet: it is no fault of the gateway.
            throw Undecodable("the body ends before its length, or its chunks are broken");
        }
    }

    private async Task ReadWireAsync(System.IO.Pipelines.PipeReader reader, LeasedBuffer wire, CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await reader.ReadAsync(cancellationToken);
            try
            {
                if (wire.WrittenCount + result.Buffer.Length > _limits.MaxWireBytes)
                {
                    throw TooLarge($"the body has more than the {_limits.MaxWireBytes} bytes that are allowed");
                }

                foreach (var segment in result.Buffer)
                {
                    wire.Write(segment.Span);
                }
            }
            finally
            {
                reader.AdvanceTo(result.Buffer.End);
            }

            if (result.IsCompleted)
            {
                return;
            }
        }
    }

    private RequestBody OpenFrame(LeasedBuffer wire, ContentCoding coding, AdmissionLease lease)
    {
        if (!GrpcFrame.TryRead(wire.WrittenSpan, out var frame))
        {
            throw Undecodable("the body is not exactly one gRPC message");
        }

        if (!frame.IsCompressed)
        {
            return Open(wire, GrpcFrame.HeaderSize, ContentCoding.Identity, lease);
        }

        return coding != ContentCoding.Identity
            ? Open(wire, GrpcFrame.HeaderSize, coding, lease)
            : throw Undecodable("the message is flagged as compressed, and grpc-encoding does not say how");
    }

    private RequestBody Open(LeasedBuffer wire, int start, ContentCoding coding, AdmissionLease lease)
    {
        if (coding == ContentCoding.Identity)
        {
            return new RequestBody(wire, start, coding, wire.WrittenCount);
        }

        var inflated = new LeasedBuffer(lease);
        try
        {
            _inflater.Inflate(wire.WrittenMemory[start..], coding, inflated, lease);
            return new RequestBody(inflated, start: 0, coding, wire.WrittenCount);
        }
        catch
        {
            inflated.Dispose();
            throw;
        }
    }

    private static RejectionException TooLarge(string message) => new(RejectionReason.TooLarge, $"{message}; send smaller batches");

    private static RejectionException Undecodable(string message) => new(RejectionReason.Undecodable, message);
}

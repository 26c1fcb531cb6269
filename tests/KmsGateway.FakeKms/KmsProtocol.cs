using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace KmsGateway.FakeKms;

/// <summary>JSON 1.1 as AWS speaks it: https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html</summary>
internal sealed class KmsProtocol(KeyRing keys, FaultPlan faults, CallCounter calls, Permissions permissions, FakeClock clock)
{
    private const string Service = "TrentService.";
    private const string MediaType = "application/x-amz-json-1.1";

    public async Task HandleAsync(HttpContext context)
    {
        var target = context.Request.Headers["X-Amz-Target"].ToString();
        var operation = target.StartsWith(Service, StringComparison.Ordinal) ? target[Service.Length..] : "";
        var (accessKey, region) = KmsCall.Scope(context.Request.Headers.Authorization.ToString());
        context.Response.Headers.Date = clock.Date;
        calls.Add(region, operation);
        try
        {
            foreach (var fault in faults.Take(operation, region))
            {
                await FailAsync(context, fault);
            }

            permissions.ThrowIfDenied(accessKey, operation);
            var request = await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted) as JsonObject
                ?? throw new KmsError("SerializationException", "The body is no object");
            await WriteAsync(
                context, StatusCodes.Status200OK, KmsOperations.Run(new KmsCall(operation, region, accessKey, request), keys));
        }
        catch (JsonException)
        {
            await WriteAsync(context, StatusCodes.Status400BadRequest, Error("SerializationException", "The body is no JSON"));
        }
        catch (KmsError error)
        {
            await WriteAsync(context, error.Status, Error(error.Code, error.Message));
        }
    }

    private static async Task FailAsync(HttpContext context, Fault fault)
    {
        switch (fault.Kind)
        {
            case "latency":
                var jitter = fault.Jitter > 0 ? RandomNumberGenerator.GetInt32(-fault.Jitter, fault.Jitter + 1) : 0;
                await Task.Delay(TimeSpan.FromMilliseconds(Math.Max(fault.Milliseconds + jitter, 0)), TimeProvider.System, context.RequestAborted);
                break;
            case "hang":
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
                break;
            case "reset":
                context.Abort();
                throw new OperationCanceledException("reset");
            case "throttle":
                throw new KmsError("ThrottlingException", "Rate exceeded");
            case "internal":
                throw new KmsError("KMSInternalException", "", StatusCodes.Status500InternalServerError);
            case "unavailable":
                throw new KmsError("KeyUnavailableException", "", StatusCodes.Status500InternalServerError);
            case "timeout":
                throw new KmsError("DependencyTimeoutException", "", StatusCodes.Status503ServiceUnavailable);
            case "denied":
                throw new KmsError("AccessDeniedException", "User is not authorized to perform this operation");
            case "expired":
                throw new KmsError("ExpiredTokenException", "The security token included in the request is expired");
            case "unrecognized-client":
                throw new KmsError("UnrecognizedClientException", "The security token included in the request is invalid");
            case "limit-exceeded":
                throw new KmsError("LimitExceededException", "A quota was exceeded");
            case "disabled":
                throw KmsError.Disabled("arn:aws:kms:key");
            case "invalid-state":
                throw KmsError.PendingDeletion("arn:aws:kms:key");
            case "not-found":
                throw KmsError.NotFound("arn:aws:kms:key");
            case "invalid-ciphertext":
                throw KmsError.InvalidCiphertext();
            case "incorrect-key":
                throw KmsError.IncorrectKey();
            case "invalid-key-usage":
                throw new KmsError("InvalidKeyUsageException", "The key usage does not fit the operation");
            default:
                throw KmsError.Validation($"'{fault.Kind}' is no fault of this fake");
        }
    }

    private static JsonObject Error(string code, string message) => new() { ["__type"] = code, ["message"] = message };

    private static async Task WriteAsync(HttpContext context, int status, JsonObject answer)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = MediaType;
        context.Response.Headers["x-amzn-RequestId"] = Guid.NewGuid().ToString();
        await context.Response.WriteAsync(answer.ToJsonString(), context.RequestAborted);
    }
}

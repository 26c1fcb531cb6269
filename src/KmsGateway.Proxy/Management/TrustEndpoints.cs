using System.Security.Cryptography;
using KmsGateway.Keys.Trust;
using KmsGateway.Proxy.Protection;
using Microsoft.Net.Http.Headers;

namespace KmsGateway.Proxy.Management;

/// <summary>Publishes what verifiers need. Public by purpose: it holds public keys only.</summary>
internal sealed class TrustEndpoints(TrustPublisher publisher, SigningPolicies policies)
{
    public Task WriteTrustFileAsync(HttpContext context) => WriteAsync(context, publisher.TrustFileJson);

    public Task WriteKeySetAsync(HttpContext context) =>
        publisher.KeySetJson((string)context.GetRouteValue("tenant")!) is { } keySet
            ? WriteAsync(context, keySet)
            : NotFound(context, "No such tenant.");

    /// <summary>The very bytes whose hash a statement names as <c>pol</c>.</summary>
    public Task WritePolicyAsync(HttpContext context) =>
        policies.TryFind((string)context.GetRouteValue("pol")!, out var policy)
            ? WriteAsync(context, policy.Json)
            : NotFound(context, "No such policy is in effect here.");

    private static Task NotFound(HttpContext context, string message) =>
        TypedResults.Problem(message, statusCode: StatusCodes.Status404NotFound).ExecuteAsync(context);

    private static Task WriteAsync(HttpContext context, ReadOnlyMemory<byte> json)
    {
        var tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(json.Span))}\"");
        var headers = context.Response.GetTypedHeaders();
        headers.ETag = tag;
        headers.CacheControl = new CacheControlHeaderValue { Public = true, MaxAge = TimeSpan.FromSeconds(60) };
        var known = context.Request.GetTypedHeaders().IfNoneMatch;
        if (known.Any(other => other.Equals(EntityTagHeaderValue.Any) || other.Compare(tag, useStrongComparison: false)))
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        return JsonAnswer.WriteAsync(context, json);
    }
}

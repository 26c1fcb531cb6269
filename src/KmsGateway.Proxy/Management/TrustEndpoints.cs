using System.Data.Common;
using System.Security.Cryptography;
using KmsGateway.Keys;
using KmsGateway.Keys.Trust;
using KmsGateway.Proxy.Protection;
using Microsoft.Net.Http.Headers;

namespace KmsGateway.Proxy.Management;

/// <summary>Publishes what verifiers need. Public by purpose: it holds public keys only.</summary>
internal sealed partial class TrustEndpoints(
    TrustPublisher publisher, SigningPolicies policies, PolicyArchive archive, ILogger<TrustEndpoints> logger)
{
    private static readonly CacheControlHeaderValue Minute = new() { Public = true, MaxAge = TimeSpan.FromSeconds(60) };

    // What is named by its hash never changes.
    private static readonly CacheControlHeaderValue ForEver = new()
    {
        Public = true,
        MaxAge = TimeSpan.FromDays(365),
        Extensions = { new NameValueHeaderValue("immutable") },
    };

    public Task WriteTrustFileAsync(HttpContext context) => WriteAsync(context, publisher.TrustFileJson, Minute);

    public Task WriteKeySetAsync(HttpContext context) =>
        publisher.KeySetJson((string)context.GetRouteValue("tenant")!) is { } keySet
            ? WriteAsync(context, keySet, Minute)
            : NotFound(context, "No such tenant.");

    /// <summary>The very bytes whose hash a statement names as <c>pol</c>, also of policies that are no longer in effect.</summary>
    public async Task WritePolicyAsync(HttpContext context)
    {
        var id = (string)context.GetRouteValue("pol")!;
        try
        {
            var json = policies.Current.TryFind(id, out var policy) ? policy.Json : await archive.FindAsync(id, context.RequestAborted);
            await (json.IsEmpty ? NotFound(context, "No such policy was ever in effect here.") : WriteAsync(context, json, ForEver));
        }
        catch (DbException exception)
        {
            LogPolicyUnread(exception);
            await TypedResults
                .Problem("The key store does not answer. Ask again later.", statusCode: StatusCodes.Status503ServiceUnavailable)
                .ExecuteAsync(context);
        }
    }

    private static Task NotFound(HttpContext context, string message) =>
        TypedResults.Problem(message, statusCode: StatusCodes.Status404NotFound).ExecuteAsync(context);

    private static Task WriteAsync(HttpContext context, ReadOnlyMemory<byte> json, CacheControlHeaderValue cacheControl)
    {
        var tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(json.Span))}\"");
        var headers = context.Response.GetTypedHeaders();
        headers.ETag = tag;
        headers.CacheControl = cacheControl;
        var known = context.Request.GetTypedHeaders().IfNoneMatch;
        if (known.Any(other => other.Equals(EntityTagHeaderValue.Any) || other.Compare(tag, useStrongComparison: false)))
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        return JsonAnswer.WriteAsync(context, json);
    }

    [LoggerMessage(4050, LogLevel.Warning, "The key store could not be read for a policy; the caller is told to ask again later.")]
    private partial void LogPolicyUnread(Exception exception);
}

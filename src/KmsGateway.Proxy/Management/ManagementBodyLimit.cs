using KmsGateway.Proxy.Listeners;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace KmsGateway.Proxy.Management;

/// <summary>Gives the management port the body limit that the server itself has not: OTLP bodies are counted by the gateway.</summary>
internal sealed class ManagementBodyLimit(RequestDelegate next, IOptions<ConnectionOptions> options)
{
    private readonly long _maxBytes = options.Value.MaxManagementBodyBytes;

    public Task InvokeAsync(HttpContext context)
    {
        if (context.Features.Get<ListenerFeature>()?.Listener is not (GatewayListener.OtlpGrpc or GatewayListener.OtlpHttp)
            && context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = context.GetEndpoint()?.Metadata.GetMetadata<ManagementBodySize>()?.MaxBytes ?? _maxBytes;
        }

        return next(context);
    }
}

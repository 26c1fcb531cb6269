using Microsoft.AspNetCore.Routing.Matching;

namespace KmsGateway.Proxy.Listeners;

/// <summary>Keeps an endpoint only if its listener accepted the connection. An untagged endpoint is unreachable.</summary>
/// <remarks>
/// Not RequireHost: a Host header is the sender's choice, and <c>Host: x:8080</c> would open the management port's routes.
/// </remarks>
internal sealed class OnListenerPolicy : MatcherPolicy, IEndpointSelectorPolicy
{
    public override int Order => int.MinValue;

    public bool AppliesToEndpoints(IReadOnlyList<Endpoint> endpoints) => true;

    public Task ApplyAsync(HttpContext httpContext, CandidateSet candidates)
    {
        var listener = httpContext.Features.Get<ListenerFeature>()?.Listener;
        for (var i = 0; i < candidates.Count; i++)
        {
            var required = candidates[i].Endpoint?.Metadata.GetMetadata<OnListener>()?.Listener;
            if (listener is null || required != listener)
            {
                candidates.SetValidity(i, false);
            }
        }

        return Task.CompletedTask;
    }
}

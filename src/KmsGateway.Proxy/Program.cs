using KmsGateway.Proxy;
using KmsGateway.Proxy.Startup;

// A request's way: Listeners (which port it came in on) -> Forwarding/OtlpPipeline (what is routed, in which order) ->
// Protection (its body is replaced by the signed one) -> the upstream. Management is the other port.
return await StartupFailure.ExplainAsync(async () =>
{
    await using var gateway = GatewayApplication.Create(args);
    await gateway.RunAsync();
});

using KmsGateway.Keys.Administration;

namespace KmsGateway.Proxy.Management.Administration;

/// <summary>Lists what was done with secrets.</summary>
internal sealed class AuditEndpoints(AdminApi api, AuditTrail trail)
{
    public void Map(IEndpointRouteBuilder admin) => admin.MapGet("/audit", api.Of(AdminScope.Read, GetAsync));

    private async Task GetAsync(HttpContext context, string actor)
    {
        if (await AdminApi.ReadAfterAsync(context, "the audit trail") is { } after)
        {
            var acts = await trail.ReadAsync(after, AuditTrail.MaxEntries, context.RequestAborted);
            await AdminApi.WriteAsync(context, new AuditList(acts), AdminJson.Default.AuditList);
        }
    }
}

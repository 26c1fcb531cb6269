using KmsGateway.Keys.Administration;

namespace KmsGateway.Proxy.Management.Administration;

/// <summary>Lists, adds and removes tenants.</summary>
internal sealed class TenantEndpoints(AdminApi api, KeyAdministration keys)
{
    public void Map(IEndpointRouteBuilder admin)
    {
        admin.MapGet("/tenants", api.Of(AdminScope.Read, GetAllAsync));
        admin.MapGet("/tenants/{tenant}", api.Of(AdminScope.Read, GetAsync));
        admin.MapPut("/tenants/{tenant}", api.Of(AdminScope.Tenants, PutAsync));
        admin.MapDelete("/tenants/{tenant}", api.Of(AdminScope.Tenants, DeleteAsync));
    }

    private async Task GetAllAsync(HttpContext context, string actor) =>
        await AdminApi.WriteAsync(context, new TenantList(await keys.GetTenantsAsync(context.RequestAborted)), AdminJson.Default.TenantList);

    private async Task GetAsync(HttpContext context, string actor)
    {
        var name = AdminApi.Route(context, "tenant");
        var tenant = (await keys.GetTenantsAsync(context.RequestAborted)).FirstOrDefault(tenant => tenant.Tenant == name);
        await (tenant is null
            ? AdminProblem.WriteAsync(context, StatusCodes.Status404NotFound, $"There is no tenant '{name}'.")
            : AdminApi.WriteAsync(context, tenant, AdminJson.Default.TenantDescription));
    }

    private async Task PutAsync(HttpContext context, string actor)
    {
        await keys.AddTenantAsync(AdminApi.Route(context, "tenant"), context.RequestAborted);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private async Task DeleteAsync(HttpContext context, string actor)
    {
        await keys.RemoveTenantAsync(AdminApi.Route(context, "tenant"), context.RequestAborted);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }
}

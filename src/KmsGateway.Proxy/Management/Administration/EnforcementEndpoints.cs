using KmsGateway.Keys;
using KmsGateway.Proxy.Protection;

namespace KmsGateway.Proxy.Management.Administration;

/// <summary>Break-glass: a tenant's mode for a while.</summary>
internal sealed partial class EnforcementEndpoints(
    AdminApi api, EnforcementOverrides overrides, TenantKeys tenants, TimeProvider time, ILogger<EnforcementEndpoints> logger)
{
    private static readonly TimeSpan MaxTime = TimeSpan.FromHours(4);

    public void Map(IEndpointRouteBuilder admin)
    {
        admin.MapGet("/enforcement", api.Of(AdminScope.Read, GetAsync));
        admin.MapPost("/enforcement", api.Of(AdminScope.Enforce, PostAsync));
        admin.MapDelete("/enforcement/{tenant}", api.Of(AdminScope.Enforce, DeleteAsync));
    }

    private Task GetAsync(HttpContext context, string actor) => AdminApi.WriteAsync(
        context, new EnforcementList([.. overrides.Current.Select(EnforcementAnswer.Of)]), AdminJson.Default.EnforcementList);

    private async Task PostAsync(HttpContext context, string actor)
    {
        if (await AdminApi.ReadAsync(context, AdminJson.Default.EnforcementRequest) is not { } request
            || !await AdminApi.HasReasonAsync(context, request.Reason))
        {
            return;
        }

        if (!EnforcementModes.TryParse(request.Mode, out var mode))
        {
            await BadAsync(context, $"'mode' is missing or not known. Use {EnforcementModes.Enforce}, {EnforcementModes.Observe} or {EnforcementModes.DryRun}.");
        }
        else if (request.Ttl is not { } ttl || ttl <= TimeSpan.Zero || ttl > MaxTime)
        {
            await BadAsync(context, $"'ttl' is missing or not from 00:00:01 to {MaxTime:c}. The mode goes back by itself after that time.");
        }
        else if (request.Tenant is not { } tenant)
        {
            await BadAsync(context, "'tenant' is missing.");
        }
        else if (!tenants.Tenants.Contains(tenant))
        {
            await AdminProblem.WriteAsync(context, StatusCodes.Status404NotFound, $"There is no tenant '{request.Tenant}'.");
        }
        else
        {
            var entry = new EnforcementOverride(tenant, mode, actor, request.Reason!, time.GetUtcNow() + ttl);
            overrides.Set(entry);
            LogSet(tenant, mode.Name(), actor, entry.Until, entry.Reason);
            await AdminApi.WriteAsync(context, EnforcementAnswer.Of(entry), AdminJson.Default.EnforcementAnswer);
        }
    }

    private async Task DeleteAsync(HttpContext context, string actor)
    {
        // In the address, as a DELETE has no body. Optional: to go back to what is configured needs no excuse.
        var reason = context.Request.Query["reason"].ToString();
        if (reason.Length > 0 && !await AdminApi.HasReasonAsync(context, reason))
        {
            return;
        }

        var tenant = AdminApi.Route(context, "tenant");
        if (!overrides.Clear(tenant))
        {
            await AdminProblem.WriteAsync(context, StatusCodes.Status404NotFound, $"Nothing is set aside for tenant '{tenant}'.");
            return;
        }

        LogCleared(tenant, actor, reason.Length > 0 ? reason : "no reason given");
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static Task BadAsync(HttpContext context, string detail) =>
        AdminProblem.WriteAsync(context, StatusCodes.Status400BadRequest, detail);

    [LoggerMessage(4088, LogLevel.Warning, "BREAK-GLASS: tenant {Tenant} is in mode {Mode} by {Actor} until {Until:u}: {Reason}")]
    private partial void LogSet(string tenant, string mode, string actor, DateTimeOffset until, string reason);

    [LoggerMessage(4089, LogLevel.Warning, "Tenant {Tenant} is in its configured mode again, by {Actor}: {Reason}")]
    private partial void LogCleared(string tenant, string actor, string reason);
}

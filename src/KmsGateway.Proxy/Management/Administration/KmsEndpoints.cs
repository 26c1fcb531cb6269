using KmsGateway.Keys.Administration;
using KmsGateway.Proxy.Protection;

namespace KmsGateway.Proxy.Management.Administration;

/// <summary>How this gateway stands with its KMS, and what is done for all tenants at once.</summary>
internal sealed class KmsEndpoints(AdminApi api, KmsAdministration kms, EnforcementOverrides overrides)
{
    public void Map(IEndpointRouteBuilder admin)
    {
        admin.MapPost("/kms/validate", api.Of(AdminScope.Keys, ValidateAsync));
        admin.MapGet("/kms/status", api.Of(AdminScope.Read, GetStatusAsync));
        admin.MapGet("/kms/cache", api.Of(AdminScope.Read, GetCacheAsync));
        admin.MapPost("/kms/warm-up", api.Of(AdminScope.Keys, WarmUpAsync));
        admin.MapPost("/kms/rotate-all-keys", api.Of(AdminScope.Keys, RotateAllAsync));
        admin.MapGet("/operations/{id}", api.Of(AdminScope.Read, GetOperationAsync));
    }

    private async Task ValidateAsync(HttpContext context, string actor)
    {
        var steps = await kms.ValidateAsync(context.RequestAborted);
        var isValid = steps.All(step => step.Status != "failed");
        await AdminApi.WriteAsync(context, new ValidationAnswer(isValid, steps), AdminJson.Default.ValidationAnswer);
    }

    private Task GetStatusAsync(HttpContext context, string actor) => AdminApi.WriteAsync(
        context, new StatusAnswer(kms.GetStatus(), [.. overrides.Current.Select(EnforcementAnswer.Of)]), AdminJson.Default.StatusAnswer);

    private Task GetCacheAsync(HttpContext context, string actor) => AdminApi.WriteAsync(
        context, new CacheAnswer(kms.GetCacheStatus(), kms.GetCachedKeys()), AdminJson.Default.CacheAnswer);

    private Task WarmUpAsync(HttpContext context, string actor) => AcceptedAsync(context, kms.StartWarmUp(actor));

    private async Task RotateAllAsync(HttpContext context, string actor)
    {
        if (await AdminApi.ReadAsync(context, AdminJson.Default.ReasonRequest) is not { } request
            || !await AdminApi.HasReasonAsync(context, request.Reason))
        {
            return;
        }

        await (AdminApi.IsDryRun(context)
            ? AdminApi.WriteAsync(context, new RotateAllPlan(kms.TenantsToRotate()), AdminJson.Default.RotateAllPlan)
            : AcceptedAsync(context, kms.StartRotateAll(actor, request.Reason!)));
    }

    private async Task GetOperationAsync(HttpContext context, string actor)
    {
        var operation = kms.FindOperation(AdminApi.Route(context, "id"));
        await (operation is null
            ? AdminProblem.WriteAsync(
                context,
                StatusCodes.Status404NotFound,
                "This gateway knows no such operation: it is another one's, from before its start, or too long ago.")
            : AdminApi.WriteAsync(context, operation, AdminJson.Default.Operation));
    }

    private static Task AcceptedAsync(HttpContext context, Operation operation)
    {
        context.Response.Headers.Location = $"{AdminApi.Root}/operations/{operation.Id}";
        return AdminApi.WriteAsync(context, operation, AdminJson.Default.Operation, StatusCodes.Status202Accepted);
    }
}

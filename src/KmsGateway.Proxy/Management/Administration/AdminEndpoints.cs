using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using KmsGateway.Cryptography;
using KmsGateway.Keys.Administration;

namespace KmsGateway.Proxy.Management.Administration;

/// <summary>Operates keys and tenants over HTTP. Each call needs a scope; what changes something is logged with who did it.</summary>
internal sealed partial class AdminEndpoints(AdminAccess access, KeyAdministration keys, ILogger<AdminEndpoints> logger)
{
    private const int MaxReason = 500;
    private const int MaxImportBytes = 256 * 1024 * 1024;

    public void Map(IEndpointRouteBuilder management)
    {
        var admin = management.MapGroup("/api/admin");
        admin.MapGet("/keys", Of(AdminScope.Read, GetKeysAsync));
        admin.MapGet("/events", Of(AdminScope.Read, GetEventsAsync));
        admin.MapGet("/tenants", Of(AdminScope.Read, GetTenantsAsync));
        admin.MapPut("/tenants/{tenant}", Of(AdminScope.Tenants, PutTenantAsync));
        admin.MapDelete("/tenants/{tenant}", Of(AdminScope.Tenants, DeleteTenantAsync));
        admin.MapPost("/kms/tenants/{tenant}/rotate", Of(AdminScope.Keys, RotateAsync));
        admin.MapPost("/kms/keys/{kid}/revoke", Of(AdminScope.Keys, RevokeAsync));
        admin.MapGet("/keys/export", Of(AdminScope.Keys, ExportAsync));
        admin.MapPost("/keys/import", Of(AdminScope.Keys, ImportAsync)).WithMetadata(new ManagementBodySize(MaxImportBytes));
    }

    private async Task GetKeysAsync(HttpContext context, string actor) => await WriteAsync(
        context, new KeyList(await keys.GetKeysAsync(context.Request.Query["tenant"], context.RequestAborted)), AdminJson.Default.KeyList);

    private async Task GetEventsAsync(HttpContext context, string actor)
    {
        var text = context.Request.Query["after"].ToString();
        if (!long.TryParse(text.Length == 0 ? "0" : text, NumberStyles.None, CultureInfo.InvariantCulture, out var after))
        {
            await ProblemAsync(context, StatusCodes.Status400BadRequest, "'after' is no number of an entry of the trust chain.");
            return;
        }

        await WriteAsync(context, new EventList(await keys.GetEventsAsync(after, context.RequestAborted)), AdminJson.Default.EventList);
    }

    private async Task GetTenantsAsync(HttpContext context, string actor) =>
        await WriteAsync(context, new TenantList(await keys.GetTenantsAsync(context.RequestAborted)), AdminJson.Default.TenantList);

    private async Task PutTenantAsync(HttpContext context, string actor)
    {
        var tenant = Route(context, "tenant");
        await keys.AddTenantAsync(tenant, context.RequestAborted);
        LogTenantAdded(tenant, actor);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private async Task DeleteTenantAsync(HttpContext context, string actor)
    {
        var tenant = Route(context, "tenant");
        await keys.RemoveTenantAsync(tenant, context.RequestAborted);
        LogTenantRemoved(tenant, actor);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private async Task RotateAsync(HttpContext context, string actor)
    {
        if (await ReadAsync(context, AdminJson.Default.ReasonRequest) is not { } request || !await HasReasonAsync(context, request.Reason))
        {
            return;
        }

        var tenant = Route(context, "tenant");
        var after = await keys.RotateAsync(tenant, actor, request.Reason!, context.RequestAborted);
        LogRotated(tenant, actor, request.Reason!);
        await WriteAsync(context, new KeyList(after), AdminJson.Default.KeyList);
    }

    private async Task RevokeAsync(HttpContext context, string actor)
    {
        if (await ReadAsync(context, AdminJson.Default.RevokeRequest) is not { } request || !await HasReasonAsync(context, request.Reason))
        {
            return;
        }

        if (request.Kind is not (KeyEvent.Superseded or KeyEvent.Compromise))
        {
            await ProblemAsync(
                context,
                StatusCodes.Status400BadRequest,
                $"'kind' is missing or not known. Use '{KeyEvent.Superseded}' (what the key signed stays valid) or '{KeyEvent.Compromise}' "
                + "(nothing under it is believed any longer).");
            return;
        }

        var done = await keys.RevokeAsync(
            new RevocationRequest(
                Route(context, "kid"), request.Kind == KeyEvent.Compromise, request.CompromisedFrom, actor, request.Reason!),
            context.RequestAborted);
        await WriteAsync(
            context,
            new RevocationAnswer(done.Kid, done.Tenant, done.RevokedAt, done.N, done.TimeToRevoke?.TotalMilliseconds, done.Waiting),
            AdminJson.Default.RevocationAnswer);
    }

    private async Task ExportAsync(HttpContext context, string actor)
    {
        var file = await keys.ExportAsync(context.RequestAborted);
        LogExported(actor);
        context.Response.Headers.ContentDisposition = "attachment; filename=\"kmsgateway-keys.json\"";
        await JsonAnswer.WriteAsync(context, file);
    }

    private async Task ImportAsync(HttpContext context, string actor)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var count = await keys.ImportAsync(body.GetBuffer().AsMemory(0, (int)body.Length), context.RequestAborted);
        LogImported(count, actor);
        await WriteAsync(context, new ImportAnswer(count), AdminJson.Default.ImportAnswer);
    }

    private RequestDelegate Of(string scope, Func<HttpContext, string, Task> endpoint) => async context =>
    {
        context.Response.Headers.CacheControl = "no-store";
        var caller = access.Check(context, scope);
        if (caller.Name is not { } actor)
        {
            LogRefused(context.Request.Method, context.Request.Path, caller.Status);
            await ProblemAsync(context, caller.Status, caller.Problem);
            return;
        }

        try
        {
            await endpoint(context, actor);
        }
        catch (KeyAdministrationException exception)
        {
            LogNotDone(exception, context.Request.Method, context.Request.Path, actor);
            await ProblemAsync(context, StatusOf(exception), exception.Message);
        }
    };

    private static int StatusOf(KeyAdministrationException exception) => exception switch
    {
        { IsMissing: true } => StatusCodes.Status404NotFound,
        { IsOutage: true } => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status409Conflict,
    };

    private static string Route(HttpContext context, string name) => (string)context.GetRouteValue(name)!;

    private static async Task<bool> HasReasonAsync(HttpContext context, string? reason)
    {
        if (!string.IsNullOrWhiteSpace(reason) && reason.Length <= MaxReason && !reason.Any(char.IsControl))
        {
            return true;
        }

        await ProblemAsync(
            context, StatusCodes.Status400BadRequest, $"'reason' is missing, or not one line of at most {MaxReason} characters. It is kept for the record.");
        return false;
    }

    private static async Task<T?> ReadAsync<T>(HttpContext context, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            if (context.Request.HasJsonContentType()
                && await context.Request.ReadFromJsonAsync(type, context.RequestAborted) is { } request)
            {
                return request;
            }
        }
        catch (JsonException)
        {
            // Told below, as what is not JSON at all.
        }

        await ProblemAsync(context, StatusCodes.Status400BadRequest, "The body is no JSON object of this call, sent as application/json.");
        return null;
    }

    private static Task WriteAsync<T>(HttpContext context, T answer, JsonTypeInfo<T> type) =>
        JsonAnswer.WriteAsync(context, JsonSerializer.SerializeToUtf8Bytes(answer, type));

    private static Task ProblemAsync(HttpContext context, int status, string detail) =>
        TypedResults.Problem(detail, statusCode: status).ExecuteAsync(context);

    [LoggerMessage(4080, LogLevel.Warning, "Refused {Method} {Path}: {Status}")]
    private partial void LogRefused(string method, PathString path, int status);

    [LoggerMessage(4081, LogLevel.Warning, "{Method} {Path} by {Actor} was not done")]
    private partial void LogNotDone(Exception exception, string method, PathString path, string actor);

    [LoggerMessage(4082, LogLevel.Information, "Tenant {Tenant} was added by {Actor}")]
    private partial void LogTenantAdded(string tenant, string actor);

    [LoggerMessage(4083, LogLevel.Information, "Tenant {Tenant} was removed by {Actor}")]
    private partial void LogTenantRemoved(string tenant, string actor);

    [LoggerMessage(4084, LogLevel.Information, "The key of tenant {Tenant} was rotated by {Actor}: {Reason}")]
    private partial void LogRotated(string tenant, string actor, string reason);

    [LoggerMessage(4085, LogLevel.Information, "The key store was exported by {Actor}")]
    private partial void LogExported(string actor);

    [LoggerMessage(4086, LogLevel.Information, "An export with {Keys} keys was imported by {Actor}")]
    private partial void LogImported(int keys, string actor);
}

using KmsGateway.Cryptography;
using KmsGateway.Keys.Administration;

namespace KmsGateway.Proxy.Management.Administration;

/// <summary>Lists, rotates, revokes, shreds, exports and imports keys.</summary>
internal sealed partial class KeyEndpoints(AdminApi api, KeyAdministration keys, ILogger<KeyEndpoints> logger)
{
    private const string Signing = "signing";
    private const string Encryption = "encryption";
    private const int MaxImportBytes = 256 * 1024 * 1024;

    public void Map(IEndpointRouteBuilder admin)
    {
        admin.MapGet("/keys", api.Of(AdminScope.Read, GetKeysAsync));
        admin.MapGet("/events", api.Of(AdminScope.Read, GetEventsAsync));
        admin.MapPost("/kms/tenants/{tenant}/rotate", api.Of(AdminScope.Keys, RotateAsync));
        admin.MapPost("/kms/keys/{kid}/revoke", api.Of(AdminScope.Keys, RevokeAsync));
        admin.MapPost("/kms/keys/{kid}/shred", api.Of(AdminScope.Keys, ShredAsync));
        admin.MapGet("/keys/export", api.Of(AdminScope.Keys, ExportAsync));
        admin.MapPost("/keys/import", api.Of(AdminScope.Keys, ImportAsync)).WithMetadata(new ManagementBodySize(MaxImportBytes));
    }

    private async Task GetKeysAsync(HttpContext context, string actor) => await AdminApi.WriteAsync(
        context, new KeyList(await keys.GetKeysAsync(context.Request.Query["tenant"], context.RequestAborted)), AdminJson.Default.KeyList);

    private async Task GetEventsAsync(HttpContext context, string actor)
    {
        if (await AdminApi.ReadAfterAsync(context, "the trust chain") is { } after)
        {
            await AdminApi.WriteAsync(context, new EventList(await keys.GetEventsAsync(after, context.RequestAborted)), AdminJson.Default.EventList);
        }
    }

    private async Task RotateAsync(HttpContext context, string actor)
    {
        if (await AdminApi.ReadAsync(context, AdminJson.Default.ReasonRequest) is not { } request
            || !await AdminApi.HasReasonAsync(context, request.Reason))
        {
            return;
        }

        var purpose = context.Request.Query["purpose"].ToString();
        if (purpose is not ("" or Signing or Encryption))
        {
            await AdminProblem.WriteAsync(
                context,
                StatusCodes.Status400BadRequest,
                $"'purpose' is not known. Use '{Signing}', which it is without, or '{Encryption}'.");
            return;
        }

        var tenant = AdminApi.Route(context, "tenant");
        var after = await keys.RotateAsync(
            tenant, purpose.Length == 0 ? Signing : purpose, actor, request.Reason!, AdminApi.IsDryRun(context), context.RequestAborted);
        await AdminApi.WriteAsync(context, new KeyList(after), AdminJson.Default.KeyList);
    }

    private async Task RevokeAsync(HttpContext context, string actor)
    {
        if (await AdminApi.ReadAsync(context, AdminJson.Default.RevokeRequest) is not { } request
            || !await AdminApi.HasReasonAsync(context, request.Reason))
        {
            return;
        }

        if (request.Kind is not (KeyEvent.Superseded or KeyEvent.Compromise))
        {
            await AdminProblem.WriteAsync(
                context,
                StatusCodes.Status400BadRequest,
                $"'kind' is missing or not known. Use '{KeyEvent.Superseded}' (what the key signed stays valid) or '{KeyEvent.Compromise}' "
                + "(nothing under it is believed any longer).");
            return;
        }

        var done = await keys.RevokeAsync(
            new RevocationRequest(
                AdminApi.Route(context, "kid"), request.Kind == KeyEvent.Compromise, request.CompromisedFrom, actor, request.Reason!),
            context.RequestAborted);
        await AdminApi.WriteAsync(
            context,
            new RevocationAnswer(done.Kid, done.Tenant, done.RevokedAt, done.N, done.TimeToRevoke?.TotalMilliseconds, done.Waiting),
            AdminJson.Default.RevocationAnswer);
    }

    private async Task ShredAsync(HttpContext context, string actor)
    {
        if (await AdminApi.ReadAsync(context, AdminJson.Default.ShredRequest) is not { } request
            || !await AdminApi.HasReasonAsync(context, request.Reason))
        {
            return;
        }

        var kid = AdminApi.Route(context, "kid");
        if (request.Confirm != kid)
        {
            await AdminProblem.WriteAsync(
                context,
                StatusCodes.Status400BadRequest,
                "'confirm' is missing or not the key of the path. What is encrypted under a key that is shredded can be decrypted by nobody, for ever: "
                + "give the key in both places.");
            return;
        }

        var done = await keys.ShredAsync(kid, actor, request.Reason!, context.RequestAborted);
        await AdminApi.WriteAsync(
            context, new ShredAnswer(done.Kid, done.Tenant, done.ShreddedAt, done.AuditN), AdminJson.Default.ShredAnswer);
    }

    private async Task ExportAsync(HttpContext context, string actor)
    {
        var file = await keys.ExportAsync(context.RequestAborted);
        context.Response.Headers.ContentDisposition = "attachment; filename=\"kmsgateway-keys.json\"";
        await JsonAnswer.WriteAsync(context, file);
    }

    private async Task ImportAsync(HttpContext context, string actor)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var count = await keys.ImportAsync(body.GetBuffer().AsMemory(0, (int)body.Length), context.RequestAborted);
        LogImported(count, actor);
        await AdminApi.WriteAsync(context, new ImportAnswer(count), AdminJson.Default.ImportAnswer);
    }

    [LoggerMessage(4086, LogLevel.Information, "An export with {Keys} keys was imported by {Actor}")]
    private partial void LogImported(int keys, string actor);
}

using System.Globalization;
using KmsGateway.Proxy.Bodies;
using Microsoft.Extensions.Options;

namespace KmsGateway.Proxy.Management.Administration;

/// <summary>Decrypts values for whoever may have them.</summary>
internal sealed partial class DecryptEndpoints(
    AdminApi api, ValueDecryption decryption, DecryptionBudget budget, IOptions<LimitsOptions> limits, ILogger<DecryptEndpoints> logger)
{
    // A call may have a thousand small values, however small the gateway's requests are; kmsgw fills half of it.
    private const long MinBodyBytes = 8 * 1024 * 1024;

    public void Map(IEndpointRouteBuilder admin)
    {
        // Whatever a gateway has encrypted may come back in one piece: as base64 within JSON it is less than twice as long.
        var body = new ManagementBodySize(Math.Max(2L * limits.Value.MaxMessageBytes, MinBodyBytes));
        admin.MapPost("/decrypt", api.OfSecret(AdminScope.Decrypt, DecryptAsync)).WithMetadata(body);
    }

    private async Task DecryptAsync(HttpContext context, string actor)
    {
        if (await AdminApi.ReadAsync(context, AdminJson.Default.DecryptRequest) is not { } request
            || !await AdminApi.HasReasonAsync(context, request.Reason))
        {
            return;
        }

        if (!DecryptRequests.TryRead(request, out var values, out var problem))
        {
            await AdminProblem.WriteAsync(context, StatusCodes.Status400BadRequest, problem);
            return;
        }

        if (!budget.TryTake(actor, values.Count, out var retryAfter))
        {
            context.Response.Headers.RetryAfter = Math.Ceiling(retryAfter.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            await AdminProblem.WriteAsync(
                context,
                StatusCodes.Status429TooManyRequests,
                $"'{actor}' has had as many values as {AdminOptions.Section}:{nameof(AdminOptions.DecryptValuesPerMinute)} allows. "
                + "Nothing was decrypted. Ask again after the time of Retry-After.");
            return;
        }

        using var result = await decryption.DecryptAsync(values, actor, request.Reason!, context.RequestAborted);
        LogDecrypted(result.Decrypted, values.Count - result.Decrypted, actor, result.AuditN);
        await DecryptAnswer.WriteAsync(context, result);
    }

    [LoggerMessage(4094, LogLevel.Information, "{Decrypted} values were decrypted and {Refused} refused for {Actor}: entry {AuditN} of the audit trail")]
    private partial void LogDecrypted(int decrypted, int refused, string actor, long auditN);
}

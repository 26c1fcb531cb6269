using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using KmsGateway.Keys.Administration;

namespace KmsGateway.Proxy.Management.Administration;

/// <summary>What all calls of the admin API have in common: who may, one record of each, problems, JSON, repetition.</summary>
internal sealed partial class AdminApi(AdminAccess access, IdempotencyKeys idempotency, ILogger<AdminApi> logger)
{
    public const string Root = "/api/admin";

    private const int MaxReason = 500;

    /// <summary>A call that needs a scope. Its second argument is the actor.</summary>
    public RequestDelegate Of(string scope, Func<HttpContext, string, Task> endpoint) => Of(scope, endpoint, mayRepeat: true);

    private RequestDelegate Of(string scope, Func<HttpContext, string, Task> endpoint, bool mayRepeat) => async context =>
    {
        context.Response.Headers.CacheControl = "no-store";
        var caller = access.Check(context, scope);
        if (caller.Name is not { } actor)
        {
            LogRefused(context.Request.Method, context.Request.Path, caller.Status);
            await AdminProblem.WriteAsync(context, caller.Status, caller.Problem);
            return;
        }

        try
        {
            await (mayRepeat
                ? idempotency.OnceAsync(context, actor, () => endpoint(context, actor))
                : OnlyOnceAsync(context, () => endpoint(context, actor)));
        }
        catch (KeyAdministrationException exception)
        {
            LogNotDone(exception, context.Request.Method, context.Request.Path, actor);
            await AdminProblem.WriteAsync(context, StatusOf(exception), exception.Message);
        }

        LogCalled(context.Request.Method, context.Request.Path, actor, context.Response.StatusCode);
    };

    /// <summary>A call whose answer holds secrets: it is not kept for whoever would send the same again.</summary>
    public RequestDelegate OfSecret(string scope, Func<HttpContext, string, Task> endpoint) => Of(scope, endpoint, mayRepeat: false);

    public static string Route(HttpContext context, string name) => (string)context.GetRouteValue(name)!;

    /// <summary><c>?dryRun</c>: tell what would be done.</summary>
    public static bool IsDryRun(HttpContext context) =>
        context.Request.Query.TryGetValue("dryRun", out var value) && !value.ToString().Equals("false", StringComparison.OrdinalIgnoreCase);

    /// <summary>Answers the caller itself and returns false when there is no proper reason.</summary>
    public static async Task<bool> HasReasonAsync(HttpContext context, string? reason)
    {
        if (!string.IsNullOrWhiteSpace(reason) && reason.Length <= MaxReason && !reason.Any(char.IsControl))
        {
            return true;
        }

        await AdminProblem.WriteAsync(
            context, StatusCodes.Status400BadRequest, $"'reason' is missing, or not one line of at most {MaxReason} characters. It is kept for the record.");
        return false;
    }

    /// <summary>Answers the caller itself and returns null when the body is not what it should be.</summary>
    public static async Task<T?> ReadAsync<T>(HttpContext context, JsonTypeInfo<T> type)
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
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Told below, as what is not JSON at all: broken, or in a charset that nobody knows.
        }

        await AdminProblem.WriteAsync(
            context, StatusCodes.Status400BadRequest, "The body is no JSON object of this call, sent as application/json.");
        return null;
    }

    public static Task WriteAsync<T>(HttpContext context, T answer, JsonTypeInfo<T> type, int status = StatusCodes.Status200OK)
    {
        context.Response.StatusCode = status;
        return JsonAnswer.WriteAsync(context, JsonSerializer.SerializeToUtf8Bytes(answer, type));
    }

    /// <summary><c>?after</c>: the number of an entry. Answers the caller itself and returns null when it is none.</summary>
    public static async Task<long?> ReadAfterAsync(HttpContext context, string what)
    {
        var text = context.Request.Query["after"].ToString();
        if (long.TryParse(text.Length == 0 ? "0" : text, NumberStyles.None, CultureInfo.InvariantCulture, out var after))
        {
            return after;
        }

        await AdminProblem.WriteAsync(context, StatusCodes.Status400BadRequest, $"'after' is no number of an entry of {what}.");
        return null;
    }

    private static Task OnlyOnceAsync(HttpContext context, Func<Task> action) => context.Request.Headers.ContainsKey(IdempotencyKeys.Header)
        ? AdminProblem.WriteAsync(
            context,
            StatusCodes.Status400BadRequest,
            $"The answer to this call is not kept, so it takes no {IdempotencyKeys.Header}. Leave it out: asking again changes nothing but the audit trail.")
        : action();

    private static int StatusOf(KeyAdministrationException exception) => exception switch
    {
        { IsMissing: true } => StatusCodes.Status404NotFound,
        { IsOutage: true } => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status409Conflict,
    };

    [LoggerMessage(4080, LogLevel.Warning, "Refused {Method} {Path}: {Status}")]
    private partial void LogRefused(string method, PathString path, int status);

    [LoggerMessage(4081, LogLevel.Warning, "{Method} {Path} by {Actor} was not done")]
    private partial void LogNotDone(Exception exception, string method, PathString path, string actor);

    [LoggerMessage(4082, LogLevel.Information, "{Method} {Path} by {Actor}: {Status}")]
    private partial void LogCalled(string method, PathString path, string actor, int status);
}

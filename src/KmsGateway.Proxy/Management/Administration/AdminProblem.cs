namespace KmsGateway.Proxy.Management.Administration;

/// <summary>Why a call was not done, as <c>application/problem+json</c>. Each type is an address that explains it, and stays.</summary>
internal static class AdminProblem
{
    private const string Types = "https://github.com/kmsgateway/kmsgateway/blob/main/docs/admin.md#";

    public static Task WriteAsync(HttpContext context, int status, string detail) =>
        TypedResults.Problem(detail, type: TypeOf(status), title: TitleOf(status), statusCode: status).ExecuteAsync(context);

    public static string TypeOf(int status) => Types + TitleOf(status).ToLowerInvariant().Replace(' ', '-');

    private static string TitleOf(int status) => status switch
    {
        StatusCodes.Status400BadRequest => "Malformed request",
        StatusCodes.Status401Unauthorized => "No credential",
        StatusCodes.Status403Forbidden => "Not allowed",
        StatusCodes.Status404NotFound => "Not found",
        StatusCodes.Status409Conflict => "Not possible now",
        StatusCodes.Status422UnprocessableEntity => "Key of another request",
        StatusCodes.Status429TooManyRequests => "Too much for now",
        _ => "Not available",
    };
}

namespace KmsGateway.Proxy.Management.Administration;

/// <summary>Who calls, or why it may not.</summary>
internal readonly record struct AdminCaller(string? Name, int Status, string Problem)
{
    public static AdminCaller Of(string name) => new(name, StatusCodes.Status200OK, "");

    public static AdminCaller Refused(int status, string problem) => new(null, status, problem);
}

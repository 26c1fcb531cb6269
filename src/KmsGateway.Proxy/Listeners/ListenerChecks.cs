namespace KmsGateway.Proxy.Listeners;

/// <summary>Exactly the three endpoints, each with a usable URL: one more would be a port that nobody decided on.</summary>
internal static class ListenerChecks
{
    public const string Section = "Kestrel:Endpoints";

    private static readonly string[] Names = Enum.GetNames<GatewayListener>();

    public static IEnumerable<string> Problems(IConfiguration configuration)
    {
        foreach (var endpoint in configuration.GetSection(Section).GetChildren())
        {
            if (!Names.Contains(endpoint.Key, StringComparer.OrdinalIgnoreCase))
            {
                yield return $"{Section}:{endpoint.Key} is not a listener of the gateway. Remove it; there are {string.Join(", ", Names)}.";
            }
        }

        foreach (var name in Names)
        {
            var key = $"{Section}:{name}:Url";
            if (configuration[key] is not { Length: > 0 } url)
            {
                yield return $"{key} is missing. Set it, for example to http://*:{DefaultPort(name)}.";
            }
            else if (!IsUsable(url))
            {
                yield return $"{key} '{url}' is not a listener address. Set http or https, a host and a port, without a path.";
            }
        }
    }

    private static bool IsUsable(string url)
    {
        try
        {
            var address = BindingAddress.Parse(url);
            return address.Scheme is "http" or "https" && address.PathBase.Length == 0;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private static int DefaultPort(string name) => Enum.Parse<GatewayListener>(name) switch
    {
        GatewayListener.OtlpGrpc => 4317,
        GatewayListener.OtlpHttp => 4318,
        _ => 8080,
    };
}

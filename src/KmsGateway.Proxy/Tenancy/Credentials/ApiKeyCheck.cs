using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using KmsGateway.Proxy.Rejections;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace KmsGateway.Proxy.Tenancy.Credentials;

/// <summary>A random secret in a header, of which the gateway knows the hash.</summary>
internal sealed partial class ApiKeyCheck : ICredentialCheck, IDisposable
{
    public const string Header = "X-Api-Key";

    // Longer ones are not hashed: nobody makes them.
    private const int MaxLength = 1_024;

    private readonly IConfiguration _configuration;
    private readonly IHostEnvironment _environment;
    private readonly ILogger<ApiKeyCheck> _logger;
    private readonly IOptionsFactory<TenancyOptions> _options;
    private readonly IDisposable _changes;

    // Found by the hash of what was sent, whose bits a caller cannot choose: how long a look takes says nothing of the keys.
    private volatile FrozenDictionary<string, TenantAllowList> _byHash = FrozenDictionary<string, TenantAllowList>.Empty;

    public ApiKeyCheck(
        IOptionsFactory<TenancyOptions> options, IConfiguration configuration, IHostEnvironment environment, ILogger<ApiKeyCheck> logger)
    {
        (_options, _configuration, _environment, _logger) = (options, configuration, environment, logger);
        _changes = ChangeToken.OnChange(configuration.GetReloadToken, Reload);

        // Once more if they change meanwhile: a key that was taken away in that moment would stay valid.
        IChangeToken meanwhile;
        do
        {
            meanwhile = configuration.GetReloadToken();
            _byHash = Read();
        }
        while (meanwhile.HasChanged);
    }

    public string Name => $"an API key in {Header}";

    public bool IsConfigured => _byHash.Count > 0;

    public ValueTask<TenantAllowList?> CheckAsync(HttpContext context)
    {
        var values = context.Request.Headers[Header];
        return values.Count switch
        {
            0 => new((TenantAllowList?)null),
            1 when values.ToString() is { Length: > 0 and <= MaxLength } key && _byHash.TryGetValue(HashOf(key), out var tenants) => new(tenants),
            1 => throw new RejectionException(RejectionReason.Unauthenticated, $"{Header} has no key that this gateway knows"),
            _ => throw new RejectionException(RejectionReason.Unauthenticated, $"{Header} stands more than once"),
        };
    }

    public void Remove(HttpRequest request) => request.Headers.Remove(Header);

    public void Dispose() => _changes.Dispose();

    private static string HashOf(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    private FrozenDictionary<string, TenantAllowList> Read() => _options.Create(Options.DefaultName).ApiKeys.ToFrozenDictionary(
        key => Fingerprint.Normalize(key.Hash), key => TenantAllowList.Of(key.Tenants), StringComparer.Ordinal);

    private void Reload()
    {
        try
        {
            // A first key changes what the listeners take, just as at start.
            string[] problems = [.. CredentialChecks.Problems(_configuration, _environment)];
            if (problems.Length > 0)
            {
                LogNotChanged(string.Join(" ", problems));
                return;
            }

            var next = Read();
            if (IsConfigured && next.Count == 0)
            {
                LogWouldOpen();
                return;
            }

            _byHash = next;
        }
        catch (OptionsValidationException invalid)
        {
            LogNotChanged(string.Join(" ", invalid.Failures));
        }
    }

    [LoggerMessage(4070, LogLevel.Error, "The changed API keys are not used, those before them stay valid: {Problems}")]
    private partial void LogNotChanged(string problems);

    [LoggerMessage(4071, LogLevel.Error,
        "The changed configuration has no API keys; those before it stay valid. To do without them, start the gateway anew.")]
    private partial void LogWouldOpen();
}

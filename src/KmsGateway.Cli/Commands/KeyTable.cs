using System.Globalization;
using KmsGateway.Cli.Gateways;
using KmsGateway.Cli.Terminal;

namespace KmsGateway.Cli.Commands;

/// <summary>Keys of a gateway, one a line.</summary>
internal static class KeyTable
{
    public static async Task WriteAsync(IReadOnlyList<ListedKey> keys, CliEnvironment environment)
    {
        var table = new TextTable("TENANT", "KEY", "PURPOSE", "STAGE", "TRUSTED", "MADE BY", "USED SINCE", "REPLACED AT", "DESTROYED AT");
        foreach (var key in keys)
        {
            table.Add(
                key.Tenant,
                key.Kid,
                key.Purpose,
                key.Stage,
                key.Trusted ? "yes" : "NO",
                key.Origin,
                Text(key.ActivatedAt),
                Text(key.ReplaceAt),
                Text(key.DestroyedAt));
        }

        await table.WriteAsync(environment.Out);
    }

    private static string Text(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) ?? "-";
}

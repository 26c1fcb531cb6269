using System.CommandLine;
using KmsGateway.Cli.Gateways;
using KmsGateway.Cli.Terminal;

namespace KmsGateway.Cli.Commands;

/// <summary><c>kmsgw keys rotate</c>: a new key now, for one tenant or for all.</summary>
internal sealed class KeysRotation(AdminClient client, CliEnvironment environment)
{
    private const string DryRun = "dryRun=true";
    private const string Signing = "signing";
    private const string Encryption = "encryption";
    private const string RotateAll = "/api/admin/kms/rotate-all-keys";

    public static Command Create(CliEnvironment environment)
    {
        var tenant = new Argument<string?>("TENANT")
        {
            Description = "The tenant whose key is replaced",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var all = new Option<bool>("--all") { Description = "Of all tenants, as fast as the gateway's settings allow" };
        var purpose = new Option<string>("--purpose")
        {
            Description = "Which key: the one that signs, or the one that encrypts values from now on",
            DefaultValueFactory = _ => Signing,
        };
        purpose.AcceptOnlyFromAmong(Signing, Encryption);
        var reason = new Option<string>("--reason") { Description = "Why, for the record", HelpName = "TEXT", Required = true };
        var dryRun = new Option<bool>("--dry-run") { Description = "Say whose key would be replaced, and replace none" };
        var command = AdminCommand.Create(
            "rotate",
            "Gives a tenant, or all of them, a new key now.",
            environment,
            (client, arguments, token) => new KeysRotation(client, environment).RunAsync(
                arguments.GetValue(tenant), arguments.GetValue(purpose)!, arguments.GetValue(dryRun), arguments.GetValue(reason)!, token),
            tenant,
            all,
            purpose,
            reason,
            dryRun);
        command.Validators.Add(result =>
        {
            if (result.GetValue(tenant) is null != result.GetValue(all))
            {
                result.AddError("Whose key is to be replaced? Give either TENANT or --all.");
            }

            if (result.GetValue(all) && result.GetValue(purpose) == Encryption)
            {
                result.AddError($"--all replaces the keys that sign. Give one TENANT with --purpose {Encryption}.");
            }
        });
        return command;
    }

    private async Task<int> RunAsync(string? tenant, string purpose, bool isDryRun, string reason, CancellationToken cancellationToken)
    {
        var request = RequestJson.Of(json => json.WriteString("reason", reason));
        return (tenant, isDryRun) switch
        {
            (null, false) => await new OperationWatch(client, environment).RunAsync(
                await client.PostOnceAsync(RotateAll, request, cancellationToken), cancellationToken),
            (null, true) => await PlanAllAsync(request, cancellationToken),
            (_, false) => await RotateAsync(tenant, purpose, request, cancellationToken),
            (_, true) => await PlanAsync(tenant, purpose, request, cancellationToken),
        };
    }

    private async Task<int> RotateAsync(string tenant, string purpose, byte[] request, CancellationToken cancellationToken)
    {
        var answer = await client.PostOnceAsync(PathOf(tenant, purpose), request, cancellationToken);
        await KeyTable.WriteAsync(ListedKey.ReadAll(answer), environment);
        return ExitCode.Success;
    }

    private async Task<int> PlanAllAsync(byte[] request, CancellationToken cancellationToken)
    {
        var tenants = (await client.PostOnceAsync($"{RotateAll}?{DryRun}", request, cancellationToken)).Texts("tenants");
        foreach (var tenant in tenants)
        {
            await environment.Out.WriteLineAsync(PrintableText.Escape(tenant));
        }

        await environment.Out.WriteLineAsync($"tenants that would get a new key: {tenants.Count}; nothing was done");
        return ExitCode.Success;
    }

    private async Task<int> PlanAsync(string tenant, string purpose, byte[] request, CancellationToken cancellationToken)
    {
        // Keys of a tenant that was removed are still listed; this one says whether it may have a new one.
        var known = await client.GetAsync($"/api/admin/tenants/{Uri.EscapeDataString(tenant)}", cancellationToken);
        var separator = purpose == Signing ? "?" : "&";
        var keys = ListedKey.ReadAll(await client.PostOnceAsync($"{PathOf(tenant, purpose)}{separator}{DryRun}", request, cancellationToken));
        var current = purpose == Signing
            ? known.OptionalText("kid")
            : keys.FirstOrDefault(key => key.Purpose == purpose && key.Stage == "active")?.Kid;
        var instead = current is { } kid ? $"instead of {kid}" : $"and has none for {purpose} now";
        await environment.Out.WriteLineAsync(PrintableText.Escape($"{tenant} would get a new key {instead}; nothing was done"));
        return ExitCode.Success;
    }

    private static string PathOf(string tenant, string purpose) =>
        $"/api/admin/kms/tenants/{Uri.EscapeDataString(tenant)}/rotate" + (purpose == Signing ? "" : $"?purpose={purpose}");
}

using System.Text.Json;

namespace KmsGateway.Cli.Gateways;

/// <summary>Something that a gateway does for many tenants after it has answered: one moment of it.</summary>
/// <param name="FailedTenants">Not all of them, if there are many.</param>
internal sealed record GatewayOperation(
    string Id, string Kind, string State, int Total, int Done, int Failed, IReadOnlyList<string> FailedTenants)
{
    public bool IsRunning => State == "running";

    public bool HasSucceeded => State == "succeeded";

    public string Path => $"/api/admin/operations/{Uri.EscapeDataString(Id)}";

    public static GatewayOperation Read(JsonElement answer) => new(
        answer.Text("id"),
        answer.Text("kind"),
        answer.Text("state"),
        answer.GetProperty("total").GetInt32(),
        answer.GetProperty("done").GetInt32(),
        answer.GetProperty("failed").GetInt32(),
        answer.Texts("failedTenants"));
}

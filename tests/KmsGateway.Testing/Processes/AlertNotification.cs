namespace KmsGateway.Testing.Processes;

/// <summary>What Alertmanager told about a group of alerts of one name and job.</summary>
/// <param name="Status"><c>firing</c>, or <c>resolved</c> when none of them fires any longer.</param>
/// <param name="Receiver">The receiver of the routes.</param>
/// <param name="RunbookUrl">The annotation <c>runbook_url</c>.</param>
/// <param name="Arrived">When it came: a timestamp of <see cref="TimeProvider.System"/>.</param>
public sealed record AlertNotification(string Alert, string Job, string Status, string Receiver, string RunbookUrl, long Arrived);

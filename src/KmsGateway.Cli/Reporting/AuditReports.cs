using KmsGateway.Cli.Auditing;
using KmsGateway.Cli.Terminal;

namespace KmsGateway.Cli.Reporting;

/// <summary>The forms a report has, by their names on the command line.</summary>
internal static class AuditReports
{
    public const string Text = "text";
    private const string Json = "json";
    private const string Junit = "junit";
    private const string Html = "html";

    public static IReadOnlyList<string> Formats { get; } = [Text, Json, Junit, Html];

    public static IAuditReport Create(string format, CliEnvironment environment, bool listsAll) => format switch
    {
        Json => new JsonAuditReport(environment.Output),
        Junit => new JunitAuditReport(environment.Output),
        Html => new HtmlAuditReport(environment.Output, listsAll),
        _ => new TextAuditReport(environment.Out, listsAll),
    };

    /// <summary>Programs that asked for a report get one of an audit that could not begin, too; people read the error.</summary>
    public static void WriteRefusal(string format, CliEnvironment environment, IReadOnlyList<string> command, string error)
    {
        switch (format)
        {
            case Json:
                JsonAuditReport.WriteRefusal(environment.Output, command, error);
                break;
            case Junit:
                JunitAuditReport.WriteRefusal(environment.Output, error);
                break;
            default:
                break;
        }
    }
}

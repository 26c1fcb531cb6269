using System.Text.Json;

namespace KmsGateway.Cli.Tests.Fixtures;

internal sealed record CliResult(int ExitCode, string Out, string Error)
{
    public JsonElement Json()
    {
        using var document = JsonDocument.Parse(Out);
        return document.RootElement.Clone();
    }
}

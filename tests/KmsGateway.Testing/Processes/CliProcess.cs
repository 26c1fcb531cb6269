namespace KmsGateway.Testing.Processes;

/// <summary>The real <c>kmsgw</c>, built as it ships.</summary>
public static class CliProcess
{
    public static Task<ProgramResult> RunAsync(params IEnumerable<string> arguments) =>
        RunAsync(Path.GetTempPath(), arguments);

    public static Task<ProgramResult> RunAsync(string workingFolder, IEnumerable<string> arguments, string? input = null) =>
        ProgramResult.OfAsync(
            DotNetProgram.StartInfo(RepositoryLayout.Program("KmsGateway.Cli", "kmsgw.dll"), arguments, workingFolder),
            input);
}

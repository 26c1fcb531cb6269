using System.Text;
using KmsGateway.Cli.Commands;
using KmsGateway.Cli.Terminal;

namespace KmsGateway.Cli.Tests.Fixtures;

/// <summary>
/// A folder in which <c>kmsgw</c> is run, in this process and with its output captured. Without a handler it has no network.
/// </summary>
internal sealed class Workplace : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("kmsgw-tests-").FullName;

    public Func<Uri, HttpMessageHandler> CreateHandler { get; init; } =
        address => throw new InvalidOperationException($"A socket to {address} was opened.");

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public bool ShowsProgress { get; init; }

    public bool IsInteractive { get; init; }

    public void Write(string name, params string[] lines) =>
        Write(name, Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => $"{line}\n"))));

    public void Write(string name, byte[] content) => File.WriteAllBytes(Path.Combine(Folder, name), content);

    public Task<CliResult> RunAsync(params string[] args) => RunAsync([], args);

    public async Task<CliResult> RunAsync(byte[] input, string[] args)
    {
        using var output = new MemoryStream();
        await using var text = new StreamWriter(output, new UTF8Encoding(false), leaveOpen: true) { AutoFlush = true };
        await using var error = new StringWriter();
        var environment = new CliEnvironment
        {
            Output = output,
            Out = text,
            Error = error,
            OpenInput = () => new MemoryStream(input),
            WorkingFolder = Folder,
            CreateHandler = CreateHandler,
            Time = Time,
            ShowsProgress = ShowsProgress,
            IsInteractive = IsInteractive,
        };
        var exitCode = await KmsgwCommand.RunAsync(args, environment);
        return new CliResult(exitCode, Encoding.UTF8.GetString(output.ToArray()), error.ToString());
    }

    public CliEnvironment Environment() => new()
    {
        Output = Stream.Null,
        Out = TextWriter.Null,
        Error = TextWriter.Null,
        OpenInput = () => Stream.Null,
        WorkingFolder = Folder,
        CreateHandler = CreateHandler,
        Time = Time,
    };

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}

using System.Net;
using System.Text;

namespace KmsGateway.Cli.Terminal;

/// <summary>All that a command touches outside itself.</summary>
internal sealed class CliEnvironment
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Results, as bytes: a JSON report is written without a detour through text.</summary>
    public required Stream Output { get; init; }

    /// <summary>Writes through to <see cref="Output"/> at once.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>What is not a result: errors, progress.</summary>
    public required TextWriter Error { get; init; }

    public required Func<Stream> OpenInput { get; init; }

    /// <summary>Somebody is watching stderr and nothing else is written to that terminal.</summary>
    public bool ShowsProgress { get; init; }

    /// <summary>Somebody reads stderr and can answer on stdin.</summary>
    public bool IsInteractive { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public string WorkingFolder { get; init; } = Directory.GetCurrentDirectory();

    /// <summary>The only way to a socket, for one address.</summary>
    public Func<Uri, HttpMessageHandler> CreateHandler { get; init; } = NewHandler;

    public static CliEnvironment OfProcess()
    {
        var output = Console.OpenStandardOutput();
        return new CliEnvironment
        {
            Output = output,
            Out = new StreamWriter(output, Utf8) { AutoFlush = true },
            Error = Console.Error,
            OpenInput = Console.OpenStandardInput,
            IsInteractive = !Console.IsInputRedirected && !Console.IsErrorRedirected,
            ShowsProgress = !Console.IsErrorRedirected && Console.IsOutputRedirected,
        };
    }

    /// <summary>A client for one address. Its handler goes with it.</summary>
    public HttpClient CreateClient(Uri address, TimeSpan timeout) =>
        new(CreateHandler(address), disposeHandler: true) { Timeout = timeout };

    // A proxy named by the environment is for the way out, not for a gateway on this machine.
    private static SocketsHttpHandler NewHandler(Uri address) => new()
    {
        UseProxy = !address.IsLoopback,
        AutomaticDecompression = DecompressionMethods.None,
    };
}

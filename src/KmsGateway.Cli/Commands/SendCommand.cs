using System.CommandLine;
using KmsGateway.Cli.Gateways;
using KmsGateway.Cli.Sending;
using KmsGateway.Cli.Terminal;
using KmsGateway.Cryptography;

namespace KmsGateway.Cli.Commands;

/// <summary><c>kmsgw send</c>: a request of made-up spans, to see what a gateway does with it.</summary>
internal sealed class SendCommand
{
    private const int MaxSpans = 100_000;

    private readonly EndpointOptions _endpoints = new();

    private readonly Option<string> _protocol = new("--protocol")
    {
        Description = "grpc, http-protobuf or http-json",
        HelpName = "PROTOCOL",
        DefaultValueFactory = _ => "grpc",
    };

    private readonly Option<int> _compliance = new("--compliance")
    {
        Description = "How many compliance spans",
        HelpName = "N",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<int> _ordinary = new("--ordinary")
    {
        Description = "How many ordinary spans",
        HelpName = "N",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<string?> _tenant = new("--tenant")
    {
        Description = $"The tenant to name in {SendOptions.TenantHeader}",
        HelpName = "TENANT",
    };

    private readonly Option<bool> _gzip = new("--gzip")
    {
        Description = "Compress the request",
    };

    private readonly CliEnvironment _environment;

    private SendCommand(CliEnvironment environment)
    {
        _environment = environment;
        _protocol.AcceptOnlyFromAmong("grpc", "http-protobuf", "http-json");
    }

    public static Command Create(CliEnvironment environment)
    {
        var send = new SendCommand(environment);
        var command = new DocumentedCommand(
            "send",
            "Sends one request of made-up spans.",
            """
            Exit codes: 0 accepted, 1 refused or spans rejected, 2 usage or no answer.

            Example: kmsgw send --protocol http-json --compliance 10 --ordinary 90 --gzip
            """)
        {
            send._endpoints.Gateway, send._protocol, send._compliance, send._ordinary, send._tenant, send._gzip, send._endpoints.OtlpGrpc,
            send._endpoints.OtlpHttp,
        };
        command.SetAction(send.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var compliance = arguments.GetValue(_compliance);
        var ordinary = arguments.GetValue(_ordinary);
        if (compliance is < 0 or > MaxSpans || ordinary is < 0 or > MaxSpans || compliance + ordinary == 0)
        {
            throw new CommandException($"--compliance and --ordinary are numbers from 0 to {MaxSpans}, not both 0");
        }

        var tenant = arguments.GetValue(_tenant);
        if (tenant is not null && !TenantId.IsValid(tenant))
        {
            throw new CommandException($"--tenant {tenant} is no tenant: use 1 to {TenantId.MaxLength} of A-Z a-z 0-9 . _ -");
        }

        var protocol = arguments.GetValue(_protocol) switch
        {
            "http-protobuf" => OtlpProtocol.HttpProtobuf,
            "http-json" => OtlpProtocol.HttpJson,
            _ => OtlpProtocol.Grpc,
        };
        var sender = OtlpSenders.Create(
            protocol, _endpoints.Read(arguments), new SendOptions(tenant, arguments.GetValue(_gzip)), _environment);
        var trace = new SampleTrace(compliance, ordinary, _environment.Time);
        var answer = await OtlpSenders.SendAsync(sender, trace.Spans, cancellationToken);
        var receiver = $"{sender.Name} {OtlpSenders.Text(sender.Address)}";
        if (!answer.IsAccepted)
        {
            throw new CommandException($"{receiver}: {answer.Problem}") { ExitCode = ExitCode.Failure };
        }

        await _environment.Out.WriteLineAsync(
            $"{receiver}: accepted {trace.Spans.Count} spans ({compliance} compliance, {ordinary} ordinary)");
        await _environment.Out.WriteLineAsync($"trace {trace.TraceId}");
        return ExitCode.Success;
    }
}

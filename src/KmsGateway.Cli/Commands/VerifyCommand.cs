using System.CommandLine;
using KmsGateway.Cli.Auditing;
using KmsGateway.Cli.Reporting;
using KmsGateway.Cli.Terminal;
using KmsGateway.Cryptography;
using KmsGateway.Evidence.Compliance;
using KmsGateway.Evidence.Otlp;
using KmsGateway.Evidence.Verification;

namespace KmsGateway.Cli.Commands;

/// <summary><c>kmsgw verify</c>: the audit of stored traces.</summary>
internal sealed class VerifyCommand
{
    public const string Name = "verify";

    private readonly Argument<string[]> _files = new("FILE")
    {
        Description = "OTLP as JSON, JSON lines or protobuf, JSON of Tempo's or Jaeger's API; also .gz; - is standard input",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string> _trust = new("--trust")
    {
        Description = "The trust file, or its URL (http://GATEWAY:8080/.well-known/jwks.json)",
        HelpName = "FILE|URL",
        Required = true,
    };

    private readonly Option<string?> _root = new("--root")
    {
        Description = "The root's thumbprint, told to you by another way than the trust file came",
        HelpName = "THUMBPRINT",
    };

    private readonly Option<string?> _tenant = new("--tenant")
    {
        Description = "Whose spans; needed when the trust file has keys of several tenants",
        HelpName = "TENANT",
    };

    private readonly Option<string[]> _minCoverage = new("--min-coverage")
    {
        Description = "Attributes that make a span a compliance span and that its signature must cover (default: compliance.*)",
        HelpName = "KEY,prefix.*",
    };

    private readonly Option<string[]> _allowAdded = new("--allow-added")
    {
        Description = "Attributes that collectors behind the gateway may have added",
        HelpName = "KEY,prefix.*",
    };

    private readonly Option<string> _format = new("--format")
    {
        Description = "text and html for people, json for programs, junit for build servers",
        HelpName = string.Join('|', AuditReports.Formats),
        DefaultValueFactory = _ => AuditReports.Text,
    };

    private readonly Option<string[]> _policies = new("--policy")
    {
        Description = "A policy that statements name, as the gateway published it; the report then says what it says; again for others",
        HelpName = "FILE",
    };

    private readonly Option<bool> _verbose = new("--verbose")
    {
        Description = "List every exception, not only the first hundred of each kind",
    };

    private readonly IReadOnlyList<string> _command;
    private readonly CliEnvironment _environment;

    private VerifyCommand(string[] args, CliEnvironment environment)
    {
        _command = CommandOf(args);
        _environment = environment;
        _format.AcceptOnlyFromAmong([.. AuditReports.Formats]);
    }

    public static Command Create(string[] args, CliEnvironment environment)
    {
        var verify = new VerifyCommand(args, environment);
        var command = new DocumentedCommand(
            Name,
            "Verifies signed spans offline, with public keys alone.",
            """
            Exit codes:
              0  verified
              1  integrity failure: altered, or a signature is not what it says
              2  usage or I/O: the command line is wrong, or something cannot be read
              4  unverifiable: unknown key, unsigned compliance span, nothing to verify

            The first of 2, 1, 4, 0 that applies. The report goes to standard output, in every format with the same exit code.

            Example: kmsgw verify traces.jsonl --trust trust.json --root mqc4Et7G8nJcFJyQz9sVsHTPkkqEWHmnYNLGK6QWGcM
                     kmsgw verify traces.jsonl --trust trust.json --policy policy.json --format html > report.html
            """)
        {
            verify._files, verify._trust, verify._root, verify._tenant, verify._minCoverage, verify._allowAdded, verify._policies,
            verify._format, verify._verbose,
        };
        command.SetAction(verify.RunAsync);
        return command;
    }

    /// <summary>A program that asked for a report and got the command line wrong reads one all the same.</summary>
    public static void ReportRefusal(string[] args, CliEnvironment environment, string error)
    {
        const string Option = "--format";
        var given = Array.FindLastIndex(args, argument => argument.StartsWith(Option, StringComparison.Ordinal));
        if (given >= 0)
        {
            var format = args[given] == Option ? args.ElementAtOrDefault(given + 1) : args[given][Option.Length..].TrimStart('=', ':');
            AuditReports.WriteRefusal(format ?? "", environment, CommandOf(args), error);
        }
    }

    private static IReadOnlyList<string> CommandOf(string[] args) => [Tool.Name, .. args];

    private async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var format = arguments.GetRequiredValue(_format);
        AuditHeader header;
        List<AuditFile> files;
        try
        {
            files = FilesOf(arguments);
            header = await PrepareAsync(arguments, cancellationToken);
        }
        catch (CommandException error)
        {
            AuditReports.WriteRefusal(format, _environment, _command, error.Message);
            throw;
        }

        var report = AuditReports.Create(format, _environment, arguments.GetValue(_verbose));
        using var resources = report as IDisposable;
        using var verified = new VerifiedSpansOnDisk();
        var summary = await AuditProgress.ShowAsync(
            _environment,
            progress => new Audit(header, report, verified) { Progress = progress }.RunAsync(files, cancellationToken));
        foreach (var error in summary.Errors)
        {
            await _environment.Error.WriteLineAsync($"{Tool.Name}: {PrintableText.Escape(error)}");
        }

        return summary.ExitCode;
    }

    private async Task<AuditHeader> PrepareAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var minCoverage = PatternsOf(arguments, _minCoverage, ComplianceRules.Default.Keys);
        var allowAdded = PatternsOf(arguments, _allowAdded, KeyPatterns.None);
        CheckApart(allowAdded, minCoverage);
        var tenant = arguments.GetValue(_tenant);
        if (tenant is not null && !TenantId.IsValid(tenant))
        {
            throw new CommandException($"--tenant {tenant} is no tenant: use 1 to {TenantId.MaxLength} of A-Z a-z 0-9 . _ -");
        }

        var trust = await new TrustLoader(_environment).LoadAsync(
            arguments.GetRequiredValue(_trust), arguments.GetValue(_root), cancellationToken);
        if (tenant is null && trust.Tenants.Count > 1)
        {
            throw new CommandException(
                $"{trust.Source} has keys of several tenants, say whose spans these are: --tenant {string.Join(" or ", trust.Tenants)}");
        }

        var policies = new List<LoadedPolicy>();
        foreach (var path in arguments.GetValue(_policies) ?? [])
        {
            policies.Add(await new PolicyLoader(_environment).LoadAsync(path, cancellationToken));
        }

        var options = new VerifierOptions
        {
            Tenant = tenant ?? trust.Tenants.SingleOrDefault(),
            MinCoverage = minCoverage,
            AllowAdded = allowAdded,
        };
        return new AuditHeader(_command, trust, options) { Policies = policies };
    }

    private List<AuditFile> FilesOf(ParseResult arguments)
    {
        var paths = arguments.GetRequiredValue(_files);
        if (Array.Find(paths, IsMistypedOption) is { } mistyped)
        {
            throw new CommandException($"{mistyped} is neither an option of verify nor a file. See '{Tool.Name} {Name} --help'.");
        }

        return paths.Count(path => path == AuditFile.StandardInput) < 2
            ? [.. paths.Select(path => AuditFile.Of(path, _environment))]
            : throw new CommandException("standard input can be read once: give - once");
    }

    private bool IsMistypedOption(string path) =>
        path.StartsWith("--", StringComparison.Ordinal) && !File.Exists(Path.Combine(_environment.WorkingFolder, path));

    private static KeyPatterns PatternsOf(ParseResult arguments, Option<string[]> option, KeyPatterns byDefault)
    {
        if (arguments.GetResult(option) is null)
        {
            return byDefault;
        }

        var patterns = CommaList.Split(arguments.GetValue(option) ?? []);
        if (patterns.Count == 0)
        {
            throw new CommandException($"{option.Name} names no attribute");
        }

        return patterns.FirstOrDefault(pattern => !KeyPatterns.IsValid(pattern)) is { } invalid
            ? throw new CommandException(
                $"{option.Name}: '{invalid}' is no attribute pattern: use *, a key of A-Z a-z 0-9 _ . : / -, or such a text ending in .*")
            : new KeyPatterns(patterns);
    }

    // What makes a span a compliance span must not be left out of it before the digests are compared.
    private static void CheckApart(KeyPatterns allowAdded, KeyPatterns minCoverage)
    {
        foreach (var added in allowAdded.Patterns)
        {
            foreach (var rule in minCoverage.Patterns)
            {
                var left = new KeyPatterns([added]);
                var right = new KeyPatterns([rule]);
                if (left.Contains(right) || right.Contains(left))
                {
                    throw new CommandException(
                        $"--allow-added {added} overlaps --min-coverage {rule}: attributes that the rules read cannot be left out");
                }
            }
        }
    }
}

using KmsGateway.Cli.Auditing;
using KmsGateway.Cli.Sending;
using KmsGateway.Cli.Terminal;
using KmsGateway.Evidence.Signing;
using KmsGateway.Evidence.Verification;

namespace KmsGateway.Cli.Demonstration;

/// <summary>Spans in, evidence out, in four steps. Anything that is not as it should be ends it.</summary>
internal sealed class DemoStory(DemoGateway gateway, CliEnvironment environment)
{
    private const char OtherDigit = '9';

    private static readonly OtlpProtocol[] Protocols = [OtlpProtocol.Grpc, OtlpProtocol.HttpProtobuf, OtlpProtocol.HttpJson];

    public async Task TellAsync(CancellationToken cancellationToken)
    {
        Say("kmsgw demo: spans in, evidence out");
        Say("");
        Say(gateway.IsOwn
            ? "Gateway  started for this demo: development KMS, embedded backend, temporary folder"
            : "Gateway  already running");
        Say($"         OTLP/gRPC {Short(gateway.Endpoints.OtlpGrpc)}, OTLP/HTTP {Short(gateway.Endpoints.OtlpHttp)}, "
            + $"management {Short(gateway.Endpoints.Management)}");

        var sink = new SinkFile(gateway.Sink, environment);
        sink.SkipToEnd();
        var traces = await SendAsync(cancellationToken);
        var stored = await ReadBackAsync(sink, traces, cancellationToken);
        var trust = await VerifyAsync(stored, cancellationToken);
        await TamperAsync(stored, trust, cancellationToken);

        Say("");
        Say("A signature survives reordering, new batches and other encodings, and names what was changed:");
        Say("attr, the span's attributes. Exit codes of 'kmsgw verify': 0 verified, 1 integrity failure,");
        Say("2 usage or I/O, 4 unverifiable (unknown key, unsigned compliance span, nothing to verify).");
        if (!gateway.IsOwn)
        {
            Say("");
            Say($"Try it: kmsgw verify {PrintableText.Escape(gateway.Sink)} --trust {gateway.Endpoints.TrustFile}");
        }
    }

    private async Task<List<SampleTrace>> SendAsync(CancellationToken cancellationToken)
    {
        Step("1. Send one compliance span and one ordinary span over each protocol");
        var traces = new List<SampleTrace>();
        foreach (var protocol in Protocols)
        {
            var trace = new SampleTrace(compliance: 1, ordinary: 1, environment.Time);
            var sender = OtlpSenders.Create(protocol, gateway.Endpoints, new SendOptions(), environment);
            var answer = await OtlpSenders.SendAsync(sender, trace.Spans, cancellationToken);
            Expect(answer.IsAccepted, $"{sender.Name} {OtlpSenders.Text(sender.Address)}: {answer.Problem}");
            Say($"   {sender.Name,-18}  {trace.Spans.Count} accepted  trace {trace.TraceId}");
            traces.Add(trace);
        }

        return traces;
    }

    private async Task<IReadOnlyList<byte[]>> ReadBackAsync(
        SinkFile sink, List<SampleTrace> traces, CancellationToken cancellationToken)
    {
        Step("2. Read back what the backend stored");
        var stored = await sink.WaitForAsync([.. traces.Select(trace => trace.TraceId)], cancellationToken);
        var spans = StoredSpans.Read(stored);
        var ordinary = traces.SelectMany(trace => trace.Spans).Where(span => !span.IsCompliance).ToList();
        foreach (var sent in ordinary)
        {
            Expect(
                spans.TryGetValue(Convert.ToHexStringLower(sent.SpanId), out var keys)
                    && keys.SetEquals(sent.Attributes.Select(attribute => attribute.Key)),
                "an ordinary span did not come back as it was sent");
        }

        var signed = spans.Count(span => span.Value.Contains(SignatureAttributes.Value));
        Say($"   {spans.Count} spans: {signed} signed, {ordinary.Count} ordinary and untouched");
        Expect(spans.Count == 2 * Protocols.Length, "that are not the spans that were sent");
        Expect(signed == Protocols.Length, "a compliance span came back without a signature");
        return stored;
    }

    private async Task<LoadedTrust> VerifyAsync(IReadOnlyList<byte[]> stored, CancellationToken cancellationToken)
    {
        Step("3. Verify them with public keys alone, as an auditor does years later");
        var trust = await new TrustLoader(environment).LoadAsync(gateway.Endpoints.TrustFile.ToString(), null, cancellationToken);
        Say($"   trust file {Short(gateway.Endpoints.TrustFile)}, root {trust.Root}");
        var (summary, _) = await AuditAsync(stored, trust, cancellationToken);
        Say($"   {Result(summary)}");
        Expect(
            summary.ExitCode == ExitCode.Success && summary.Counts is { Verified: 3, Judged: 3, Ordinary: 3 },
            "3 verified and 3 ordinary were expected");
        return trust;
    }

    private async Task TamperAsync(IReadOnlyList<byte[]> stored, LoadedTrust trust, CancellationToken cancellationToken)
    {
        Step("4. Change one character of one stored span, and verify again");
        Expect(
            Tampering.TryReplaceFirst(stored[0], SampleTrace.Amount, OtherDigit, out var tampered),
            $"{SampleTrace.AmountKey} is not stored as it was sent");
        Say($"   {SampleTrace.AmountKey}: \"{SampleTrace.Amount}\" -> \"{OtherDigit}{SampleTrace.Amount[1..]}\"");

        var (summary, spans) = await AuditAsync([tampered!, .. stored.Skip(1)], trust, cancellationToken);
        var exceptions = spans.Where(span => span.Outcome != VerificationOutcome.Verified).Select(span => span.Verdict).ToList();
        foreach (var verdict in exceptions)
        {
            Say($"   {verdict.Text}  {PrintableText.Quote(verdict.Name)}  trace {verdict.TraceId}  span {verdict.SpanId}");
        }

        Say($"   {Result(summary)}");
        Expect(
            exceptions is [{ Text: "altered:attr" }]
                && summary.ExitCode == (int)VerificationOutcome.IntegrityFailure
                && summary.Counts is { Verified: 2, Judged: 3, Ordinary: 3 },
            "one span altered:attr, 2 verified and 3 ordinary were expected");
    }

    private static async Task<(AuditSummary Summary, IReadOnlyList<AuditedSpan> Spans)> AuditAsync(
        IReadOnlyList<byte[]> lines, LoadedTrust trust, CancellationToken cancellationToken)
    {
        var report = new CollectingReport();
        using var verified = new VerifiedSpansOnDisk();
        var audit = new Audit(new AuditHeader([], trust, new VerifierOptions()), report, verified);
        var file = new AuditFile("traces.jsonl", () => new MemoryStream([.. lines.SelectMany(line => line)]));
        return (await audit.RunAsync([file], cancellationToken), report.Spans);
    }

    private static string Result(AuditSummary summary)
    {
        var counts = string.Join(", ", summary.Counts.ByVerdict.Reverse().Select(pair => $"{pair.Value} {pair.Key}"));
        return $"{counts}, {summary.Counts.Ordinary} ordinary: exit code {summary.ExitCode}";
    }

    private static void Expect(bool isSo, string problem)
    {
        if (!isSo)
        {
            throw new CommandException($"demo failed: {problem}") { ExitCode = ExitCode.Failure };
        }
    }

    private static string Short(Uri address) => address.ToString().TrimEnd('/');

    private void Step(string title)
    {
        Say("");
        Say(title);
    }

    private void Say(string line) => environment.Out.WriteLine(line);
}

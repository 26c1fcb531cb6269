using System.Net;

namespace KmsGateway.Cli.Tests.Fixtures;

/// <summary>In place of a gateway's admin API: gives one answer after the other, and keeps what was asked.</summary>
internal sealed class AdminStub(params (HttpStatusCode Status, string Json)[] answers)
{
    private readonly Queue<(HttpStatusCode Status, string Json)> _answers = new(answers);

    public List<AdminCall> Calls { get; } = [];

    public static AdminStub Ok(params string[] answers) => new([.. answers.Select(answer => (HttpStatusCode.OK, answer))]);

    public Workplace Workplace(bool showsProgress = false, Action? waiting = null) => new()
    {
        CreateHandler = CreateHandler(),
        Time = new SteppingTime { Waiting = waiting ?? (() => { }) },
        ShowsProgress = showsProgress,
    };

    public Func<Uri, HttpMessageHandler> CreateHandler() => _ => new AnswerHandler(Answer);

    public async Task<CliResult> RunAsync(params string[] args)
    {
        using var work = Workplace();
        return await work.RunAsync(args);
    }

    private HttpResponseMessage Answer(HttpRequestMessage request)
    {
        using var body = new StreamReader(request.Content?.ReadAsStream() ?? Stream.Null);
        Calls.Add(new AdminCall(
            $"{request.Method} {request.RequestUri!.PathAndQuery}",
            body.ReadToEnd(),
            request.Headers.TryGetValues("Idempotency-Key", out var keys) ? keys.Single() : null));
        var (status, json) = _answers.Dequeue();
        return new HttpResponseMessage(status) { Content = new StringContent(json) };
    }
}

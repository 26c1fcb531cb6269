using System.Net;

namespace KmsGateway.Cli.Tests.Fixtures;

/// <summary>Answers in place of a network.</summary>
internal sealed class AnswerHandler(Func<HttpRequestMessage, HttpResponseMessage> answer) : HttpMessageHandler
{
    public static Func<Uri, HttpMessageHandler> Of(HttpStatusCode status, byte[] body) =>
        _ => new AnswerHandler(_ => new HttpResponseMessage(status) { Content = new ByteArrayContent(body) });

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        cancellationToken.IsCancellationRequested
            ? Task.FromCanceled<HttpResponseMessage>(cancellationToken)
            : Task.FromResult(answer(request));
}

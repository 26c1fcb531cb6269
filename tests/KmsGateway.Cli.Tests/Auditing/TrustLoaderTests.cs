using System.Net;
using KmsGateway.Cli.Auditing;
using KmsGateway.Cli.Terminal;
using KmsGateway.Cli.Tests.Fixtures;
using Xunit;

namespace KmsGateway.Cli.Tests.Auditing;

public sealed class TrustLoaderTests : IDisposable
{
    private const string Url = "http://gateway.example:8080/.well-known/jwks.json";

    private readonly EvidenceFixture _evidence = new();

    public void Dispose() => _evidence.Dispose();

    [Fact]
    public async Task Load_Url_IsFetched()
    {
        _evidence.AddKey(1);

        var trust = await LoadAsync(AnswerHandler.Of(HttpStatusCode.OK, _evidence.TrustFile()), Url);

        Assert.Equal(_evidence.Root.Kid, trust.Root);
        Assert.Equal(Url, trust.Source);
        Assert.False(trust.IsPinned);
        Assert.Equal(["default"], trust.Tenants);
    }

    [Fact]
    public async Task Load_UrlThatAnswersAnError_SaysTheStatus()
    {
        var error = await Assert.ThrowsAsync<CommandException>(() => LoadAsync(AnswerHandler.Of(HttpStatusCode.NotFound, []), Url));

        Assert.Contains("answered 404", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Load_UrlThatCannotBeReached_SaysSo()
    {
        var error = await Assert.ThrowsAsync<CommandException>(
            () => LoadAsync(_ => new AnswerHandler(_ => throw new HttpRequestException("no route")), Url));

        Assert.Contains("cannot be fetched: no route", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Load_UrlWithPassword_IsRefused()
    {
        var error = await Assert.ThrowsAsync<CommandException>(
            () => LoadAsync(AnswerHandler.Of(HttpStatusCode.OK, []), "https://me:secret@gateway.example/"));

        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Load_MoreThanTheLimit_IsRefused()
    {
        var error = await Assert.ThrowsAsync<CommandException>(
            () => LoadAsync(AnswerHandler.Of(HttpStatusCode.OK, new byte[TrustLoader.MaxBytes + 1]), Url));

        Assert.Contains("larger than 64 MiB", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Load_NotATrustFile_IsRefused()
    {
        var error = await Assert.ThrowsAsync<CommandException>(
            () => LoadAsync(AnswerHandler.Of(HttpStatusCode.OK, "<html>"u8.ToArray()), Url));

        Assert.Contains("is refused: it is not a JSON object", error.Message, StringComparison.Ordinal);
    }

    private static async Task<LoadedTrust> LoadAsync(Func<Uri, HttpMessageHandler> createHandler, string source)
    {
        using var work = new Workplace { CreateHandler = createHandler };
        return await new TrustLoader(work.Environment()).LoadAsync(source, null, TestContext.Current.CancellationToken);
    }
}

using System.Security.Cryptography;
using BitFaster.Caching.Lru;
using Microsoft.Extensions.Primitives;

namespace KmsGateway.Proxy.Management.Administration;

/// <summary>
/// A POST that says <c>Idempotency-Key</c> is done once, however often it comes; who sends it again gets the first answer. Of this gateway, for
/// a day, as long as it runs: https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
/// </summary>
internal sealed class IdempotencyKeys(TimeProvider time)
{
    public const string Header = "Idempotency-Key";
    public const string Replayed = "Idempotency-Replayed";

    private const int Remembered = 1_000;
    private const int MaxKey = 200;
    private const int MaxBodyBytes = 64 * 1024;

    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(1);

    private readonly ConcurrentLru<(string Actor, string Key), Entry> _entries =
        new(1, Remembered, EqualityComparer<(string Actor, string Key)>.Default);

    public async Task OnceAsync(HttpContext context, string actor, Func<Task> action)
    {
        var key = context.Request.Headers[Header].ToString();
        if (key.Length == 0 || !HttpMethods.IsPost(context.Request.Method))
        {
            await action();
            return;
        }

        if (key.Length > MaxKey || LengthOf(context.Request) is null or > MaxBodyBytes)
        {
            await AdminProblem.WriteAsync(
                context,
                StatusCodes.Status400BadRequest,
                $"{Header} has at most {MaxKey} characters, and goes with a body of known length, of at most {MaxBodyBytes} bytes.");
            return;
        }

        var mine = new Entry(await FingerprintAsync(context.Request, context.RequestAborted), time.GetTimestamp());
        var entry = _entries.GetOrAdd((actor, key), _ => mine);
        while (time.GetElapsedTime(entry.Since) > Lifetime)
        {
            // This very one: of two that come at the same time, the second must find the entry of the first.
            Forget(entry);
            entry = _entries.GetOrAdd((actor, key), _ => mine);
        }

        if (ReferenceEquals(entry, mine))
        {
            await RecordAsync(context, mine, action, () => Forget(mine));
        }
        else
        {
            await RepeatAsync(context, entry, mine.Fingerprint);
        }

        void Forget(Entry known) => _entries.TryRemove(KeyValuePair.Create((actor, key), known));
    }

    // Who says nothing of a body sends none: https://www.rfc-editor.org/rfc/rfc9112#section-6.3
    private static long? LengthOf(HttpRequest request) =>
        request.ContentLength ?? (request.Headers.TransferEncoding.Count == 0 && HttpProtocol.IsHttp11(request.Protocol) ? 0 : null);

    // Of what is asked for: the same key on another request is a mistake.
    private static async Task<string> FingerprintAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        request.EnableBuffering(MaxBodyBytes, MaxBodyBytes);
        var hash = await SHA256.HashDataAsync(request.Body, cancellationToken);
        request.Body.Position = 0;
        return $"{request.Path}{request.QueryString} {Convert.ToHexString(hash)}";
    }

    private static async Task RecordAsync(HttpContext context, Entry entry, Func<Task> action, Action forget)
    {
        var body = context.Response.Body;
        using var copy = new MemoryStream();
        context.Response.Body = copy;
        try
        {
            await action();
        }
        catch
        {
            // It was not done, or nobody knows: it may be tried again.
            forget();
            throw;
        }
        finally
        {
            context.Response.Body = body;
        }

        entry.Answer = new Answer(
            context.Response.StatusCode, context.Response.ContentType, context.Response.Headers.Location, copy.ToArray());
        if (context.Response.StatusCode >= StatusCodes.Status400BadRequest)
        {
            forget();
        }

        await body.WriteAsync(entry.Answer.Body, context.RequestAborted);
    }

    private static async Task RepeatAsync(HttpContext context, Entry entry, string fingerprint)
    {
        if (entry.Fingerprint != fingerprint)
        {
            await AdminProblem.WriteAsync(
                context, StatusCodes.Status422UnprocessableEntity, $"This {Header} was used for another request. Make a new one for each.");
        }
        else if (entry.Answer is not { } answer)
        {
            await AdminProblem.WriteAsync(
                context, StatusCodes.Status409Conflict, "The first request with this key is still being worked on. Ask again later.");
        }
        else
        {
            context.Response.Headers[Replayed] = "true";
            context.Response.StatusCode = answer.Status;
            context.Response.ContentType = answer.ContentType;
            context.Response.Headers.Location = answer.Location;
            await context.Response.Body.WriteAsync(answer.Body, context.RequestAborted);
        }
    }

    private sealed record Answer(int Status, string? ContentType, StringValues Location, byte[] Body);

    private sealed class Entry(string fingerprint, long since)
    {
        private volatile Answer? _answer;

        public string Fingerprint { get; } = fingerprint;

        public long Since { get; } = since;

        /// <summary>Null while it is being worked on.</summary>
        public Answer? Answer
        {
            get => _answer;
            set => _answer = value;
        }
    }
}

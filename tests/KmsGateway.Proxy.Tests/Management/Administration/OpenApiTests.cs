using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using KmsGateway.Proxy.Management.Administration;
using KmsGateway.Proxy.Tests.Support;
using KmsGateway.Testing;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace KmsGateway.Proxy.Tests.Management.Administration;

/// <summary>The API, its document and its page say the same.</summary>
public sealed class OpenApiTests
{
    private readonly OpenApiDocument _document = new();
    private readonly HashSet<string> _called = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Document_Operations_AreTheEndpoints()
    {
        await using var gateway = await TestGateway.StartWithSinkAsync();

        var endpoints = gateway.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText!.StartsWith(AdminApi.Root, StringComparison.Ordinal))
            .SelectMany(endpoint => endpoint.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods
                .Select(method => $"{method} {endpoint.RoutePattern.RawText}"));

        Assert.Equal(
            endpoints.Order(StringComparer.Ordinal),
            _document.Operations().Select(operation => $"{operation.Method} {operation.Path}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Document_Schemas_AreTheRecords()
    {
        var types = typeof(AdminJson).GetProperties()
            .Where(property => property.PropertyType.IsSubclassOf(typeof(JsonTypeInfo)))
            .Select(property => (JsonTypeInfo)property.GetValue(AdminJson.Default)!)
            .Where(type => type.Kind is JsonTypeInfoKind.Object)
            .ToDictionary(type => type.Type.Name, StringComparer.Ordinal);

        // The others are not of this serializer.
        Assert.Equal(
            types.Keys.Concat(["KeyExport", "Problem", "DecryptAnswer", "DecryptedValue", "DecryptionError"]).Order(StringComparer.Ordinal),
            _document.Schemas.Select(schema => schema.Key).Order(StringComparer.Ordinal));
        foreach (var (name, type) in types)
        {
            var schema = _document.Schemas[name]!;
            Assert.Equal(
                type.Properties.Select(property => $"{name}.{property.Name}: {TextOf(property.PropertyType)}"),
                schema["properties"]!.AsObject().Select(property => $"{name}.{property.Key}: {TextOf(property.Value!)}"));

            // All members of a request may be missing for the serializer: what the API says to that is another test.
            if (!name.Contains("Request", StringComparison.Ordinal))
            {
                Assert.Equal(type.Properties.Where(property => !property.IsGetNullable).Select(property => property.Name), RequiredOf(schema));
            }
        }
    }

    [Fact]
    public async Task Operation_WithoutItsScope_Is403AndWithItIsNot()
    {
        await using var gateway = await TestGateway.StartAsync(
        [
            "--EmbeddedSink:Enabled=true",
            .. AdminScope.All.SelectMany((scope, i) => (string[])
            [
                $"--Admin:Tokens:{i}:Name={scope}",
                $"--Admin:Tokens:{i}:Hash={Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(SecretOf(scope))))}",
                $"--Admin:Tokens:{i}:Scopes:0={scope}",
            ]),
        ]);

        foreach (var operation in _document.Operations())
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(gateway, operation, "nobody"));
            foreach (var scope in AdminScope.All)
            {
                var status = await StatusAsync(gateway, operation, SecretOf(scope));
                Assert.True(
                    operation.Scope == scope
                        ? status is not (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
                        : status is HttpStatusCode.Forbidden,
                    $"{operation.Id} with scope '{scope}': {status}");
            }
        }
    }

    [Fact]
    public async Task Operation_Done_AnswersAsTheDocumentSays()
    {
        await using var gateway = await TestGateway.StartAsync("--EmbeddedSink:Enabled=true", "--Encryption:Attributes:0=pii.*");

        // First, while no key is made in the background: an export that the chain has gone beyond is not taken back.
        await CallAsync(gateway, "importKeys", 200, await CallAsync(gateway, "exportKeys", 200));
        await CallAsync(gateway, "listTenants", 200);
        await CallAsync(gateway, "addTenant", 204, value: "globex");
        await CallAsync(gateway, "getTenant", 200);
        await CallAsync(gateway, "validateKms", 200);
        await CallAsync(gateway, "setEnforcement", 200);
        await CallAsync(gateway, "listEnforcement", 200);
        await CallAsync(gateway, "getStatus", 200);
        await CallAsync(gateway, "clearEnforcement", 204, query: "?reason=over");
        await CallAsync(gateway, "rotateKey", 200, query: "?dryRun");
        await CallAsync(gateway, "rotateAllKeys", 200, query: "?dryRun");
        await CallAsync(gateway, "rotateKey", 200);
        var keys = await CallAsync(gateway, "listKeys", 200, query: "?tenant=default");
        var signing = keys!["keys"]!.AsArray().First(key => (string?)key!["purpose"] == "signing");
        await CallAsync(gateway, "revokeKey", 200, value: signing!["kid"]!.GetValue<string>());
        await CallAsync(gateway, "listEvents", 200, query: "?after=1");
        var seeds = (await CallAsync(gateway, "rotateKey", 200, query: "?purpose=encryption"))!["keys"]!.AsArray();
        var old = seeds.Single(key => (string?)key!["purpose"] == "encryption" && (string?)key["stage"] == "retired")!["kid"]!.GetValue<string>();
        await CallAsync(gateway, "shredKey", 200, new JsonObject { ["reason"] = "drill", ["confirm"] = old }, value: old);
        await CallAsync(gateway, "decryptValues", 200);
        await CallAsync(gateway, "listAudit", 200, query: "?after=1");
        await CallAsync(gateway, "rotateAllKeys", 202);
        await CallAsync(gateway, "removeTenant", 204, value: "globex");
        var operation = await CallAsync(gateway, "warmUp", 202);
        await CallAsync(gateway, "getOperation", 200, value: operation!["id"]!.GetValue<string>());
        await CallAsync(gateway, "getCache", 200);

        Assert.Empty(_document.Operations().Select(each => each.Id).Except(_called, StringComparer.Ordinal));
    }

    [Fact]
    public async Task Operation_NotDone_AnswersAsTheDocumentSays()
    {
        await using var gateway = await TestGateway.StartAsync("--EmbeddedSink:Enabled=true", "--Limits:MaxManagementBodyBytes=1024", "--Admin:DecryptValuesPerMinute=1000");

        await CallAsync(gateway, "listEvents", 400, query: "?after=x");
        await CallAsync(gateway, "listAudit", 400, query: "?after=-1");
        await CallAsync(gateway, "decryptValues", 400, idempotencyKey: "once");
        await CallAsync(gateway, "shredKey", 404);
        await CallAsync(gateway, "rotateKey", 400, query: "?purpose=both");
        await CallAsync(gateway, "rotateKey", 409, query: "?purpose=encryption");
        await CallAsync(gateway, "getTenant", 404, value: "none");
        await CallAsync(gateway, "removeTenant", 404, value: "none");
        await CallAsync(gateway, "removeTenant", 409);
        await CallAsync(gateway, "addTenant", 409, value: "no name");
        await CallAsync(gateway, "rotateKey", 404, value: "none");
        await CallAsync(gateway, "revokeKey", 404);
        await CallAsync(gateway, "getOperation", 404);
        await CallAsync(gateway, "clearEnforcement", 400, query: "?reason=two%0Alines");
        await CallAsync(gateway, "clearEnforcement", 404);
        await CallAsync(gateway, "importKeys", 409, new JsonObject { ["image"] = "", ["signature"] = "" });
        await CallAsync(gateway, "rotateKey", 413, new JsonObject { ["reason"] = new string('a', 1_025) });
        await CallAsync(gateway, "warmUp", 202, idempotencyKey: "once");
        await CallAsync(gateway, "warmUp", 202, idempotencyKey: "once");
        await CallAsync(gateway, "validateKms", 422, idempotencyKey: "once");
    }

    [Fact]
    public async Task Request_WithoutARequiredMember_IsRefusedAndTheExampleIsNot()
    {
        await using var gateway = await TestGateway.StartWithSinkAsync();

        foreach (var operation in _document.Operations().Where(operation => operation.Example is not null))
        {
            var schema = operation.Body!["schema"]!;
            _document.AssertValid(schema, operation.Example!.ToJsonString(), operation.Id);
            foreach (var member in RequiredOf(_document.Resolve(schema)))
            {
                var request = operation.Example.DeepClone().AsObject();
                Assert.True(request.Remove(member));
                using var refused = await SendAsync(gateway, operation, operation.Address(), request);
                await AssertDocumentedAsync(operation, refused);
                Assert.True(
                    refused.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.NotFound,
                    $"{operation.Id} without {member}: {refused.StatusCode}");
            }

            using var answer = await SendAsync(gateway, operation, operation.Address(), operation.Example);
            Assert.NotEqual(HttpStatusCode.BadRequest, answer.StatusCode);
        }
    }

    [Fact]
    public async Task Page_EachProblem_HasAHeading()
    {
        var problems = _document.Operations()
            .SelectMany(operation => operation.Statuses()
                .Where(status => operation.Response(status)["content"]?["application/problem+json"] is not null))
            .Distinct().Order().Select(AdminProblem.TypeOf).ToList();
        var page = await File.ReadAllLinesAsync(Path.Combine(RepositoryLayout.Root, "docs", "admin.md"), Token);
        var anchors = page.Where(line => line.StartsWith('#')).Select(line => line.TrimStart('#', ' ').ToLowerInvariant().Replace(' ', '-'));

        Assert.Equal(problems, _document.Schemas["Problem"]!["properties"]!["type"]!["enum"]!.AsArray().Select(type => type!.GetValue<string>()));
        Assert.Empty(problems.Select(type => new Uri(type).Fragment[1..]).Except(anchors, StringComparer.Ordinal));
    }

    private async Task<JsonNode?> CallAsync(
        TestGateway gateway,
        string id,
        int expected,
        JsonNode? body = null,
        string? value = null,
        string query = "",
        string? idempotencyKey = null)
    {
        var operation = _document.Operations().Single(operation => operation.Id == id);
        using var answer = await SendAsync(
            gateway, operation, operation.Address(value) + query, body ?? operation.Example, idempotencyKey: idempotencyKey);
        var json = await AssertDocumentedAsync(operation, answer);
        Assert.True(expected == (int)answer.StatusCode, $"{id}: {answer.StatusCode} {json}");
        _called.Add(id);
        return json;
    }

    private async Task<JsonNode?> AssertDocumentedAsync(OpenApiOperation operation, HttpResponseMessage answer)
    {
        var response = operation.Response((int)answer.StatusCode);
        var missing = (response["headers"]?.AsObject() ?? []).Select(header => header.Key).Where(name => name != IdempotencyKeys.Replayed)
            .Except(answer.Headers.Concat(answer.Content.Headers).Select(header => header.Key), StringComparer.OrdinalIgnoreCase);
        Assert.Empty(missing);

        var text = await answer.Content.ReadAsStringAsync(Token);
        if (response["content"] is not { } content)
        {
            Assert.Empty(text);
            return null;
        }

        var (type, media) = Assert.Single(content.AsObject());
        Assert.Equal(type, answer.Content.Headers.ContentType?.MediaType);
        _document.AssertValid(media!["schema"]!, text, operation.Id);
        return JsonNode.Parse(text);
    }

    private async Task<HttpStatusCode> StatusAsync(TestGateway gateway, OpenApiOperation operation, string secret)
    {
        using var answer = await SendAsync(gateway, operation, operation.Address(), body: null, secret);
        await AssertDocumentedAsync(operation, answer);
        return answer.StatusCode;
    }

    private static async Task<HttpResponseMessage> SendAsync(
        TestGateway gateway,
        OpenApiOperation operation,
        string address,
        JsonNode? body,
        string? secret = null,
        string? idempotencyKey = null)
    {
        using var request = new HttpRequestMessage(operation.Method, address);
        request.Headers.Authorization = secret is null ? null : new AuthenticationHeaderValue("Bearer", secret);
        if (body is not null)
        {
            request.Content = new StringContent(body.ToJsonString(), new MediaTypeHeaderValue("application/json"));
        }

        if (idempotencyKey is not null)
        {
            request.Headers.Add(IdempotencyKeys.Header, idempotencyKey);
        }

        return await gateway.Management.SendAsync(request, Token);
    }

    private static string SecretOf(string scope) => $"a-token-for-{scope}";

    private static IEnumerable<string> RequiredOf(JsonNode schema) => schema["required"]!.AsArray().Select(name => name!.GetValue<string>());

    private static string TextOf(JsonNode schema) => schema switch
    {
        _ when schema["$ref"] is { } reference => reference.GetValue<string>().Split('/')[^1],
        _ when schema["items"] is { } items => $"array of {TextOf(items)}",
        _ when schema["additionalProperties"] is { } values => $"object of {TextOf(values)}",
        _ when schema["format"]?.GetValue<string>() == "date-time" => "date-time",
        _ => schema["type"]!.GetValue<string>(),
    };

    private static string TextOf(Type type) => (Nullable.GetUnderlyingType(type) ?? type) switch
    {
        var known when known == typeof(string) || known == typeof(TimeSpan) => "string",
        var known when known == typeof(DateTimeOffset) => "date-time",
        var known when known == typeof(int) || known == typeof(long) => "integer",
        var known when known == typeof(double) => "number",
        var known when known == typeof(bool) => "boolean",
        var known => AdminJson.Default.GetTypeInfo(known)! switch
        {
            { Kind: JsonTypeInfoKind.Enumerable, ElementType: { } element } => $"array of {TextOf(element)}",
            { Kind: JsonTypeInfoKind.Dictionary, ElementType: { } element } => $"object of {TextOf(element)}",
            _ => known.Name,
        },
    };
}

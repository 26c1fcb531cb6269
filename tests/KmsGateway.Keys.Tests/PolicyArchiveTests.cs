using System.Data.Common;
using System.Text;
using Dapper;
using KmsGateway.Cryptography;
using KmsGateway.Keys.Tests.Support;
using Microsoft.Data.Sqlite;

namespace KmsGateway.Keys.Tests;

public sealed class PolicyArchiveTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task FindAsync_KeptByAnEarlierProcess_GivesTheBytes()
    {
        byte[][] documents = [Encoding.UTF8.GetBytes("{\"a\":1}"), Encoding.UTF8.GetBytes("{\"b\":2}")];
        using (var first = await Gateway.PrepareAsync(_folder, ["acme"]))
        {
            await first.Policies.KeepAsync(documents.Select(json => (ReadOnlyMemory<byte>)json), Token);
        }

        using var second = await Gateway.PrepareAsync(_folder, ["acme"]);
        await second.Policies.KeepAsync([documents[0]], Token);

        Assert.Equal(documents[0], await second.Policies.FindAsync(PolicyId.Of(documents[0]), Token));
        Assert.Equal(documents[1], await second.Policies.FindAsync(PolicyId.Of(documents[1]), Token));
    }

    [Theory]
    [InlineData("AAECAwQFBgcICQoLDA0ODw")]
    [InlineData("AAECAwQFBgcICQoLDA0ODx")]
    [InlineData("")]
    [InlineData("' OR 1=1 --")]
    public async Task FindAsync_NameThatNoDocumentHas_GivesNothing(string id)
    {
        using var gateway = await Gateway.PrepareAsync(_folder, ["acme"]);

        Assert.Null(await gateway.Policies.FindAsync(id, Token));
    }

    [Fact]
    public async Task FindAsync_RowThatSomebodyWroteUnderAnotherName_IsNotGiven()
    {
        using var gateway = await Gateway.PrepareAsync(_folder, ["acme"]);
        await using var database = new SqliteConnection($"Data Source={_folder.File("kmsgateway.db")}");
        await database.ExecuteAsync("INSERT INTO policy VALUES ('AAECAwQFBgcICQoLDA0ODw', x'7B7D', 1)");

        Assert.Null(await gateway.Policies.FindAsync("AAECAwQFBgcICQoLDA0ODw", Token));
    }

    [Fact]
    public async Task KeepAsync_OtherBytesUnderTheName_StopsTheStart()
    {
        using var gateway = await Gateway.PrepareAsync(_folder, ["acme"]);
        var json = Encoding.UTF8.GetBytes("{\"a\":1}");
        var id = PolicyId.Of(json);
        await using var database = new SqliteConnection($"Data Source={_folder.File("kmsgateway.db")}");
        await database.ExecuteAsync("INSERT INTO policy VALUES (@id, x'7B7D', 1)", new { id });

        var refusal = await Assert.ThrowsAsync<KeyStartException>(() => gateway.Policies.KeepAsync([json], Token));

        Assert.Contains($"other bytes under the name of policy {id}", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Policies_ChangedOrRemoved_AreRefusedByTheStore()
    {
        using var gateway = await Gateway.PrepareAsync(_folder, ["acme"]);
        await gateway.Policies.KeepAsync([Encoding.UTF8.GetBytes("{}")], Token);
        await using var database = new SqliteConnection($"Data Source={_folder.File("kmsgateway.db")}");

        await Assert.ThrowsAnyAsync<DbException>(() => database.ExecuteAsync("UPDATE policy SET json = x'7B'"));
        await Assert.ThrowsAnyAsync<DbException>(() => database.ExecuteAsync("DELETE FROM policy"));
    }
}

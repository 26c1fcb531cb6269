using KmsGateway.Keys.Providers;
using KmsGateway.Keys.Providers.Local;
using KmsGateway.Keys.Tests.Support;

namespace KmsGateway.Keys.Tests.Providers.Local;

public sealed class MasterKeyFileTests : IDisposable
{
    private const UnixFileMode OwnerReadWrite = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly TempFolder _folder = new();
    private readonly string _path;
    private readonly MasterKeyFile _file;

    public MasterKeyFileTests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Unix file modes");
        _path = _folder.File("kms", "master.key");
        _file = new MasterKeyFile(_path);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task ReadOrCreateAsync_NoFile_MakesItForItsOwnerOnly()
    {
        using var key = await _file.ReadOrCreateAsync(Token);

        Assert.Equal(OwnerReadWrite, Mode(_path));
        Assert.Equal(OwnerReadWrite | UnixFileMode.UserExecute, Mode(_folder.File("kms")));
        Assert.Equal(["master.key"], Directory.GetFileSystemEntries(_folder.File("kms")).Select(Path.GetFileName));
        Assert.Equal(await File.ReadAllBytesAsync(_path, Token), key.Bytes.ToArray());
    }

    [Fact]
    public async Task ReadOrCreateAsync_ManyAtOnce_AllGetTheSameKey()
    {
        var keys = await Task.WhenAll(
            Enumerable.Range(0, 16).Select(_ => Task.Run(() => new MasterKeyFile(_path).ReadOrCreateAsync(Token), Token)));

        Assert.Single(keys.Select(key => Convert.ToHexString(key.Bytes)).Distinct());
        Assert.Single(Directory.GetFileSystemEntries(_folder.File("kms")));
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.GroupRead | UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.OtherWrite)]
    [InlineData(UnixFileMode.GroupExecute)]
    public async Task ReadAsync_OthersHaveRights_IsRefused(UnixFileMode others)
    {
        using var key = await _file.ReadOrCreateAsync(Token);
        SetMode(_path, OwnerReadWrite | others);

        await RefusedAsync("chmod 600 master.key");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    public async Task ReadAsync_WrongLength_IsRefused(int length)
    {
        using var key = await _file.ReadOrCreateAsync(Token);
        await File.WriteAllBytesAsync(_path, new byte[length], Token);

        await RefusedAsync("does not have exactly 32 bytes");
    }

    [Fact]
    public async Task ReadAsync_SymbolicLink_IsRefused()
    {
        using var key = await _file.ReadOrCreateAsync(Token);
        File.Move(_path, _folder.File("elsewhere"));
        File.CreateSymbolicLink(_path, _folder.File("elsewhere"));

        await RefusedAsync("symbolic link");
    }

    [Fact]
    public async Task ReadOrCreateAsync_LinkToNowhere_IsRefusedNotFollowed()
    {
        Directory.CreateDirectory(_folder.File("kms"));
        File.CreateSymbolicLink(_path, _folder.File("nowhere"));

        var exception = await Assert.ThrowsAsync<KmsException>(() => _file.ReadOrCreateAsync(Token));

        Assert.Equal(KmsFailure.Misconfigured, exception.Failure);
        Assert.False(File.Exists(_folder.File("nowhere")));
    }

    [Fact]
    public async Task ReadOrCreateAsync_FolderIsAFile_SaysSoWithoutThePath()
    {
        await File.WriteAllTextAsync(_folder.File("kms"), "", Token);

        var exception = await Assert.ThrowsAsync<KmsException>(() => _file.ReadOrCreateAsync(Token));

        Assert.Equal(KmsFailure.Unavailable, exception.Failure);
        Assert.DoesNotContain(_folder.Path, exception.ToString(), StringComparison.Ordinal);
    }

    private static UnixFileMode Mode(string path) => OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(path);

    private static void SetMode(string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, mode);
        }
    }

    private async Task RefusedAsync(string reason)
    {
        var exception = await Assert.ThrowsAsync<KmsException>(() => _file.ReadAsync(Token));

        Assert.Equal(KmsFailure.Misconfigured, exception.Failure);
        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(_folder.Path, exception.ToString(), StringComparison.Ordinal);
    }
}

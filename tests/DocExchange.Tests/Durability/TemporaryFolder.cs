using System.Security.Cryptography;

namespace DocExchange.Tests.Durability;

/// <summary>A folder of a test's own, removed with all that is in it.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), "docexchange-" + RandomNumberGenerator.GetHexString(16, lowercase: true));

    public TemporaryFolder() => Directory.CreateDirectory(Path);

    public string Under(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

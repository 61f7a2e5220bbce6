using DocExchange.Trust.Digests;

namespace DocExchange.Tests.Durability.Upgrades;

/// <summary>Every file below a folder with the digest of its bytes.</summary>
internal static class FolderContents
{
    public static Dictionary<string, Digest> Of(string folder) =>
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).ToDictionary(path => Path.GetRelativePath(folder, path), path => Digest.Of(File.ReadAllBytes(path)));
}

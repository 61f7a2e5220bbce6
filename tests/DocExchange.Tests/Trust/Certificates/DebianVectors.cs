namespace DocExchange.Tests.Trust.Certificates;

/// <summary>Public test vectors from a Debian package, unpacked under artifacts/ and never committed.</summary>
internal static class DebianVectors
{
    public const string HowToGet = "tools/vectors.sh gets the test vectors on a Debian system; tools/test.sh calls it.";

    /// <summary>Null where the package is not unpacked.</summary>
    public static string? Folder(string name)
    {
        for (var at = new DirectoryInfo(TestContext.CurrentContext.TestDirectory); at is not null; at = at.Parent)
        {
            var folder = Path.Combine(at.FullName, "artifacts/vectors/usr/lib/python3/dist-packages/cryptography_vectors", name);
            if (Directory.Exists(folder))
            {
                return folder;
            }
        }

        return null;
    }
}

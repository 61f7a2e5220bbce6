using DocExchange.Core.Offices;
using DocExchange.Core.Operating;
using DocExchange.Trust.Digests;

namespace DocExchange.Cli.Demo;

/// <summary>The content-addressed objects in a hub's data folder, read by an auditor: <c>objects/&lt;2 hex&gt;/&lt;digest&gt;</c>.</summary>
internal sealed class HubObjects(string folder)
{
    public byte[]? Get(Digest digest)
    {
        var name = digest.ToString();
        var path = Path.Combine(folder, name[..2], name);
        if (!File.Exists(path) || new FileInfo(path).Length > OfficeDirectoryXml.MaxSize)
        {
            return null;
        }

        var bytes = File.ReadAllBytes(path);
        return Digest.Of(bytes) == digest ? bytes : null;
    }

    /// <summary>The office directory with the highest version; its certificates keep the periods they were bound for.</summary>
    public OfficeDirectory NewestDirectory() =>
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Select(path => Digest.TryParse(Path.GetFileName(path), out var digest) ? Get(digest) : null)
            .Where(bytes => bytes is [(byte)'<', ..])
            .Select(Read)
            .OfType<OfficeDirectory>()
            .MaxBy(directory => directory.Version)
        ?? throw new FailedException("NO_DIRECTORY", $"“{folder}”中没有机构目录。", $"'{folder}' holds no office directory.");

    private static OfficeDirectory? Read(byte[]? xml)
    {
        try
        {
            return OfficeDirectoryXml.Read(xml);
        }
        catch (FormatException)
        {
            return null;
        }
    }
}

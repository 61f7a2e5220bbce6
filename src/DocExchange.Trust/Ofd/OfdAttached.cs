using System.Xml.Linq;

namespace DocExchange.Trust.Ofd;

/// <summary>
/// What the documents of an OFD hand over as attachments (GB/T 33190 §20), by the first element of each kind. It must be signed as any other
/// content, so nobody hides a signature by calling it an attachment.
/// </summary>
internal static class OfdAttached
{
    /// <param name="documents">Paths of the documents.</param>
    /// <returns>Paths.</returns>
    public static async Task<IReadOnlySet<string>> FindAsync(OfdPackage package, IEnumerable<string> documents, CancellationToken cancellation)
    {
        var attached = new HashSet<string>(StringComparer.Ordinal);
        foreach (var document in documents.Distinct())
        {
            if (await ReadAsync(package, package.Find("", document), cancellation) is { } root
                && root.Text("Attachments") is { } location && package.Find(OfdNames.FolderOf(document), location) is { } list)
            {
                attached.UnionWith(LocationsIn(await ReadAsync(package, list, cancellation))
                    .Select(each => package.Find(OfdNames.FolderOf(list.Path), each)?.Path).OfType<string>());
            }
        }

        return attached;
    }

    private static IEnumerable<string> LocationsIn(XElement? list) => list?.All("Attachment").Select(each => each.Text("FileLoc") ?? each.Value("FileLoc")).OfType<string>() ?? [];

    // What cannot be read names nothing here; that it cannot be read is told where the document is followed.
    private static async Task<XElement?> ReadAsync(OfdPackage package, OfdEntry? entry, CancellationToken cancellation)
    {
        try
        {
            return entry is null ? null : OfdXml.Read(await package.ReadAsync(entry, package.Limits.MaxXmlSize, cancellation), entry.Path, package);
        }
        catch (OfdFormatException)
        {
            return null;
        }
    }
}

using System.Runtime.CompilerServices;
using System.Xml;
using System.Xml.Linq;
using DocExchange.Trust.Ofd;

namespace DocExchange.Texts;

/// <summary>The pages of an OFD (GB/T 33190-2016): the text objects of each page and of the templates it stands on.</summary>
internal static class OfdPages
{
    private const int MaxPieces = 200_000;
    private const int MaxTemplates = 16;

    /// <exception cref="TextFormatException">On enumerating: no OFD, or damaged.</exception>
    public static async IAsyncEnumerable<string> ReadAsync(Stream file, TextLimits limits, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var within = new OfdLimits { MaxFileSize = limits.MaxFileSize, MaxXmlSize = limits.MaxXmlSize };
        var package = await GuardAsync(() => OfdPackage.OpenAsync(file, within, cancellation));
        var root = await RootAsync(package, cancellation);
        foreach (var location in root.All("DocBody").Take(within.MaxBodies).Select(body => body.Text("DocRoot")))
        {
            if (location is not null && package.Find("", location) is { } entry)
            {
                await foreach (var page in DocumentAsync(package, entry, limits, cancellation))
                {
                    yield return page;
                }
            }
        }
    }

    private static async Task<XElement> RootAsync(OfdPackage package, CancellationToken cancellation) => package.Find("", "OFD.xml") is { } entry
        ? await XmlAsync(package, entry, cancellation)
        : throw new TextFormatException("不是 OFD 文件：没有 OFD.xml。", "This is no OFD file: it has no OFD.xml.");

    private static async IAsyncEnumerable<string> DocumentAsync(OfdPackage package, OfdEntry entry, TextLimits limits, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var folder = OfdNames.FolderOf(entry.Path);
        var document = await XmlAsync(package, entry, cancellation);
        var templates = (document.One("CommonData")?.All("TemplatePage") ?? [])
            .Select(template => (Id: template.Value("ID"), Entry: Locate(package, folder, template)))
            .Where(each => each is { Id: not null, Entry: not null })
            .ToLookup(each => each.Id!, each => each.Entry!);
        foreach (var page in document.One("Pages")?.All("Page") ?? [])
        {
            if (Locate(package, folder, page) is not { } content)
            {
                yield return "";
                continue;
            }

            var pieces = new List<TextPiece>();
            var used = await GuardAsync(async () => OfdContent.Read(await package.ReadAsync(content, limits.MaxXmlSize, cancellation), package.Limits, pieces, MaxPieces));
            foreach (var template in used.Take(MaxTemplates).SelectMany(id => templates[id].Take(1)))
            {
                await GuardAsync(async () => OfdContent.Read(await package.ReadAsync(template, limits.MaxXmlSize, cancellation), package.Limits, pieces, MaxPieces));
            }

            yield return ReadingOrder.Join(pieces, limits.MaxCharacters);
            if (pieces.Count >= MaxPieces)
            {
                throw new TextFormatException($"有一页只读取了前 {MaxPieces} 段文字，其后的未读取。", $"Of one page only the first {MaxPieces} runs of text were read, and nothing after it.");
            }
        }
    }

    private static OfdEntry? Locate(OfdPackage package, string folder, XElement page) => page.Value("BaseLoc") is { } location ? package.Find(folder, location) : null;

    private static Task<XElement> XmlAsync(OfdPackage package, OfdEntry entry, CancellationToken cancellation) =>
        GuardAsync(async () => OfdXml.Read(await package.ReadAsync(entry, package.Limits.MaxXmlSize, cancellation), entry.Path, package.Limits));

    private static async Task<T> GuardAsync<T>(Func<Task<T>> read)
    {
        try
        {
            return await read();
        }
        catch (OfdFormatException fault)
        {
            throw new TextFormatException(fault.Chinese, fault.English, fault);
        }
        catch (Exception fault) when (fault is XmlException or ArgumentException) // XmlReader throws both for a declaration that does not end.
        {
            throw new TextFormatException("OFD 的页面不是有效的 XML。", "A page of the OFD is not well-formed XML.", fault);
        }
    }
}

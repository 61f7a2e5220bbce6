using System.Text.RegularExpressions;
using DocExchange.Trust.Containers;

namespace DocExchange.Core.Documents;

/// <summary>The kinds of files a site takes as 正文, told by the ending of the name; OFD and PDF where the site says nothing else.</summary>
public sealed partial class BodyKinds
{
    /// <summary>What a site takes that says nothing.</summary>
    public const string Usual = "ofd,pdf";

    private const string BodyFolder = "body/";
    private const int ProbeSize = 1024;

    private readonly IReadOnlyList<string> endings;

    private BodyKinds(IReadOnlyList<string> endings) => this.endings = endings;

    /// <summary>As people write them: OFD、PDF.</summary>
    public string Names => string.Join('、', endings.Select(ending => ending.ToUpperInvariant()));

    /// <param name="endings">Without a dot, such as <c>pdf</c>: 1 to 10 small letters and digits each.</param>
    /// <exception cref="FormatException">There are none, or one is no such ending.</exception>
    public static BodyKinds Of(IReadOnlyList<string> endings) => endings.Count > 0 && endings.All(IsEnding)
        ? new BodyKinds(endings)
        : throw new FormatException("The types of bodies are endings of file names, such as ofd, pdf, txt: 1 to 10 small letters and digits each, at least one.");

    /// <summary>Whether a name may end in this, without the dot.</summary>
    public static bool IsEnding(string ending) => Ending().IsMatch(ending);

    /// <summary>What speaks against a body of this name; null where nothing does.</summary>
    public (string Chinese, string English)? FaultOf(string fileName)
    {
        var ending = Path.GetExtension(fileName).TrimStart('.').ToLowerInvariant();
        if (endings.Contains(ending))
        {
            return null;
        }

        var (chinese, english) = ending.Length == 0 ? ("无扩展名", "has no ending") : ($"类型为 {ending}", $"is of the type {ending}");
        return ($"正文“{fileName}”{chinese}，本站只接受 {Names}。请转换为其中一种后再发。", $"The body '{fileName}' {english}; this site takes {string.Join(", ", endings)} only. Convert it to one of these.");
    }

    /// <summary>What speaks against what a body holds; null where nothing does. Only the kind is looked at, not whether the file can be shown.</summary>
    /// <param name="content">Read from where it is, at most 1,024 bytes; not closed.</param>
    public static (string Chinese, string English)? FaultOf(string fileName, Stream content)
    {
        var start = new byte[ProbeSize];
        var read = start.AsSpan(0, content.ReadAtLeast(start, start.Length, throwOnEndOfStream: false));
        return read.IsEmpty ? ($"正文“{fileName}”是空文件。", $"The body '{fileName}' is empty.")
            : Path.GetExtension(fileName).ToLowerInvariant() switch
            {
                // ISO 32000-1 Annex H, note 13: readers take the header anywhere in the first 1,024 bytes.
                ".pdf" when read.IndexOf("%PDF-"u8) < 0 => Unlike("PDF"),
                // GB/T 33190: an OFD is a ZIP archive.
                ".ofd" when !read.StartsWith("PK\u0003\u0004"u8) => Unlike("OFD"),
                _ => null,
            };

        (string Chinese, string English) Unlike(string kind) => (
            $"正文“{fileName}”的内容不是 {kind}，收文单位将无法打开。请核对文件后再发。", $"What the body '{fileName}' holds is no {kind}: nobody could open it. Check the file.");
    }

    /// <inheritdoc cref="FaultOf(string)"/>
    public (string Chinese, string English)? FaultOf(PackageManifest package) =>
        package.Entries.FirstOrDefault(entry => entry.Path.StartsWith(BodyFolder, StringComparison.Ordinal)) is { } body ? FaultOf(body.Path[BodyFolder.Length..]) : null;

    [GeneratedRegex(@"^[a-z0-9]{1,10}\z")]
    private static partial Regex Ending();
}

using System.Text;

namespace DocExchange.Trust.Ofd;

/// <summary>Names of parts: their encoding in the ZIP, and how OFD files refer to one another (GB/T 33190-2016, ST_Loc).</summary>
public static class OfdNames
{
    private const ushort Utf8Flag = 0x0800;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    // Chinese Windows tools write names in code page 936 without saying so.
    private static readonly Encoding Gbk = CodePagesEncodingProvider.Instance.GetEncoding(936)!;

    // What APPNOTE appendix D has names in that are not marked as UTF-8.
    private static readonly Encoding Oem = CodePagesEncodingProvider.Instance.GetEncoding(437)!;

    internal static string Decode(ReadOnlySpan<byte> raw, ushort flags)
    {
        try
        {
            return StrictUtf8.GetString(raw);
        }
        catch (DecoderFallbackException)
        {
            return (flags & Utf8Flag) != 0 ? Encoding.UTF8.GetString(raw) : Gbk.GetString(raw);
        }
    }

    /// <summary>
    /// The other paths that programs read from a name that is not marked as UTF-8: bytes of GBK may be UTF-8 by chance (图片 is), and the
    /// other way round.
    /// </summary>
    internal static IEnumerable<string> OtherReadingsOf(OfdEntry entry) => ReadingsOf(entry.RawName, entry.Flags).Where(path => path != entry.Path);

    /// <summary>All of them; none of a name that has but one.</summary>
    internal static IEnumerable<string> ReadingsOf(byte[] raw, ushort flags) => (flags & Utf8Flag) != 0 || Ascii.IsValid(raw)
        ? []
        : new[] { Encoding.UTF8, Gbk, Oem }.Select(encoding => ResolveIn("", encoding.GetString(raw))).OfType<string>().Distinct();

    /// <summary>Whether it is written in UTF-8, which ASCII is too.</summary>
    internal static bool IsUtf8(ReadOnlySpan<byte> raw) => System.Text.Unicode.Utf8.IsValid(raw);

    /// <summary>Forward slashes, no empty and no dot steps, no slash in front; a folder keeps the slash behind. Blanks are part of a name, as programs have it.</summary>
    /// <exception cref="OfdFormatException">A name that leads out of the package, or holds a control character.</exception>
    internal static string Normalise(string name)
    {
        if (name.AsSpan().IndexOfAnyInRange('\0', '\u001F') >= 0)
        {
            throw new OfdFormatException("OFD_NAME", "压缩包中的文件名含有控制字符。", "A name in the ZIP file holds a control character.");
        }

        return ResolveIn("", name) ?? throw new OfdFormatException(
            "OFD_NAME", $"压缩包中的文件名“{Shorten(name)}”指向包外。", $"The name '{Shorten(name)}' in the ZIP file leads out of it.");
    }

    /// <summary>Whether the name has steps that lead nowhere: programs that look for a name as it is written do not find the file.</summary>
    internal static bool IsRoundabout(string name) =>
        name.Replace('\\', '/').TrimEnd('/').Split('/').Index().Any(step => step.Item is "." or ".." || (step is { Item.Length: 0, Index: > 0 }));

    /// <summary>Whether it has back slashes, or a slash in front: some programs do not find such a file as its folder and name.</summary>
    internal static bool IsSlashedOtherwise(string name) => name.StartsWith('/') || name.Contains('\\');

    /// <summary>The path that <paramref name="location"/> means in a file of <paramref name="folder"/>; null where it leads out of the package.</summary>
    /// <param name="folder">Without slashes around it; empty for the root.</param>
    public static string? Resolve(string folder, string location) => ResolveIn(folder, location.Trim());

    private static string? ResolveIn(string folder, string location)
    {
        var slashed = location.Replace('\\', '/');
        var whole = slashed.StartsWith('/') || folder.Length == 0 ? slashed : folder + "/" + slashed;

        // Behind each step how long the path is, so that one step up takes none apart.
        var (path, ends) = (new StringBuilder(whole.Length), new Stack<int>());
        foreach (var range in whole.AsSpan().Split('/'))
        {
            var step = whole.AsSpan(range);
            if (step is "" or ".")
            {
                continue;
            }

            if (step is not "..")
            {
                ends.Push(path.Length);
                path.Append(path.Length > 0 ? "/" : "").Append(step);
            }
            else if (!ends.TryPop(out var end))
            {
                return null;
            }
            else
            {
                path.Length = end;
            }
        }

        return path.Append(slashed.EndsWith('/') && path.Length > 0 ? "/" : "").ToString();
    }

    /// <summary>The last step of a location that leads somewhere, whatever is around it; empty where there is none.</summary>
    internal static ReadOnlySpan<char> LastStepOf(ReadOnlySpan<char> location)
    {
        var up = 0;
        while (!location.IsEmpty)
        {
            var at = location.LastIndexOfAny('/', '\\');
            var step = location[(at + 1)..];
            location = at < 0 ? [] : location[..at];
            if (step is "..")
            {
                up++;
            }
            else if (step is not ("" or ".") && --up < 0)
            {
                return step;
            }
        }

        return [];
    }

    /// <summary>The folder of a path, without slash; empty for one in the root.</summary>
    public static string FolderOf(string path) => path.LastIndexOf('/') is var slash and >= 0 ? path[..slash] : "";

    public static string FileOf(string path) => path[(path.LastIndexOf('/') + 1)..];

    /// <summary>For a sentence.</summary>
    public static string Shorten(string name, int most = 120) => name.Length <= most ? name : name[..most] + "…";
}

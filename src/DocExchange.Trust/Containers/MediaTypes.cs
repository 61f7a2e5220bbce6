namespace DocExchange.Trust.Containers;

/// <summary>Media types of the files offices attach, by extension.</summary>
public static class MediaTypes
{
    public const string Unknown = "application/octet-stream";

    internal const string Xml = "application/xml";

    internal const int MaxLength = 127;

    private static readonly Dictionary<string, string> ByExtension = new(StringComparer.OrdinalIgnoreCase)
    {
        [".pdf"] = "application/pdf",
        [".ofd"] = "application/ofd",
        [".xml"] = Xml,
        [".txt"] = "text/plain",
        [".csv"] = "text/csv",
        [".html"] = "text/html",
        [".rtf"] = "application/rtf",
        [".doc"] = "application/msword",
        [".docx"] = "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        [".xls"] = "application/vnd.ms-excel",
        [".xlsx"] = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        [".ppt"] = "application/vnd.ms-powerpoint",
        [".pptx"] = "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        [".odt"] = "application/vnd.oasis.opendocument.text",
        [".ods"] = "application/vnd.oasis.opendocument.spreadsheet",
        [".jpg"] = "image/jpeg",
        [".jpeg"] = "image/jpeg",
        [".png"] = "image/png",
        [".gif"] = "image/gif",
        [".tif"] = "image/tiff",
        [".tiff"] = "image/tiff",
        [".bmp"] = "image/bmp",
        [".svg"] = "image/svg+xml",
        [".mp3"] = "audio/mpeg",
        [".mp4"] = "video/mp4",
        [".zip"] = "application/zip",
        [".asice"] = "application/vnd.etsi.asic-e+zip",
        [".json"] = "application/json",
    };

    /// <summary><see cref="Unknown"/> for an extension that is not known.</summary>
    public static string Of(string fileName) => ByExtension.GetValueOrDefault(Path.GetExtension(fileName), Unknown);

    /// <summary>
    /// RFC 6838 §4.2 names in lower case, without parameters and without '&amp;', so that a type reads the same in XML.
    /// </summary>
    internal static bool IsWellFormed(string mediaType)
    {
        var slash = mediaType.IndexOf('/');
        return mediaType.Length <= MaxLength && IsName(mediaType.AsSpan(0, Math.Max(slash, 0))) && IsName(mediaType.AsSpan(slash + 1));
    }

    private static bool IsName(ReadOnlySpan<char> name)
    {
        if (name.IsEmpty || !(char.IsAsciiLetterLower(name[0]) || char.IsAsciiDigit(name[0])))
        {
            return false;
        }

        foreach (var letter in name)
        {
            if (!char.IsAsciiLetterLower(letter) && !char.IsAsciiDigit(letter) && !"!#$^_.+-".Contains(letter, StringComparison.Ordinal))
            {
                return false;
            }
        }

        return true;
    }
}

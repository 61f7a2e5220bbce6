using System.Globalization;
using System.Text;

namespace DocExchange.Trust.Containers;

/// <summary>The names entries may have, and the rules for the names people choose.</summary>
internal static class EntryNames
{
    public const string Mimetype = "mimetype";
    public const string Metadata = "metadata.xml";
    public const string BodyFolder = "body/";
    public const string AttachmentFolder = "attachments/";
    public const string MetaInf = "META-INF/";
    public const string Manifest = "META-INF/ASiCManifest.xml";
    public const string Signature = "META-INF/signature.p7s";

    /// <summary>attachments/nnn- before the name.</summary>
    public const int AttachmentPrefixLength = 16;

    /// <summary>No path in a package is longer, in UTF-8 bytes.</summary>
    public const int MaxPathLength = AttachmentPrefixLength + PackageLimits.FormatMaxNameLength;

    public static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static readonly HashSet<string> Devices = new(StringComparer.OrdinalIgnoreCase)
    {
        "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$",
        "COM0", "COM1", "COM2", "COM3", "COM4", "COM5", "COM6", "COM7", "COM8", "COM9", "COM¹", "COM²", "COM³",
        "LPT0", "LPT1", "LPT2", "LPT3", "LPT4", "LPT5", "LPT6", "LPT7", "LPT8", "LPT9", "LPT¹", "LPT²", "LPT³",
    };

    public static string Seal(int number) => string.Create(CultureInfo.InvariantCulture, $"META-INF/seal-{number}.ses");

    public static string AttachmentPrefix(int number) => string.Create(CultureInfo.InvariantCulture, $"{AttachmentFolder}{number:000}-");

    /// <summary>The name without folder and number; null for a path that is neither body nor attachment.</summary>
    public static string? FileNameIn(string path)
    {
        if (path.StartsWith(BodyFolder, StringComparison.Ordinal))
        {
            return path[BodyFolder.Length..];
        }

        return AttachmentNumber(path) is null ? null : path[AttachmentPrefixLength..];
    }

    /// <summary>Null for a path that is not attachments/nnn-….</summary>
    public static int? AttachmentNumber(string path) =>
        path.Length > AttachmentPrefixLength && path.StartsWith(AttachmentFolder, StringComparison.Ordinal) && path[15] == '-'
        && char.IsAsciiDigit(path[12]) && char.IsAsciiDigit(path[13]) && char.IsAsciiDigit(path[14])
            ? int.Parse(path.AsSpan(12, 3), CultureInfo.InvariantCulture)
            : null;

    /// <summary>Refuses a name that could leave its folder, mislead a reader or fail on another system.</summary>
    /// <exception cref="PackageFormatException"><see cref="PackageFaults.EntryName"/>.</exception>
    public static void Check(string name, int maxLength = PackageLimits.FormatMaxNameLength)
    {
        var (chinese, english) = Complaint(name, maxLength);
        if (english.Length > 0)
        {
            throw new PackageFormatException(
                PackageFaults.EntryName, $"文件名“{Quote(name)}”不可用：{chinese}。", $"The file name '{Quote(name)}' cannot be used: {english}.");
        }
    }

    /// <summary>At most 80 characters, with everything that could mislead a reader of the message spelled out.</summary>
    public static string Quote(string name)
    {
        var quoted = new StringBuilder();
        foreach (var letter in name.Length > 80 ? name.AsSpan(0, 80) : name)
        {
            _ = IsHidden(letter) || char.IsSurrogate(letter)
                ? quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)letter:X4}")
                : quoted.Append(letter);
        }

        return name.Length > 80 ? quoted.Append('…').ToString() : quoted.ToString();
    }

    private static (string Chinese, string English) Complaint(string name, int maxLength)
    {
        if (name.Length == 0)
        {
            return ("名称为空", "it is empty");
        }

        if (name.Length > maxLength || !TryCountBytes(name, out var bytes) || bytes > maxLength)
        {
            return ($"超过 {maxLength} 个字节或不是有效的 Unicode 文本", $"it is longer than {maxLength} bytes of UTF-8, or not valid Unicode");
        }

        if (name.AsSpan().ContainsAny('/', '\\'))
        {
            return ("含有路径分隔符", "it contains a path separator");
        }

        if (name.AsSpan().ContainsAny(":*?\"<>|"))
        {
            return ("含有 : * ? \" < > | 之一", "it contains one of : * ? \" < > |");
        }

        if (name.EnumerateRunes().Any(rune => IsHidden(rune.Value)))
        {
            return ("含有控制字符、不可见字符或改变书写方向的字符", "it contains a control character, an invisible one or one that changes the direction of writing");
        }

        if (name[0] is '.' or ' ' || name[^1] is '.' or ' ')
        {
            return ("以点或空格开头或结尾", "it begins or ends with a dot or a blank");
        }

        return Devices.Contains(name.Split('.')[0].TrimEnd(' ')) ? ("是系统保留的设备名", "it is the name of a device on some systems") : ("", "");
    }

    private static bool TryCountBytes(string name, out int bytes)
    {
        bytes = 0;
        try
        {
            bytes = Utf8.GetByteCount(name);
            return true;
        }
        catch (EncoderFallbackException)
        {
            return false;
        }
    }

    // Fixed ranges, not the runtime's Unicode tables: what is a package today must be one under every later version.
    private static bool IsHidden(int code) => code
        is < 0x20 or (>= 0x7F and <= 0x9F) or 0xAD or 0x61C or 0x180E
        or (>= 0x200B and <= 0x200F) or (>= 0x2028 and <= 0x202E) or (>= 0x2060 and <= 0x206F)
        or 0xFEFF or (>= 0xFFF9 and <= 0xFFFB) or 0xFFFE or 0xFFFF or (>= 0xE0000 and <= 0xE007F);
}

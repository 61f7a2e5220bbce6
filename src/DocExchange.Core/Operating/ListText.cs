using System.Text;
using System.Text.Unicode;
using DocExchange.Trust.Faults;

namespace DocExchange.Core.Operating;

/// <summary>
/// The text of a list that people make with other programs: UTF-8 (RFC 3629), with or without a byte order mark. Other encodings are
/// refused, never guessed: what they turn names into would stay for good.
/// </summary>
public static class ListText
{
    /// <exception cref="FormatException">The bytes are not UTF-8; the first line that is not is named, in both languages.</exception>
    public static string Read(ReadOnlySpan<byte> bytes)
    {
        if (FaultOf(bytes) is var (line, chinese, english))
        {
            throw new WordedFormatException($"第 {line} 行{chinese}。", $"Line {line} {english}.");
        }

        return Encoding.UTF8.GetString(bytes.StartsWith(Encoding.UTF8.Preamble) ? bytes[Encoding.UTF8.Preamble.Length..] : bytes);
    }

    /// <summary>The first line, from 1, that is not UTF-8, and what to do; null where all are.</summary>
    public static (int Line, string Chinese, string English)? FaultOf(ReadOnlySpan<byte> bytes)
    {
        var line = 1;
        foreach (var range in bytes.Split((byte)'\n'))
        {
            if (!Utf8.IsValid(bytes[range]))
            {
                return (line, "不是 UTF-8 编码（可能是 GBK 或 UTF-16），请将文件另存为 UTF-8 后重试", "is not UTF-8 (GBK or UTF-16, perhaps); save the file as UTF-8 and try again");
            }

            line++;
        }

        return null;
    }
}

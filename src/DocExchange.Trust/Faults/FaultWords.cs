using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace DocExchange.Trust.Faults;

/// <summary>
/// What went wrong, for a Chinese sentence. The libraries' own messages are English: of them only the kind is told, and what they
/// put into quotation marks, which names the file or the value. Where not even the kind is known, their own words are kept.
/// </summary>
public static partial class FaultWords
{
    private const int MaxNamed = 3;

    // ENOSPC, as .NET passes it on.
    private const int DiskFull = 28;

    // EROFS
    private const int ReadOnly = 30;

    /// <summary>A sentence with its full stop.</summary>
    public static string Of(Exception fault) => fault is IWorded worded ? worded.Chinese : KindOf(fault) is { } kind ? $"{kind}{NamedIn(fault)}。" : $"程序报告：{fault.Message}";

    private static string? KindOf(Exception fault) => fault switch
    {
        FileNotFoundException or DirectoryNotFoundException => "文件或目录不存在",
        UnauthorizedAccessException => "没有访问权限",
        IOException { HResult: var result } when (result & 0xFFFF) == DiskFull => "磁盘空间不足",
        IOException { HResult: var result } when (result & 0xFFFF) == ReadOnly => "文件系统为只读，不可写入",
        IOException => "读写出错",
        JsonException { LineNumber: { } line } => $"第 {line + 1} 行不符合 JSON 格式",
        JsonException => "不符合 JSON 格式",
        CryptographicException => "密钥、口令或密码运算有误",
        FormatException or ArgumentException or InvalidDataException or System.Xml.XmlException => "内容不符合格式",
        TimeoutException or OperationCanceledException => "等待超时",
        HttpRequestException or System.Net.Sockets.SocketException => "连接不上",
        DllNotFoundException or BadImageFormatException or EntryPointNotFoundException => "程序库无法加载",
        _ => null,
    };

    private static string NamedIn(Exception fault)
    {
        var named = Quoted().Matches(fault.Message).Select(match => $"“{match.Groups[1].Value}”").Distinct().Take(MaxNamed).ToList();
        return named.Count == 0 ? "" : $"（{string.Join('、', named)}）";
    }

    [GeneratedRegex("(?<![A-Za-z])'([^'\\n]{1,200})'(?![A-Za-z])")]
    private static partial Regex Quoted();
}

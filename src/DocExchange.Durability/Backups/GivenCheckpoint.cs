using System.Text;
using System.Text.Json;
using DocExchange.Trust.Faults;
using DocExchange.Trust.Merkle;

namespace DocExchange.Durability.Backups;

/// <summary>
/// A checkpoint that somebody kept, to hold a restored ledger against: the note itself, or what <c>docex ledger checkpoint</c>
/// printed, as text or as JSON. Its signature is not judged: whether the ledger has its root is a matter of arithmetic.
/// </summary>
public static class GivenCheckpoint
{
    private const int MaxFile = 1024 * 1024;

    /// <exception cref="BackupException">The file holds no checkpoint.</exception>
    public static Checkpoint Read(string path)
    {
        try
        {
            return new FileInfo(path) is { Exists: true, Length: <= MaxFile }
                ? Parse(File.ReadAllText(path))
                : throw new WordedFormatException($"没有这个文件，或超过 {MaxFile} 字节。", $"There is no such file, or it has more than {MaxFile} bytes.");
        }
        catch (Exception fault) when (fault is FormatException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new BackupException($"“{path}”不是账本检查点：{FaultWords.Of(fault)}", $"'{path}' holds no checkpoint of a ledger: {fault.Message}", fault);
        }
    }

    private static Checkpoint Parse(string text)
    {
        if (text.StartsWith('{'))
        {
            using var json = JsonDocument.Parse(text);
            text = json.RootElement.GetProperty("note").GetString() ?? "";
        }

        // What the verb prints below the note, and anything else that is no signature, is not part of it.
        var head = text.IndexOf("\n\n", StringComparison.Ordinal);
        var signatures = head < 0 ? [] : text[(head + 2)..].Split('\n').TakeWhile(line => line.StartsWith("— ", StringComparison.Ordinal));
        return Checkpoint.Parse(SignedNote.Parse(Encoding.UTF8.GetBytes(head < 0 ? text : text[..(head + 2)] + string.Concat(signatures.Select(line => line + "\n")))).Text);
    }
}

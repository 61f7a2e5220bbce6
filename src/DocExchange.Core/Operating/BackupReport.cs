namespace DocExchange.Core.Operating;

/// <summary>What a backup did, for people and scripts, whoever made it.</summary>
/// <param name="To">Folder of the backup.</param>
/// <param name="Time">RFC 3339, UTC: when the ledger was pinned.</param>
/// <param name="LedgerSize">Entries of the ledger that it covers.</param>
/// <param name="Files">Files it consists of; <paramref name="CopiedFiles"/> of them were copied this time.</param>
/// <param name="Problems">Damaged files, in the language that was asked for; with any the verb fails.</param>
public sealed record BackupReport(
    string To, string Holder, string Time, long LedgerSize, string Root, long Files, long CopiedFiles, long CopiedBytes, IReadOnlyList<string> Problems)
{
    /// <param name="say">Chooses the language.</param>
    public IEnumerable<string> Lines(Func<string, string, string> say) =>
    [
        .. Problems.Select(problem => "! " + problem),
        say($"已备份 {Holder} 到 {To}：{Files} 个文件，本次复制 {CopiedFiles} 个、{CopiedBytes} 字节。", $"Backed {Holder} up to {To}: {Files} files, of which {CopiedFiles} with {CopiedBytes} bytes were copied this time."),
        say($"账本到 {LedgerSize} 条，根 {Root}，{Time}。", $"The ledger up to {LedgerSize} entries, root {Root}, {Time}."),
        say("备份含有私钥及其口令，请像数据目录一样保管。", "Private keys and their password are in it: keep it as safe as the data folder."),
    ];
}

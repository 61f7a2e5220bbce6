using System.CommandLine;
using DocExchange.Protocol.V1;
using Google.Protobuf;

namespace DocExchange.Cli.Operating;

/// <summary><c>docex hub import</c></summary>
internal sealed class HubImportVerb : HubVerb
{
    private const int MaxSize = 16 * 1024 * 1024;

    private readonly Argument<string> file;
    private readonly Option<bool> endMissing;

    public HubImportVerb(Terminal terminal)
        : base(terminal, "import", "由 CSV 文件导入机构目录", "Import the offices of a CSV file")
    {
        file = Argument("CSV", "UTF-8 的 CSV 文件", "A CSV file in UTF-8");
        endMissing = Option<bool>("--end-missing", "撤销文件未列出的单位；不加此项则列出它们并拒绝导入", "End the offices the file does not name; without it they are listed and nothing is imported");
    }

    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, Administration.AdministrationClient hub, CancellationToken cancellation)
    {
        var path = parse.GetRequiredValue(file);
        var csv = BoundedFile.Read(path, MaxSize);
        var change = await hub.ImportOfficesAsync(new ImportOfficesRequest { Csv = ByteString.CopyFrom(csv), EndMissing = parse.GetValue(endMissing) }, cancellationToken: cancellation);
        screen.Show(
            new { directoryVersion = change.DirectoryVersion, ledgerIndex = change.LedgerIndex, offices = change.Offices, unchanged = change.Unchanged, added = change.Added, changed = change.Changed, ended = change.Ended },
            change.Unchanged ? screen.Say(
                $"文件与现行机构目录一致，没有改动：仍为第 {change.DirectoryVersion} 版，账本第 {change.LedgerIndex} 条，共 {change.Offices} 个单位。",
                $"The file says what is in force already; nothing was changed: version {change.DirectoryVersion}, ledger entry {change.LedgerIndex}, {change.Offices} offices.")
            : screen.Say(
                $"已导入：新增 {change.Added} 个单位，变更 {change.Changed} 个，撤销 {change.Ended} 个。账本第 {change.LedgerIndex} 条，机构目录第 {change.DirectoryVersion} 版，共 {change.Offices} 个单位。",
                $"Imported: {change.Added} offices new, {change.Changed} changed, {change.Ended} ended. Ledger entry {change.LedgerIndex}, directory version {change.DirectoryVersion}, {change.Offices} offices."));
        return ExitCode.Ok;
    }
}

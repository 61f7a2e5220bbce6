using System.CommandLine;
using DocExchange.Protocol.V1;

namespace DocExchange.Cli.Operating;

/// <summary><c>docex hub close-volume</c>: closes an archive volume; without a name, lists them.</summary>
internal sealed class HubCloseVolumeVerb : HubVerb
{
    private readonly Argument<string> volume;
    private readonly Option<bool> evenNow;

    public HubCloseVolumeVerb(Terminal terminal)
        : base(terminal, "close-volume", "封卷：核验、设为只读、摘要存入账本；不给卷名则列出各卷", "Close an archive volume: verify it, make it read-only, put its digest into the ledger; without a name, list them")
    {
        volume = Argument("VOLUME", "卷名，如 2026-01", "Name of the volume, such as 2026-01");
        volume.Arity = ArgumentArity.ZeroOrOne;
        evenNow = Option<bool>("--even-now", "该月尚未结束也封卷；本月以后归档的公文进入续卷", "Also while its month is not over; what is archived later this month goes into a continuation");
    }

    protected override Task<int> RunAsync(ParseResult parse, Screen screen, Administration.AdministrationClient hub, CancellationToken cancellation) =>
        parse.GetValue(volume) is { Length: > 0 } name ? CloseAsync(name, parse.GetValue(evenNow), screen, hub, cancellation) : ListAsync(screen, hub, cancellation);

    private static async Task<int> CloseAsync(string name, bool isEvenNow, Screen screen, Administration.AdministrationClient hub, CancellationToken cancellation)
    {
        var closed = await hub.CloseVolumeAsync(new CloseVolumeRequest { Volume = name, EvenNow = isEvenNow }, cancellationToken: cancellation);
        screen.Show(
            new { volume = closed.Volume, sha256 = closed.Sha256, size = closed.Size, packages = closed.Packages, statements = closed.Statements, ledgerIndex = closed.LedgerIndex },
            screen.Say(
                $"档案卷 {closed.Volume} 已封：{closed.Packages} 个公文包，{closed.Statements} 条凭证，SHA-256 {closed.Sha256}，账本第 {closed.LedgerIndex} 条。",
                $"Volume {closed.Volume} is closed: {closed.Packages} packages, {closed.Statements} statements, SHA-256 {closed.Sha256}, ledger entry {closed.LedgerIndex}."));
        return ExitCode.Ok;
    }

    private static async Task<int> ListAsync(Screen screen, Administration.AdministrationClient hub, CancellationToken cancellation)
    {
        var volumes = (await hub.ListVolumesAsync(new ListVolumesRequest(), cancellationToken: cancellation)).Volumes;
        screen.Show(
            new { volumes = volumes.Select(each => new { volume = each.Volume, stage = each.Stage, sha256 = each.Sha256 }) },
            [.. volumes.Select(each => $"  {each.Volume}  {screen.Say(Chinese(each.Stage), each.Stage)}  {each.Sha256}".TrimEnd())]);
        return ExitCode.Ok;
    }

    private static string Chinese(string stage) => stage switch
    {
        "Open" => "未封",
        "Closing" => "封卷未完成",
        "Closed" => "已封",
        _ => stage,
    };
}

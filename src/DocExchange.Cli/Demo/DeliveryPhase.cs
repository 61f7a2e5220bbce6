using DocExchange.Protocol.Local.V1;

namespace DocExchange.Cli.Demo;

/// <summary>Watches the board fill; the node that was cut off comes back and receives what waited for it.</summary>
internal sealed class DeliveryPhase() : DemoPhase("送达全部单位", "Delivered to every office")
{
    public override async Task RunAsync(DemoSite site, DemoDisplay display, CancellationToken cancellation)
    {
        await site.UntilAsync(
            "送达在线节点的单位", "delivered to the offices of the nodes that are connected",
            async () => site.Districts.Offices.All((await LookAsync()).IsDeliveredTo),
            cancellation);
        var before = await LookAsync();
        site.Facts.DeliveredBeforeReturn = before.Delivered;
        display.Note(
            $"已送达 {before.Delivered} 个单位；{site.Departments.Chinese}恢复连接，尚有 {before.Rows.Count - before.Delivered} 个单位待送达",
            $"{before.Delivered} delivered; '{site.Departments.Name}' reconnects, {before.Rows.Count - before.Delivered} offices wait");

        await site.Departments.Desk.SetLinkAsync(new SetLinkRequest { On = true }, cancellationToken: cancellation);
        await site.UntilAsync(
            "送达全部单位", "delivered to every office",
            async () => (await LookAsync()).Delivered == site.Facts.Recipients,
            cancellation);

        async Task<DemoBoard> LookAsync()
        {
            var board = (await DemoBoard.ReadAsync(site, cancellation)).Unrejected();
            display.Show(board);
            display.Count("送达", "delivered", board.Delivered, site.Facts.Recipients);
            return board;
        }
    }
}

using System.CommandLine;
using DocExchange.Protocol.Local.V1;

namespace DocExchange.Cli.Operating;

/// <summary><c>docex office list</c>: the offices this node hosts.</summary>
internal sealed class OfficeListVerb(Terminal terminal) : NodeVerb(terminal, "list", "本节点承载的单位", "The offices this node hosts")
{
    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, Desk.DeskClient desk, CancellationToken cancellation)
    {
        var status = await desk.GetStatusAsync(new GetNodeStatusRequest(), cancellationToken: cancellation);
        screen.Show(
            new { directoryVersion = status.DirectoryVersion, offices = status.Offices.Select(office => new { office = office.Office, name = office.Name, hasSeal = office.HasSeal }) },
            status.Offices.Select(office => $"{office.Office}  {office.Name}"));
        return ExitCode.Ok;
    }
}

using System.CommandLine;
using DocExchange.Protocol.V1;
using Grpc.Net.Client;

namespace DocExchange.Cli.Operating;

/// <summary>A verb on a running hub, through one of the services on its socket.</summary>
internal abstract class HubVerb<TClient> : Verb
{
    private readonly Option<string?> data;
    private readonly Func<GrpcChannel, TClient> connect;

    protected HubVerb(Terminal terminal, Func<GrpcChannel, TClient> connect, string name, string chinese, string english)
        : base(terminal, name, chinese, english)
    {
        this.connect = connect;
        data = Option<string?>("--hub", $"中心的数据目录，默认取环境变量 {LocalSocket.HubVariable}", $"The hub's data folder; by default the environment variable {LocalSocket.HubVariable}");
        data.Aliases.Add("--data");
    }

    protected sealed override async Task<int> RunAsync(ParseResult parse, Screen screen, CancellationToken cancellation)
    {
        using var socket = LocalSocket.ToHub(parse.GetValue(data));
        return await RunAsync(parse, screen, connect(socket.Channel), cancellation);
    }

    protected abstract Task<int> RunAsync(ParseResult parse, Screen screen, TClient hub, CancellationToken cancellation);
}

/// <summary>A verb of the hub's administration.</summary>
internal abstract class HubVerb(Terminal terminal, string name, string chinese, string english)
    : HubVerb<Administration.AdministrationClient>(terminal, channel => new Administration.AdministrationClient(channel), name, chinese, english)
{
    protected static void ShowChange(Screen screen, DirectoryChange change, string chinese, string english) => screen.Show(
        new { directoryVersion = change.DirectoryVersion, ledgerIndex = change.LedgerIndex, offices = change.Offices },
        screen.Say($"{chinese}账本第 {change.LedgerIndex} 条，机构目录第 {change.DirectoryVersion} 版，{change.Offices} 个单位。", $"{english} Ledger entry {change.LedgerIndex}, directory version {change.DirectoryVersion}, {change.Offices} offices."));
}

using System.CommandLine;
using DocExchange.Protocol.Local.V1;

namespace DocExchange.Cli;

/// <summary>A verb on a running node.</summary>
internal abstract class NodeVerb : Verb
{
    private readonly Option<string?> data;

    protected NodeVerb(Terminal terminal, string name, string chinese, string english)
        : base(terminal, name, chinese, english)
    {
        data = Option<string?>("--node", $"节点的数据目录，默认取环境变量 {LocalSocket.NodeVariable}", $"The node's data folder; by default the environment variable {LocalSocket.NodeVariable}");
        data.Aliases.Add("--data");
    }

    protected sealed override async Task<int> RunAsync(ParseResult parse, Screen screen, CancellationToken cancellation)
    {
        using var socket = LocalSocket.ToNode(parse.GetValue(data));
        return await RunAsync(parse, screen, new Desk.DeskClient(socket.Channel), cancellation);
    }

    protected abstract Task<int> RunAsync(ParseResult parse, Screen screen, Desk.DeskClient desk, CancellationToken cancellation);
}

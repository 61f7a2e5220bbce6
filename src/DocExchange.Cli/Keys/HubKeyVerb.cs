using System.CommandLine;
using DocExchange.Protocol.V1;

namespace DocExchange.Cli.Keys;

/// <summary>A verb on the keys of a running hub, and on those who answer for them.</summary>
internal abstract class HubKeyVerb : Verb
{
    private readonly Option<string?> data;

    protected HubKeyVerb(Terminal terminal, string name, string chinese, string english)
        : base(terminal, name, chinese, english)
    {
        data = Option<string?>("--hub", $"中心的数据目录，默认取环境变量 {LocalSocket.HubVariable}", $"The hub's data folder; by default the environment variable {LocalSocket.HubVariable}");
        data.Aliases.Add("--data");
    }

    protected sealed override async Task<int> RunAsync(ParseResult parse, Screen screen, CancellationToken cancellation)
    {
        using var socket = LocalSocket.ToHub(parse.GetValue(data));
        return await RunAsync(parse, screen, new KeyAdministration.KeyAdministrationClient(socket.Channel), cancellation);
    }

    protected abstract Task<int> RunAsync(ParseResult parse, Screen screen, KeyAdministration.KeyAdministrationClient hub, CancellationToken cancellation);
}

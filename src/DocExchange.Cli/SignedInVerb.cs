using System.CommandLine;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace DocExchange.Cli;

/// <summary>A verb on a running node, by a person who signs in with an account of its desk.</summary>
internal abstract class SignedInVerb : Verb
{
    private readonly Option<string?> data;
    private readonly Option<string>? office;

    protected SignedInVerb(Terminal terminal, string name, string chinese, string english, bool isOfOffice = true)
        : base(terminal, name, chinese, english)
    {
        office = !isOfOffice ? null : Required<string>("--office", "所在单位", "The office one acts for");
        data = Option<string?>("--node", $"节点的数据目录，默认取环境变量 {LocalSocket.NodeVariable}", $"The node's data folder; by default the environment variable {LocalSocket.NodeVariable}");
        Account = new AccountOptions(terminal, this);
    }

    protected AccountOptions Account { get; }

    protected string Office(ParseResult parse) => office is null ? "" : parse.GetRequiredValue(office);

    protected sealed override async Task<int> RunAsync(ParseResult parse, Screen screen, CancellationToken cancellation)
    {
        using var socket = LocalSocket.ToNode(parse.GetValue(data));
        var signedIn = Account.Read(parse);
        return await RunAsync(parse, screen, socket.Channel.Intercept(metadata =>
        {
            foreach (var entry in signedIn)
            {
                metadata.Add(entry);
            }

            return metadata;
        }), cancellation);
    }

    /// <param name="node">Carries who signed in with every call.</param>
    protected abstract Task<int> RunAsync(ParseResult parse, Screen screen, CallInvoker node, CancellationToken cancellation);
}

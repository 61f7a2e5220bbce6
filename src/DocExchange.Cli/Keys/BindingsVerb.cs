using System.CommandLine;
using DocExchange.Core.Offices;
using DocExchange.Protocol.V1;

namespace DocExchange.Cli.Keys;

/// <summary><c>docex hub bindings</c>: the changes of keys that wait for approvals.</summary>
internal sealed class BindingsVerb : HubKeyVerb
{
    private readonly Option<string?> folder;

    public BindingsVerb(Terminal terminal)
        : base(terminal, "bindings", "列出待批准的换钥申请", "List the changes of keys that wait for approvals")
    {
        folder = Option<string?>("--out", "把各申请写成文件的目录", "A folder to write each change to, as a file");
    }

    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, KeyAdministration.KeyAdministrationClient hub, CancellationToken cancellation)
    {
        var reply = await hub.ListBindingChangesAsync(new ListBindingChangesRequest(), cancellationToken: cancellation);
        if (parse.GetValue(folder) is { } path)
        {
            System.IO.Directory.CreateDirectory(path);
            foreach (var change in reply.Changes)
            {
                await File.WriteAllBytesAsync(Path.Combine(path, change.Id + ".xml"), change.Change.ToByteArray(), cancellation);
            }
        }

        var read = reply.Changes.Select(change => (Waiting: change, Change: BindingChange.Parse(change.Change.Memory))).ToList();
        screen.Show(
            read.Select(each => new
            {
                id = each.Waiting.Id,
                node = each.Change.Node.ToString(),
                unproven = each.Waiting.Unproven,
                approvers = each.Waiting.Approvers,
                needed = each.Waiting.Needed,
                expires = each.Change.Expires,
                keys = each.Change.Keys.Select(key => new { party = key.Party.ToString(), use = key.Use.ToString(), publicKeySha256 = key.PublicKey.ToString() }),
            }),
            read.SelectMany(each => Lines(screen, each.Waiting, each.Change)));
        return ExitCode.Ok;
    }

    /// <summary>What people compare by telephone before they approve.</summary>
    public static IEnumerable<string> Lines(Screen screen, PendingBindingChange waiting, BindingChange change) =>
    [
        screen.Say(
            $"{waiting.Id}：节点 {change.Node}，更换 {string.Join("、", waiting.Unproven)} 的密钥，已批准 {waiting.Approvers.Count}/{waiting.Needed}（{string.Join("、", waiting.Approvers)}），{change.Expires:u} 过期",
            $"{waiting.Id}: node {change.Node} replaces keys of {string.Join(", ", waiting.Unproven)}; {waiting.Approvers.Count} of {waiting.Needed} approved ({string.Join(", ", waiting.Approvers)}); expires {change.Expires:u}"),
        .. change.Keys.Select(key => $"  {key.Party}  {key.Use}  SHA-256 {key.PublicKey}"),
    ];
}

using System.CommandLine;
using DocExchange.Cli.Pki;
using DocExchange.Core.Offices;
using DocExchange.Core.Operating;
using DocExchange.Protocol.V1;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Keys;
using Google.Protobuf;

namespace DocExchange.Cli.Keys;

/// <summary><c>docex hub approve-binding</c>: one security administrator signs a change of keys.</summary>
internal sealed class ApproveBindingVerb : HubKeyVerb
{
    private readonly Argument<string> request;
    private readonly Option<string> person;
    private readonly Option<string> keyFile;
    private readonly Option<string?> passwordFile;

    public ApproveBindingVerb(Terminal terminal)
        : base(terminal, "approve-binding", "以安全保密管理员身份批准换钥（须两名不同的管理员）", "Approve a change of keys as a security administrator (two different ones are needed)")
    {
        request = Argument("REQUEST", "换钥申请的编号，或其文件", "The change's id, or its file");
        person = Required<string>("--as", "管理员标识", "Id of the administrator");
        keyFile = Required<string>("--key", "本人的密钥文件（PKCS#12）", "The person's own key file (PKCS#12)");
        passwordFile = Option<string?>("--password-file", "密钥文件的口令文件", "Password file of the key file");
    }

    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, KeyAdministration.KeyAdministrationClient hub, CancellationToken cancellation)
    {
        var bytes = await ReadAsync(parse.GetRequiredValue(request), hub, cancellation);
        var change = BindingChange.Parse(bytes);
        var path = parse.GetRequiredValue(keyFile);
        using var key = Pkcs12KeyFile.Read(PkiVerbs.ReadFile(path), Passwords.Read(parse.GetValue(passwordFile), null));
        await RequirePersonAsync(hub, parse.GetRequiredValue(person), key, cancellation);
        var signature = await BindingRules.SignAsync(bytes, key, Terminal.Clock.GetUtcNow(), cancellation);
        var reply = await hub.ApproveBindingChangeAsync(
            new ApproveBindingChangeRequest { Change = ByteString.CopyFrom(bytes), Signature = ByteString.CopyFrom(signature) }, cancellationToken: cancellation);
        screen.Show(
            new { id = reply.Id, node = change.Node.ToString(), approvers = reply.Approvers, needed = reply.Needed },
            [
                .. BindingsVerb.Lines(screen, reply, change),
                reply.Approvers.Count >= reply.Needed
                    ? screen.Say("批准齐备。请节点重复同一登记。", "All approvals are there. Let the node repeat its enrolment.")
                    : screen.Say("还须另一名安全保密管理员批准。", "Another security administrator has to approve."),
            ]);
        return ExitCode.Ok;
    }

    private static async Task<byte[]> ReadAsync(string request, KeyAdministration.KeyAdministrationClient hub, CancellationToken cancellation)
    {
        if (!Digest.TryParse(request, out _))
        {
            return PkiVerbs.ReadFile(request);
        }

        var waiting = await hub.ListBindingChangesAsync(new ListBindingChangesRequest(), cancellationToken: cancellation);
        return waiting.Changes.FirstOrDefault(change => change.Id == request)?.Change.ToByteArray()
            ?? throw new FailedException("NOT_FOUND", $"没有待批准的换钥申请 {request}。", $"No change of keys {request} waits for approvals.");
    }

    private static async Task RequirePersonAsync(KeyAdministration.KeyAdministrationClient hub, string id, ISigningKey key, CancellationToken cancellation)
    {
        var known = await hub.ListAdministratorsAsync(new ListAdministratorsRequest(), cancellationToken: cancellation);
        if (known.Administrators.All(each => each.Id != id || each.Fingerprint != key.Certificate.Fingerprint.ToString()))
        {
            throw new FailedException("NOT_ENTITLED", $"密钥文件不是管理员 {id} 的。", $"The key file is not that of the administrator {id}.");
        }
    }
}

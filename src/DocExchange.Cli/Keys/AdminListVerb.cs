using System.CommandLine;
using DocExchange.Protocol.V1;

namespace DocExchange.Cli.Keys;

/// <summary><c>docex hub admin list</c></summary>
internal sealed class AdminListVerb(Terminal terminal) : HubKeyVerb(terminal, "list", "列出管理员", "List the administrators")
{
    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, KeyAdministration.KeyAdministrationClient hub, CancellationToken cancellation)
    {
        var reply = await hub.ListAdministratorsAsync(new ListAdministratorsRequest(), cancellationToken: cancellation);
        screen.Show(
            reply.Administrators.Select(each => new { id = each.Id, name = each.Name, role = each.Role, certificate = each.Fingerprint, since = each.Since, until = each.Until }),
            reply.Administrators.Select(each => $"  {each.Id}  {each.Name}  {each.Role}  {each.Since}{(each.Until.Length > 0 ? " – " + each.Until : "")}  {each.Fingerprint}"));
        return ExitCode.Ok;
    }
}

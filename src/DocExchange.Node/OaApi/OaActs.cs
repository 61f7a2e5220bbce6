using System.Security.Cryptography;
using System.Text;
using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;
using DocExchange.Node.Desk;
using DocExchange.Pages.SigningIn;
using Local = DocExchange.Protocol.Local.V1;

namespace DocExchange.Node.OaApi;

/// <summary>Acts on documents by an application, which names the person: the statement has that person, signed in by token.</summary>
internal sealed partial class OaActs(Acting acting, ILogger<OaActs> log)
{
    private const int MaxName = 100;

    /// <exception cref="RefusedException">The token may not, or the act does not fit the document.</exception>
    public async Task<OaAnswer> ActAsync(ApiCaller caller, string document, OaAct act, CancellationToken cancellation)
    {
        if (!Enum.TryParse<StatementType>(act.Act, out var type) || type.ToString() != act.Act)
        {
            throw new RefusedException(Refusal.FormatFailure, "act 不是可办理的事项。", "The field act names no act.");
        }

        var actor = ActorOf(act.Person, caller.Require(Roles.For(type)));
        var request = new Local.ActRequest { Office = caller.Office, DocumentId = document, Type = act.Act, Text = act.Text ?? "", Recipients = { act.Recipients ?? [] } };
        var reply = await acting.ActAsync(request, actor, cancellation);
        LogActed(act.Act, document, caller.Office, caller.Token, caller.Application, actor.Id);
        return new OaAnswer(StatusCodes.Status200OK, new OaActed(
            reply.StatementId, reply.Acknowledged, reply.Effective, reply.Remark.Length > 0 ? reply.Remark : null, reply.StatementIds.Count > 1 ? [.. reply.StatementIds] : null));
    }

    /// <exception cref="RefusedException">Nobody is named.</exception>
    public static Actor ActorOf(OaPerson? person, string role) => person is { Id.Length: > 0 and <= MaxName, Name.Length: > 0 and <= MaxName }
        ? new Actor(person.Id, person.Name, role, "token")
        : throw new RefusedException(Refusal.FormatFailure, $"person 须写明经办人的 id 和 name（各不超过 {MaxName} 个字符）。", $"The field person names who acts, id and name, at most {MaxName} characters each.");

    public static byte[] DigestOf(string document, byte[] body) => SHA256.HashData([.. Encoding.ASCII.GetBytes(document + "\n"), .. body]);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Act} of {Document} for {Office} by token {Token} ({Application}), person {Person}")]
    private partial void LogActed(string act, string document, string office, string token, string application, string person);
}

using System.CommandLine;
using DocExchange.Core.Operating;
using DocExchange.Protocol.Local.V1;

namespace DocExchange.Cli.Documents;

/// <summary>Whether an act goes with words.</summary>
internal enum ActText
{
    None,
    Optional,
    Needed,
}

/// <summary>An act on a document: one signed statement.</summary>
internal sealed class ActVerb : NodeVerb
{
    private static readonly string[] SenderTypes = ["Urged", "Withdrawn", "Voided", "Resent", "Superseded", "ReturnReceived", "SentOnPaper"];

    private readonly string type;
    private readonly Argument<string> document;
    private readonly Option<string> office;
    private readonly PersonOption person;
    private Option<string?>? text;
    private Option<string[]>? recipients;
    private Option<string[]>? copies;
    private Option<string>? replacement;

    public ActVerb(Terminal terminal, string name, string type, string chinese, string english)
        : base(terminal, name, chinese, english)
    {
        this.type = type;
        document = Argument("DOCUMENT", "公文的系统标识（64 位十六进制）", "The document's id (64 hexadecimal characters)");
        office = Required<string>("--office", "行事单位", "The office that acts");
        person = new PersonOption(terminal, this, SenderTypes.Contains(type) ? "dispatcher" : "clerk");
    }

    public ActText Text
    {
        init
        {
            if (value != ActText.None)
            {
                var (chinese, english) = type switch
                {
                    "Registered" => ("收文编号", "The register number"),
                    "HandedOver" => ("OA 系统名称", "The system's name"),
                    _ => ("理由或说明", "The reason, or a remark"),
                };
                var (name, alias) = type is "Registered" or "HandedOver" ? ("--text", "--reason") : ("--reason", "--text");
                text = Option<string?>(name, chinese, english);
                text.Aliases.Add(alias);
                text.Required = value == ActText.Needed;
            }
        }
    }

    public bool TakesRecipients
    {
        init => recipients = value ? Repeated("--recipient", "所涉单位，可多次给出；催办默认为全部未签收单位，确认退文默认为全部待确认的退文", "Whom it concerns, may be given several times; by default urging: all that have not signed, acknowledging: all returns that wait for it") : null;
    }

    public bool TakesCopies
    {
        init => copies = value ? Repeated("--cc", "增加的抄送单位，可多次给出", "Copy recipient to add, may be given several times") : null;
    }

    public bool NeedsRecipients
    {
        init
        {
            recipients = Repeated("--recipient", "所涉单位，可多次给出", "Whom it concerns, may be given several times");
            recipients.Required = value;
            recipients.Arity = value ? ArgumentArity.OneOrMore : ArgumentArity.ZeroOrMore;
        }
    }

    public bool TakesReplacement
    {
        init => replacement = value ? Required<string>("--by", "替换它的公文的系统标识", "Id of the document that replaces it") : null;
    }

    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, Desk.DeskClient desk, CancellationToken cancellation)
    {
        var words = text is null ? "" : parse.GetValue(text) ?? "";
        var request = new ActRequest
        {
            Office = parse.GetValue(office),
            DocumentId = TypedValue.Document(parse.GetRequiredValue(document)),
            Type = type,
            Text = replacement is null ? words : TypedValue.Document(parse.GetRequiredValue(replacement)),
            Reason = replacement is null ? "" : words,
            Recipients = { recipients is null ? [] : parse.GetValue(recipients) ?? [] },
            CopyRecipients = { copies is null ? [] : parse.GetValue(copies) ?? [] },
            Person = person.Read(parse),
        };
        var reply = await desk.ActAsync(request, cancellationToken: cancellation);
        var ids = string.Join(' ', reply.StatementIds);
        screen.Show(
            new { statementId = reply.StatementId, statementIds = reply.StatementIds, acknowledged = reply.Acknowledged, effective = reply.Effective, remark = reply.Remark },
            reply switch
            {
                { Acknowledged: false } => screen.Say($"已签名，待中心确认。凭证 {ids}", $"Signed; waits for the hub. Statement {ids}"),
                { Effective: false, StatementIds.Count: > 1 } => screen.Say($"部分未生效：{reply.Remark} 全部凭证 {ids}", $"Not all took effect: {reply.Remark} All statements: {ids}"),
                { Effective: false } => screen.Say($"中心已存证，但未改变状态：{reply.Remark}", $"On the ledger, without effect: {reply.Remark}"),
                _ => screen.Say($"完成，中心已存证。凭证 {ids}", $"Done and on the ledger. Statement {ids}"),
            });
        return reply is { Acknowledged: true, Effective: false } ? ExitCode.Failed : ExitCode.Ok;
    }
}

using System.CommandLine;
using DocExchange.Protocol.Local.V1;

namespace DocExchange.Cli.Documents;

/// <summary>What a document to be sent says of itself.</summary>
internal sealed class DraftOptions
{
    private readonly List<Option> all = [];
    private readonly Option<string> office;
    private readonly Option<string?> title;
    private readonly Option<string?> number;
    private readonly Option<string?> agency;
    private readonly Option<string?> type;
    private readonly Option<string?> urgency;
    private readonly Option<string?> signer;
    private readonly Option<string?> signBy;
    private readonly Option<string?> replyBy;
    private readonly Option<string?> date;
    private readonly Option<string?> replaces;
    private readonly Option<string[]> issuers;
    private readonly Option<string[]> to;
    private readonly Option<string[]> copies;
    private readonly Option<string[]> except;
    private readonly Option<string[]> physical;
    private readonly Option<bool> withoutSeal;
    private readonly Option<bool> sealInBody;
    private readonly Option<uint> printed;
    private readonly ElementOptions elements;
    private readonly PersonOption person;

    public DraftOptions(Terminal terminal, Command verb)
    {
        office = New<string>("--office", "发文单位", "The office that dispatches");
        office.Required = true;
        issuers = New<string[]>("--issuer", "发文机关（主办在前），默认为发文单位", "Issuing office, host first; the dispatcher by default");
        title = New<string?>("--title", "标题", "Title");
        number = New<string?>("--number", "发文字号，默认按机关代字取下一个", "Document number; the next of the agency code by default");
        agency = New<string?>("--agency", "机关代字，如 京政发", "Agency code, such as 京政发");
        type = New<string?>("--type", "文种，如 通知", "Type of document, such as 通知");
        urgency = New<string?>("--urgency", "紧急程度：特急、加急", "Urgency: 特急, 加急");
        signer = New<string?>("--signer", "签发人", "Who signed it off");
        to = New<string[]>("--to", "主送单位或分组，可多次给出", "Main recipient, office or group");
        copies = New<string[]>("--cc", "抄送单位或分组，可多次给出", "Copy recipient, office or group");
        except = New<string[]>("--except", "排除的单位", "Office to leave out");
        signBy = New<string?>("--sign-by", "签收期限（RFC 3339）", "To be signed for by (RFC 3339)");
        replyBy = New<string?>("--reply-by", "反馈期限（RFC 3339）", "To be answered by (RFC 3339)");
        date = New<string?>("--date", "成文日期（ISO 8601），默认今天", "Date of the document (ISO 8601); today by default");
        replaces = New<string?>("--replaces", "所更正重印的公文标识", "Id of the document it replaces");
        physical = New<string[]>("--physical", "随文纸质附件", "A physical attachment, for the record");
        printed = New<uint>("--printed", "印发份数", "Copies printed");
        withoutSeal = New<bool>("--no-seal", "不盖章（纪要、内部文件）", "Do not seal (minutes, internal papers)");
        sealInBody = New<bool>("--seal-in-body", "印章已在正文（OFD 或 PDF）中", "The body, an OFD or a PDF, bears the seals already");
        all.ForEach(verb.Add);
        elements = new ElementOptions(terminal, verb);
        person = new PersonOption(terminal, verb, "dispatcher");

        Option<T> New<T>(string name, string chinese, string english)
        {
            var option = new Option<T>(name) { Description = terminal.Say(chinese, english) };
            all.Add(option);
            return option;
        }
    }

    public Draft Read(ParseResult parse)
    {
        var draft = new Draft
        {
            Office = parse.GetRequiredValue(office),
            Issuers = { Many(issuers) },
            Title = Text(title),
            Number = Text(number),
            AgencyCode = Text(agency),
            DocumentType = Text(type),
            Urgency = Text(urgency),
            Signer = Text(signer),
            Addressing = new Addressing { Main = { Many(to) }, Copies = { Many(copies) }, Exclude = { Many(except) } },
            SignBy = Text(signBy),
            ReplyBy = Text(replyBy),
            IssuedOn = Text(date),
            Replaces = Text(replaces),
            WithoutSeal = parse.GetValue(withoutSeal),
            SealInBody = parse.GetValue(sealInBody),
            PhysicalAttachments = { Many(physical) },
            CopiesPrinted = parse.GetValue(printed),
            Person = person.Read(parse),
        };
        elements.ApplyTo(parse, draft);
        return draft;

        string Text(Option<string?> option) => parse.GetValue(option) ?? "";
        string[] Many(Option<string[]> option) => parse.GetValue(option) ?? [];
    }
}

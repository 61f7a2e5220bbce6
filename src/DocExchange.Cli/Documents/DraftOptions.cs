using System.CommandLine;
using System.CommandLine.Parsing;
using DocExchange.Core.Operating;
using DocExchange.Protocol.Local.V1;
using Google.Protobuf.Collections;

namespace DocExchange.Cli.Documents;

/// <summary>What a document says of itself that is to be sent at once, or is in the making.</summary>
internal sealed class DraftOptions
{
    private readonly List<Option> all = [];
    private readonly Option<string?> title;
    private readonly Option<string?> number;
    private readonly Option<string?> agency;
    private readonly Option<string?> type;
    private readonly Option<string?> urgency;
    private readonly Option<string?> signer;
    private readonly Option<string?> signBy;
    private readonly Option<string?> replyBy;
    private readonly Option<string?> date;
    private readonly Option<string[]> issuers;
    private readonly Option<string[]> to;
    private readonly Option<string[]> copies;
    private readonly Option<string[]> except;
    private readonly Option<string[]> physical;
    private readonly Option<bool> withoutSeal;
    private readonly Option<bool> sealInBody;
    private readonly Option<uint> printed;
    private readonly ElementOptions elements;

    public DraftOptions(Terminal terminal, Command verb)
    {
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
        signBy = New<string?>("--sign-by", "签收期限：日期（至当日终了）、本地时间，或带时差的时间（RFC 3339）", "To be signed for by: a day (until it ends), a time as the site's clocks show it, or one with an offset (RFC 3339)");
        replyBy = New<string?>("--reply-by", "反馈期限，写法同上", "To be answered by, written likewise");
        date = New<string?>("--date", "成文日期，如 2026-01-31，默认今天", "Date of the document, such as 2026-01-31; today by default");
        physical = New<string[]>("--physical", "随文纸质附件", "A physical attachment, for the record");
        printed = New<uint>("--printed", "印发份数", "Copies printed");
        withoutSeal = New<bool>("--no-seal", "不盖章（纪要、内部文件）", "Do not seal (minutes, internal papers)");
        sealInBody = New<bool>("--seal-in-body", "印章已在正文（OFD 或 PDF）中", "The body, an OFD or a PDF, bears the seals already");
        all.ForEach(verb.Add);
        elements = new ElementOptions(terminal, verb);

        Option<T> New<T>(string name, string chinese, string english)
        {
            var option = new Option<T>(name) { Description = terminal.Say(chinese, english) };
            all.Add(option);
            return option;
        }
    }

    /// <summary>Whether anything is said at all.</summary>
    public bool IsAnyGiven(ParseResult parse) => all.Any(option => IsGiven(parse, option)) || elements.IsAnyGiven(parse);

    /// <summary>Writes what was given, and nothing else; an empty value takes away what was there.</summary>
    public void ApplyTo(ParseResult parse, Draft draft)
    {
        draft.Addressing ??= new Addressing();
        Text(title, value => draft.Title = value);
        Text(number, value => draft.Number = value);
        Text(agency, value => draft.AgencyCode = value);
        Text(type, value => draft.DocumentType = value);
        Text(urgency, value => draft.Urgency = value);
        Text(signer, value => draft.Signer = value);
        Text(signBy, value => draft.SignBy = value);
        Text(replyBy, value => draft.ReplyBy = value);
        Text(date, value => draft.IssuedOn = TypedValue.Day("--date", value));
        Many(issuers, draft.Issuers);
        Many(to, draft.Addressing.Main);
        Many(copies, draft.Addressing.Copies);
        Many(except, draft.Addressing.Exclude);
        Many(physical, draft.PhysicalAttachments);
        draft.WithoutSeal = IsGiven(parse, withoutSeal) ? parse.GetValue(withoutSeal) : draft.WithoutSeal;
        draft.SealInBody = IsGiven(parse, sealInBody) ? parse.GetValue(sealInBody) : draft.SealInBody;
        draft.CopiesPrinted = IsGiven(parse, printed) ? parse.GetValue(printed) : draft.CopiesPrinted;
        elements.ApplyTo(parse, draft);

        void Text(Option<string?> option, Action<string> write)
        {
            if (IsGiven(parse, option))
            {
                write(parse.GetValue(option) ?? "");
            }
        }

        void Many(Option<string[]> option, RepeatedField<string> list)
        {
            if (IsGiven(parse, option))
            {
                list.Clear();
                list.AddRange((parse.GetValue(option) ?? []).Where(value => value.Length > 0));
            }
        }
    }

    private static bool IsGiven(ParseResult parse, Option option) => parse.GetResult(option) is OptionResult { Implicit: false };
}

/// <summary>A document that is sent or composed at once: who dispatches, what it replaces, and all else it says of itself.</summary>
internal sealed class DispatchOptions
{
    private readonly DraftOptions draft;
    private readonly Option<string> office;
    private readonly Option<string?> replaces;
    private readonly PersonOption person;

    public DispatchOptions(Terminal terminal, Command verb)
    {
        office = new Option<string>("--office") { Description = terminal.Say("发文单位", "The office that dispatches"), Required = true };
        replaces = new Option<string?>("--replaces") { Description = terminal.Say("所更正重印的公文的系统标识", "Id of the document it replaces") };
        verb.Add(office);
        draft = new DraftOptions(terminal, verb);
        verb.Add(replaces);
        person = new PersonOption(terminal, verb, "dispatcher");
    }

    public Draft Read(ParseResult parse)
    {
        var read = new Draft { Office = parse.GetRequiredValue(office), Replaces = parse.GetValue(replaces) is { Length: > 0 } first ? TypedValue.Document(first) : "", Person = person.Read(parse) };
        draft.ApplyTo(parse, read);
        return read;
    }
}

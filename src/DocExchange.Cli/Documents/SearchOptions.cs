using System.CommandLine;
using DocExchange.Core.Operating;
using DocExchange.Protocol.V1;

namespace DocExchange.Cli.Documents;

/// <summary>What is asked of the archive, by an office or at the hub, and what was found.</summary>
internal sealed class SearchOptions
{
    private const uint DocumentsAPage = 50;

    private readonly Dictionary<string, Option<string>> texts = [];
    private readonly PageOptions pages;

    public SearchOptions(Terminal terminal, Command verb)
    {
        Text("--number", "发文字号（全部或开头）", "Document number, whole or its beginning");
        Text("--title", "标题中的词，空格分隔", "Words of the title");
        Text("--text", "正文、标题、附件名中的文字，空格分隔", "Words of the body, the title or the attachments' names");
        Text("--office", "发文或收文单位", "Sender, issuer or recipient");
        Text("--from", "起始日期（含），如 2026-01-01", "From this day on, such as 2026-01-01");
        Text("--until", "截止日期（含）", "Up to this day");
        Text("--type", "文种的名称或代码，如 通知 或 08；内部文件为 internal", "The document type's name or code, such as 通知 or 08; internal for internal documents");
        pages = new PageOptions(terminal, verb, DocumentsAPage);

        void Text(string name, string chinese, string english)
        {
            var option = new Option<string>(name) { Description = terminal.Say(chinese, english), DefaultValueFactory = _ => "" };
            texts.Add(name, option);
            verb.Add(option);
        }
    }

    public SearchRequest Read(ParseResult parse)
    {
        return new SearchRequest
        {
            Number = Given("--number"),
            Title = Given("--title"),
            Text = Given("--text"),
            Office = Given("--office"),
            From = TypedValue.Day("--from", Given("--from")),
            Until = TypedValue.Day("--until", Given("--until")),
            DocumentType = Given("--type"),
            Page = pages.Page(parse),
            PageSize = pages.Limit(parse),
        };

        string Given(string name) => parse.GetValue(texts[name]) ?? "";
    }

    public static int Show(Screen screen, SearchReply reply)
    {
        screen.Show(
            new
            {
                documents = reply.Documents.Select(document => new
                {
                    documentId = document.DocumentId,
                    number = document.Number,
                    title = document.Title,
                    sender = document.Sender,
                    acceptedAt = document.AcceptedAt,
                    recipients = document.Recipients,
                    signedFor = document.HasSignedFor ? document.SignedFor : (uint?)null,
                    returned = document.HasReturned ? document.Returned : (uint?)null,
                    volume = document.Volume,
                }),
                next = reply.NextPage,
                indexedSize = reply.IndexedSize,
                textIndexedSize = reply.TextIndexedSize,
            },
            reply.Documents.Count == 0
                ? [screen.Say("没有检索到公文。", "Nothing found.")]
                : reply.Documents.Select(document => $"{document.AcceptedAt}  {document.Number}《{document.Title}》  {screen.Say("签收", "signed")} {(document.HasSignedFor ? $"{document.SignedFor}" : "–")}/{document.Recipients}  {document.DocumentId}").Concat(screen.Onwards(reply.NextPage)));
        return ExitCode.Ok;
    }
}

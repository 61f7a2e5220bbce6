using System.CommandLine;
using DocExchange.Cli.Documents;
using DocExchange.Core.Operating;
using DocExchange.Protocol.V1;

namespace DocExchange.Cli.Operating;

/// <summary><c>docex hub dossier</c>: the dossier of any document.</summary>
internal sealed class HubDossierVerb : HubVerb
{
    private readonly Argument<string> document;
    private readonly Option<string> office;
    private readonly Option<string> output;

    public HubDossierVerb(Terminal terminal)
        : base(terminal, "dossier", "另存任一公文的证据卷宗", "Save the dossier of any document")
    {
        document = Argument("DOCUMENT", "公文的系统标识（64 位十六进制）", "The document's id (64 hexadecimal characters)");
        office = Option("--office", "只含与此单位有关的凭证；默认为全部", "Only what concerns this office; everything by default", "");
        output = Required<string>("--out", "新文件", "The new file");
    }

    protected override Task<int> RunAsync(ParseResult parse, Screen screen, Administration.AdministrationClient hub, CancellationToken cancellation) => DossierFile.SaveAsync(
        screen,
        () => hub.GetDossier(new GetDossierRequest { DocumentId = TypedValue.Document(parse.GetRequiredValue(document)), Office = parse.GetValue(office) ?? "" }, cancellationToken: cancellation),
        parse.GetRequiredValue(output),
        cancellation);
}

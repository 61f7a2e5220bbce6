using System.CommandLine;
using DocExchange.Protocol.Local.V1;
using Grpc.Core;

namespace DocExchange.Cli.Receiving;

/// <summary><c>docex desk report</c> and <c>docex desk sheets</c>: pages about a received document, as files.</summary>
internal sealed class ReceivedPageVerb : ReceivedVerb
{
    private readonly bool isReport;
    private readonly Option<string> output;

    public ReceivedPageVerb(Terminal terminal, bool isReport)
        : base(
            terminal,
            isReport ? "report" : "sheets",
            isReport ? "另存收到公文的核验报告" : "另存签收单和收文处理单，供打印",
            isReport ? "Save the verification report on a received document" : "Save the receipt and handling sheets of a document, to be printed")
    {
        this.isReport = isReport;
        output = Required<string>("--out", "新的 HTML 文件", "The new HTML file");
    }

    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, CallInvoker node, CancellationToken cancellation)
    {
        var (path, office, document) = (parse.GetRequiredValue(output), Office(parse), Document(parse));
        NewFile.Require(path);
        using var call = isReport
            ? Client(node).SaveReport(new SaveReportRequest { Office = office, DocumentId = document, InEnglish = Terminal.IsEnglish }, cancellationToken: cancellation)
            : Client(node).SaveSheets(new ReceivedDocumentRequest { Office = office, DocumentId = document }, cancellationToken: cancellation);
        return await Chunks.SaveNewAsync(screen, call, path, cancellation);
    }
}

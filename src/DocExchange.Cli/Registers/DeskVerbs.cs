using System.CommandLine;
using System.Text;
using DocExchange.Protocol.Local.V1;
using Grpc.Core;

namespace DocExchange.Cli.Registers;

/// <summary>What people note and take away at the desk beside acting on documents.</summary>
internal static class DeskVerbs
{
    public static Command All(Terminal terminal) => new VerbGroup(
        terminal, "desk", "阅看、登记簿、编号与核验报告（以收发台用户登录）", "Reading, registers, numbers and reports (with an account of the desk)",
        new VerbGroup(terminal, "export", "登记簿导出为 Excel 或 CSV", "Registers as Excel or CSV files", new ExportSentVerb(terminal), new ExportReceivedVerb(terminal), new ExportSealingVerb(terminal), new ExportBoardVerb(terminal)),
        new SuggestNumberVerb(terminal),
        new NumberFormVerb(terminal),
        new ArchiveNumberVerb(terminal),
        new AcknowledgeVerb(terminal),
        new PreviewVerb(terminal),
        new ReceivedPageVerb(terminal, isReport: true),
        new ReceivedPageVerb(terminal, isReport: false));
}

/// <summary>A verb on one document at an office.</summary>
internal abstract class RegisteredVerb : SignedInVerb
{
    private readonly Argument<string> document;

    protected RegisteredVerb(Terminal terminal, string name, string chinese, string english)
        : base(terminal, name, chinese, english) =>
        document = Argument("DOCUMENT", "公文标识（64 位十六进制）", "The document's id (64 hexadecimal characters)");

    protected string Document(ParseResult parse) => parse.GetRequiredValue(document);

    protected static Reception.ReceptionClient Client(CallInvoker node) => new(node);
}

/// <summary><c>docex desk suggest-number</c>: the next 收文编号.</summary>
internal sealed class SuggestNumberVerb(Terminal terminal) : RegisteredVerb(terminal, "suggest-number", "下一个收文编号（已登记的为现有编号）", "The next register number; the one it has where it is registered")
{
    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, CallInvoker node, CancellationToken cancellation)
    {
        var reply = await Client(node).SuggestRegisterNumberAsync(new ReceivedDocumentRequest { Office = Office(parse), DocumentId = Document(parse) }, cancellationToken: cancellation);
        screen.Show(new { registerNumber = reply.RegisterNumber, form = reply.Form }, reply.RegisterNumber);
        return ExitCode.Ok;
    }
}

/// <summary><c>docex desk number-form</c></summary>
internal sealed class NumberFormVerb : SignedInVerb
{
    private readonly Argument<string> form;

    public NumberFormVerb(Terminal terminal)
        : base(terminal, "number-form", "改定收文编号的格式", "Say how the office writes its register numbers from now on") =>
        form = Argument("FORM", "格式，如 {年}-{号4}", "The form, such as {年}-{号4}");

    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, CallInvoker node, CancellationToken cancellation)
    {
        var chosen = parse.GetRequiredValue(form);
        await new Reception.ReceptionClient(node).ChooseNumberFormAsync(new ChooseNumberFormRequest { Office = Office(parse), Form = chosen }, cancellationToken: cancellation);
        screen.Show(new { form = chosen }, screen.Say($"收文编号格式已改为 {chosen}。", $"Register numbers are written as {chosen} from now on."));
        return ExitCode.Ok;
    }
}

/// <summary><c>docex desk archive-number</c>: 归档号.</summary>
internal sealed class ArchiveNumberVerb : RegisteredVerb
{
    private readonly Option<string> number;
    private readonly Option<bool> isSent;

    public ArchiveNumberVerb(Terminal terminal)
        : base(terminal, "archive-number", "在登记簿中填写归档号", "Note in the register under which number a document is filed")
    {
        number = Required<string>("--number", "归档号（档号）；值为空即删除", "The number it is filed under; an empty one takes it away");
        isSent = Option<bool>("--sent", "本单位发出的公文；默认为收到的", "A document the office sent; received ones by default");
    }

    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, CallInvoker node, CancellationToken cancellation)
    {
        var request = new ArchiveNumberRequest { Office = Office(parse), DocumentId = Document(parse), Number = parse.GetRequiredValue(number) };
        var registers = new Protocol.Local.V1.Registers.RegistersClient(node);
        _ = parse.GetValue(isSent)
            ? await registers.RecordSentArchiveNumberAsync(request, cancellationToken: cancellation)
            : await registers.RecordReceivedArchiveNumberAsync(request, cancellationToken: cancellation);
        screen.Show(new { archiveNumber = request.Number }, screen.Say("归档号已保存。", "The archive number is saved."));
        return ExitCode.Ok;
    }
}

/// <summary><c>docex desk acknowledge</c>: the alarm of a 特急 document.</summary>
internal sealed class AcknowledgeVerb(Terminal terminal) : RegisteredVerb(terminal, "acknowledge", "知悉特急公文，停止提醒", "Take notice of an extra urgent document, so that its alarm ends")
{
    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, CallInvoker node, CancellationToken cancellation)
    {
        await Client(node).AcknowledgeUrgentAsync(new ReceivedDocumentRequest { Office = Office(parse), DocumentId = Document(parse) }, cancellationToken: cancellation);
        screen.Show(new { acknowledged = Document(parse) }, screen.Say("已知悉。", "Taken notice of."));
        return ExitCode.Ok;
    }
}

/// <summary><c>docex desk report</c> and <c>docex desk sheets</c>: pages about a received document, as files.</summary>
internal sealed class ReceivedPageVerb : RegisteredVerb
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

/// <summary><c>docex desk preview</c>: the words of a body; the sender learns that it was opened, and by whom.</summary>
internal sealed class PreviewVerb(Terminal terminal) : RegisteredVerb(terminal, "preview", "阅看正文文字；首次阅看即向发文单位告知已阅", "Read the words of a body; the first time, the sender learns that it was opened")
{
    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, CallInvoker node, CancellationToken cancellation)
    {
        using var call = Client(node).PreviewBody(new PreviewBodyRequest { Office = Office(parse), DocumentId = Document(parse), InEnglish = Terminal.IsEnglish }, cancellationToken: cancellation);
        using var words = new MemoryStream();
        await foreach (var chunk in call.ResponseStream.ReadAllAsync(cancellation))
        {
            words.Write(chunk.Chunk.Span);
        }

        // What a stranger wrote must not command the terminal.
        var text = string.Concat(Encoding.UTF8.GetString(words.ToArray()).Where(letter => letter is '\n' or '\t' || !char.IsControl(letter)));
        screen.Show(new { text }, text.TrimEnd('\n'));
        return ExitCode.Ok;
    }
}

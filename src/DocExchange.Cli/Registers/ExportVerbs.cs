using System.CommandLine;
using DocExchange.Protocol.Local.V1;
using DocExchange.Protocol.V1;
using Grpc.Core;

namespace DocExchange.Cli.Registers;

/// <summary>A register of an office as a file: an Excel workbook or CSV, as the file's name ends.</summary>
internal abstract class ExportVerb : SignedInVerb
{
    private Option<string> output = null!;

    protected ExportVerb(Terminal terminal, string name, string chinese, string english)
        : base(terminal, name, chinese, english)
    {
    }

    /// <summary>The option every export ends with; called last.</summary>
    protected void AddOutput() => output = Required<string>("--out", "新文件，扩展名为 .xlsx 或 .csv", "The new file, which ends in .xlsx or .csv");

    protected sealed override async Task<int> RunAsync(ParseResult parse, Screen screen, CallInvoker node, CancellationToken cancellation)
    {
        var path = parse.GetRequiredValue(output);
        var format = Path.GetExtension(path).TrimStart('.').ToLowerInvariant();
        if (format is not ("xlsx" or "csv"))
        {
            throw new UsageException($"“{path}”的扩展名应为 .xlsx 或 .csv。", $"'{path}' should end in .xlsx or .csv.");
        }

        NewFile.Require(path);
        using var call = Ask(parse, new Protocol.Local.V1.Registers.RegistersClient(node), new TableForm { Format = format, InEnglish = Terminal.IsEnglish }, cancellation);
        return await Chunks.SaveNewAsync(screen, call, path, cancellation);
    }

    protected abstract AsyncServerStreamingCall<ArchiveChunk> Ask(ParseResult parse, Protocol.Local.V1.Registers.RegistersClient registers, TableForm form, CancellationToken cancellation);
}

/// <summary><c>docex desk export sent</c></summary>
internal sealed class ExportSentVerb : ExportVerb
{
    private readonly Option<string> from;
    private readonly Option<string> to;
    private readonly Option<string> type;
    private readonly Option<string> words;

    public ExportSentVerb(Terminal terminal)
        : base(terminal, "sent", "导出发文登记簿", "The register of sent documents")
    {
        from = Option("--from", "自（日期，如 2026-01-01）", "First day, such as 2026-01-01", "");
        to = Option("--to", "至（日期）", "Last day", "");
        type = Option("--type", "文种代码，如 08", "Code of the document type, such as 08", "");
        words = Option("--words", "标题或发文字号中的文字", "In title or number", "");
        AddOutput();
    }

    protected override AsyncServerStreamingCall<ArchiveChunk> Ask(ParseResult parse, Protocol.Local.V1.Registers.RegistersClient registers, TableForm form, CancellationToken cancellation)
    {
        var filter = new SentRegisterRequest { From = parse.GetValue(from) ?? "", To = parse.GetValue(to) ?? "", DocumentType = parse.GetValue(type) ?? "", Words = parse.GetValue(words) ?? "" };
        return registers.SaveSentRegister(new SaveSentRegisterRequest { Office = Office(parse), Form = form, Filter = filter }, cancellationToken: cancellation);
    }
}

/// <summary><c>docex desk export received</c></summary>
internal sealed class ExportReceivedVerb : ExportVerb
{
    private readonly Option<uint> year;
    private readonly Option<string> sender;
    private readonly Option<string> state;
    private readonly Option<string> words;

    public ExportReceivedVerb(Terminal terminal)
        : base(terminal, "received", "导出收文登记簿", "The register of received documents")
    {
        year = Option("--year", "签收年份；默认为全部", "Year of signing; all by default", 0u);
        sender = Option("--sender", "发文单位的标识或名称", "The sender's id or name", "");
        state = Option("--state", "办理状态：SignedFor、HandedOver、Completed 或 Returned", "SignedFor, HandedOver, Completed or Returned", "");
        words = Option("--words", "标题、发文字号或收文编号中的文字", "In title, number or register number", "");
        AddOutput();
    }

    protected override AsyncServerStreamingCall<ArchiveChunk> Ask(ParseResult parse, Protocol.Local.V1.Registers.RegistersClient registers, TableForm form, CancellationToken cancellation)
    {
        var filter = new ReceivedRegisterRequest { Year = parse.GetValue(year), Sender = parse.GetValue(sender) ?? "", State = parse.GetValue(state) ?? "", Words = parse.GetValue(words) ?? "" };
        return registers.SaveReceivedRegister(new SaveReceivedRegisterRequest { Office = Office(parse), Form = form, Filter = filter }, cancellationToken: cancellation);
    }
}

/// <summary><c>docex desk export sealing</c></summary>
internal sealed class ExportSealingVerb : ExportVerb
{
    public ExportSealingVerb(Terminal terminal)
        : base(terminal, "sealing", "导出用印登记簿", "The register of the uses of seals") => AddOutput();

    protected override AsyncServerStreamingCall<ArchiveChunk> Ask(ParseResult parse, Protocol.Local.V1.Registers.RegistersClient registers, TableForm form, CancellationToken cancellation) =>
        registers.SaveSealRegister(new SaveSealRegisterRequest { Office = Office(parse), Form = form }, cancellationToken: cancellation);
}

/// <summary><c>docex desk export board</c></summary>
internal sealed class ExportBoardVerb : ExportVerb
{
    private readonly Argument<string> document;

    public ExportBoardVerb(Terminal terminal)
        : base(terminal, "board", "导出一件公文的签收情况", "The status board of a document")
    {
        document = Argument("DOCUMENT", "公文的系统标识（64 位十六进制）", "The document's id (64 hexadecimal characters)");
        AddOutput();
    }

    protected override AsyncServerStreamingCall<ArchiveChunk> Ask(ParseResult parse, Protocol.Local.V1.Registers.RegistersClient registers, TableForm form, CancellationToken cancellation) =>
        registers.SaveBoard(new SaveBoardRequest { Office = Office(parse), Form = form, DocumentId = parse.GetRequiredValue(document) }, cancellationToken: cancellation);
}

using System.CommandLine;
using DocExchange.Cli.Sealing;
using DocExchange.Core.Operating;
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
    private readonly SentFilter filter;

    public ExportSentVerb(Terminal terminal)
        : base(terminal, "sent", "导出发文登记簿", "The register of sent documents")
    {
        filter = new SentFilter(this);
        AddOutput();
    }

    protected override AsyncServerStreamingCall<ArchiveChunk> Ask(ParseResult parse, Protocol.Local.V1.Registers.RegistersClient registers, TableForm form, CancellationToken cancellation) =>
        registers.SaveSentRegister(new SaveSentRegisterRequest { Office = Office(parse), Form = form, Filter = filter.Read(parse) }, cancellationToken: cancellation);
}

/// <summary><c>docex desk export received</c></summary>
internal sealed class ExportReceivedVerb : ExportVerb
{
    private readonly ReceivedFilter filter;

    public ExportReceivedVerb(Terminal terminal)
        : base(terminal, "received", "导出收文登记簿", "The register of received documents")
    {
        filter = new ReceivedFilter(this);
        AddOutput();
    }

    protected override AsyncServerStreamingCall<ArchiveChunk> Ask(ParseResult parse, Protocol.Local.V1.Registers.RegistersClient registers, TableForm form, CancellationToken cancellation) =>
        registers.SaveReceivedRegister(new SaveReceivedRegisterRequest { Office = Office(parse), Form = form, Filter = filter.Read(parse) }, cancellationToken: cancellation);
}

/// <summary><c>docex desk export sealing</c></summary>
internal sealed class ExportSealingVerb : ExportVerb
{
    private readonly SealUseFilter filter;

    public ExportSealingVerb(Terminal terminal)
        : base(terminal, "sealing", "导出用印登记簿", "The register of the uses of seals")
    {
        filter = new SealUseFilter(this);
        AddOutput();
    }

    protected override AsyncServerStreamingCall<ArchiveChunk> Ask(ParseResult parse, Protocol.Local.V1.Registers.RegistersClient registers, TableForm form, CancellationToken cancellation) =>
        registers.SaveSealRegister(new SaveSealRegisterRequest { Office = Office(parse), Form = form, Filter = filter.Read(parse) }, cancellationToken: cancellation);
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
        registers.SaveBoard(new SaveBoardRequest { Office = Office(parse), Form = form, DocumentId = TypedValue.Document(parse.GetRequiredValue(document)) }, cancellationToken: cancellation);
}

using System.CommandLine;
using DocExchange.Cli.Receiving;
using DocExchange.Protocol.Local.V1;
using Grpc.Core;

namespace DocExchange.Cli.Registers;

/// <summary><c>docex desk suggest-number</c>: the next 收文编号.</summary>
internal sealed class SuggestNumberVerb(Terminal terminal) : ReceivedVerb(terminal, "suggest-number", "下一个收文编号（已登记的为现有编号）", "The next register number; the one it has where it is registered")
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
internal sealed class ArchiveNumberVerb : ReceivedVerb
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

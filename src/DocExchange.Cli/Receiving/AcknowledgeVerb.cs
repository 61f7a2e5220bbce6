using System.CommandLine;
using DocExchange.Protocol.Local.V1;
using Grpc.Core;

namespace DocExchange.Cli.Receiving;

/// <summary><c>docex desk acknowledge</c>: the alarm of a 特急 document.</summary>
internal sealed class AcknowledgeVerb(Terminal terminal) : ReceivedVerb(terminal, "acknowledge", "知悉特急公文，停止提醒", "Take notice of an extra urgent document, so that its alarm ends")
{
    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, CallInvoker node, CancellationToken cancellation)
    {
        await Client(node).AcknowledgeUrgentAsync(new ReceivedDocumentRequest { Office = Office(parse), DocumentId = Document(parse) }, cancellationToken: cancellation);
        screen.Show(new { acknowledged = Document(parse) }, screen.Say("已知悉。", "Taken notice of."));
        return ExitCode.Ok;
    }
}

using System.CommandLine;
using System.Text;
using DocExchange.Protocol.Local.V1;
using Grpc.Core;

namespace DocExchange.Cli.Receiving;

/// <summary><c>docex desk preview</c>: the words of a body; the sender learns that it was opened, and by whom.</summary>
internal sealed class PreviewVerb(Terminal terminal) : ReceivedVerb(terminal, "preview", "阅看正文文字；首次阅看即向发文单位告知已阅", "Read the words of a body; the first time, the sender learns that it was opened")
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

using System.CommandLine;
using DocExchange.Core.Operating;
using DocExchange.Protocol.Local.V1;
using Grpc.Core;

namespace DocExchange.Cli.Receiving;

/// <summary>A verb on one document at an office.</summary>
internal abstract class ReceivedVerb : SignedInVerb
{
    private readonly Argument<string> document;

    protected ReceivedVerb(Terminal terminal, string name, string chinese, string english)
        : base(terminal, name, chinese, english) =>
        document = Argument("DOCUMENT", "公文的系统标识（64 位十六进制）", "The document's id (64 hexadecimal characters)");

    protected string Document(ParseResult parse) => TypedValue.Document(parse.GetRequiredValue(document));

    protected static Reception.ReceptionClient Client(CallInvoker node) => new(node);
}

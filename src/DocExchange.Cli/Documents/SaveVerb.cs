using System.CommandLine;
using DocExchange.Core.Operating;
using DocExchange.Protocol.Local.V1;

namespace DocExchange.Cli.Documents;

/// <summary><c>docex save</c>: the package of a document, or one part of it, as a file.</summary>
internal sealed class SaveVerb : NodeVerb
{
    private readonly Argument<string> document;
    private readonly Option<string> part;
    private readonly Option<string> output;

    public SaveVerb(Terminal terminal)
        : base(terminal, "save", "另存公文包或其中一个文件", "Save the package, or one part of it")
    {
        document = Argument("DOCUMENT", "公文的系统标识（64 位十六进制）", "The document's id (64 hexadecimal characters)");
        part = Option("--part", "包内路径，如 body/正文.pdf；默认为整个公文包", "Path in the package, such as body/…; the whole package by default", "");
        output = Required<string>("--out", "新文件", "The new file");
    }

    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, Desk.DeskClient desk, CancellationToken cancellation)
    {
        var path = parse.GetRequiredValue(output);
        NewFile.Require(path);
        using var call = desk.Save(new SaveRequest { DocumentId = TypedValue.Document(parse.GetRequiredValue(document)), Part = parse.GetValue(part) ?? "" }, cancellationToken: cancellation);
        return await Chunks.SaveNewAsync(screen, call, path, cancellation);
    }
}

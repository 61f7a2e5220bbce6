using System.CommandLine;
using DocExchange.Protocol.Local.V1;
using Grpc.Core;

namespace DocExchange.Cli.Drafts;

/// <summary>Files on their way into a draft.</summary>
internal static class DraftUpload
{
    public static async Task<DraftSheet> AddAsync(Screen screen, CallInvoker node, DraftRequest draft, string path, bool isBody, CancellationToken cancellation)
    {
        var file = new NewDraftFile { Office = draft.Office, Draft = draft.Draft, File = Chunks.NameOf(path), IsBody = isBody };
        using var call = new Drafting.DraftingClient(node).AddDraftFile(cancellationToken: cancellation);
        return await LongWork.WatchAsync(screen, "上传", "Handing in", async work =>
        {
            return await Chunks.SendAsync(call, new AddDraftFileRequest { File = file }, [path], chunk => new AddDraftFileRequest { Chunk = chunk }, work, cancellation);
        });
    }

    /// <summary>The body, then the attachments.</summary>
    /// <returns>The draft after the last; the one given where there are none.</returns>
    public static async Task<DraftSheet> AddAllAsync(Screen screen, CallInvoker node, DraftSheet sheet, string? body, string[] attachments, CancellationToken cancellation)
    {
        var draft = new DraftRequest { Office = sheet.Line.Office, Draft = sheet.Line.Draft };
        foreach (var (path, isBody) in attachments.Select(path => (path, false)).Prepend((body ?? "", true)).Where(each => each.Item1.Length > 0))
        {
            sheet = await AddAsync(screen, node, draft, path, isBody, cancellation);
        }

        return sheet;
    }
}

/// <summary><c>docex draft detach</c></summary>
internal sealed class DraftDetachVerb : DraftVerb
{
    private readonly Option<uint> number;

    public DraftDetachVerb(Terminal terminal)
        : base(terminal, "detach", "删除草稿中的一个文件", "Take a file of a draft away again") =>
        number = Required<uint>("--file", "文件编号，见 draft show", "The file's number, as draft show has it");

    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, CallInvoker node, CancellationToken cancellation)
    {
        var named = Named(parse);
        Show(screen, await new Drafting.DraftingClient(node).RemoveDraftFileAsync(new DraftFileRequest { Office = named.Office, Draft = named.Draft, Number = parse.GetValue(number) }, cancellationToken: cancellation));
        return ExitCode.Ok;
    }
}

/// <summary>Saves a frozen package, or a part of it: for the office whose draft it is, or for an issuer that is asked.</summary>
internal sealed class DraftSaveVerb : DraftVerb
{
    private readonly Option<string> part;
    private readonly Option<uint>? number;
    private readonly Option<string> output;

    public DraftSaveVerb(Terminal terminal, bool isAsked)
        : base(terminal, "save", isAsked ? "另存待签署的公文包或其中一个文件" : "另存定稿的公文包、其中一个文件，或草稿的一个文件", isAsked ? "Save the package that waits, or one part of it" : "Save the frozen package, one part of it, or a file of a draft")
    {
        part = Option("--part", "包内路径；META-INF/ASiCManifest.xml 即被签名和盖章的字节；默认为整个公文包", "Path in the package; META-INF/ASiCManifest.xml are the bytes that are signed and sealed; the whole package by default", "");
        number = isAsked ? null : Option<uint>("--file", "未定稿时的文件编号，见 draft show", "Before it is frozen: the file's number, as draft show has it");
        output = Required<string>("--out", "新文件", "The new file");
    }

    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, CallInvoker node, CancellationToken cancellation)
    {
        var (path, named) = (parse.GetRequiredValue(output), Named(parse));
        NewFile.Require(path);
        var request = new SaveDraftPartRequest { Office = named.Office, Draft = named.Draft, Part = parse.GetValue(part) ?? "", Number = number is null ? 0 : parse.GetValue(number) };
        using var call = number is null
            ? new SealQueue.SealQueueClient(node).SaveWaitingPart(request, cancellationToken: cancellation)
            : new Drafting.DraftingClient(node).SaveDraftPart(request, cancellationToken: cancellation);
        return await Chunks.SaveNewAsync(screen, call, path, cancellation);
    }
}

/// <summary><c>docex draft take-in</c>: the package comes back from an issuer elsewhere.</summary>
internal sealed class DraftTakeInVerb : DraftVerb
{
    private readonly Option<string> package;

    public DraftTakeInVerb(Terminal terminal)
        : base(terminal, "take-in", "取回外单位已会签的公文包", "Take the package back from an issuer that countersigned it elsewhere") =>
        package = Required<string>("--package", "公文包文件", "The package file");

    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, CallInvoker node, CancellationToken cancellation)
    {
        var file = parse.GetRequiredValue(package);
        Chunks.Require(file);
        using var call = new Drafting.DraftingClient(node).TakeInPackage(cancellationToken: cancellation);
        var sheet = await LongWork.WatchAsync(screen, "交回", "Handing in", async work =>
        {
            return await Chunks.SendAsync(call, new TakeInPackageRequest { Order = Named(parse) }, [file], chunk => new TakeInPackageRequest { Chunk = chunk }, work, cancellation);
        });
        Show(screen, sheet);
        return ExitCode.Ok;
    }
}

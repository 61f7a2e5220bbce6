using System.CommandLine;
using DocExchange.Protocol.Local.V1;

namespace DocExchange.Cli.Documents;

/// <summary><c>docex countersign</c>: adds one issuer's signature and seal to a draft package; without <c>--out</c> only looks at it.</summary>
internal sealed class CountersignVerb : NodeVerb
{
    private readonly Argument<string> package;
    private readonly Option<string> office;
    private readonly Option<string?> output;
    private readonly PersonOption person;

    public CountersignVerb(Terminal terminal)
        : base(terminal, "countersign", "签署联合发文；不给 --out 时只查验", "Sign and seal a joint document as one of its issuers; without --out only look at it")
    {
        package = Argument("FILE", "公文包文件", "The package file");
        office = Required<string>("--office", "签署的署名机关", "The issuer that signs");
        output = Option<string?>("--out", "签署后的新公文包文件", "The new package file, with the signature added");
        person = new PersonOption(terminal, this, "seal-keeper");
    }

    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, Desk.DeskClient desk, CancellationToken cancellation)
    {
        var path = parse.GetValue(output);
        if (path is not null)
        {
            NewFile.Require(path);
        }

        var file = parse.GetRequiredValue(package);
        Chunks.Require(file);
        var order = new CountersignOrder { Office = parse.GetRequiredValue(office), Person = person.Read(parse), InspectOnly = path is null };
        using var call = desk.Countersign(cancellationToken: cancellation);
        var standing = await LongWork.WatchAsync(screen, "会签", "Countersigning", async work =>
        {
            var isWhole = await Chunks.SendAsync(call.RequestStream, new CountersignRequest { Order = order }, [file], chunk => new CountersignRequest { Chunk = chunk }, work, cancellation);
            return path is null ? await DraftPackages.StandingAsync(call.ResponseStream, isWhole, cancellation) : await DraftPackages.SaveAsync(call.ResponseStream, isWhole, path, cancellation);
        });
        DraftPackages.Show(screen, standing, path);
        return ExitCode.Ok;
    }
}

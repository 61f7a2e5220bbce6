using System.CommandLine;
using DocExchange.Protocol.Local.V1;

namespace DocExchange.Cli.Documents;

/// <summary><c>docex dispatch</c>: sends a package that every issuer has signed.</summary>
internal sealed class DispatchVerb : NodeVerb
{
    private readonly Argument<string> package;
    private readonly Option<string> office;
    private readonly Option<string[]> to;
    private readonly Option<string[]> copies;
    private readonly Option<string[]> except;
    private readonly PersonOption person;

    public DispatchVerb(Terminal terminal)
        : base(terminal, "dispatch", "发送各署名机关均已签署的公文包", "Send a package that every issuer has signed")
    {
        package = Argument("FILE", "公文包文件", "The package file");
        office = Required<string>("--office", "发文单位", "The office that dispatches");
        to = Repeated("--to", "主送单位或分组，可多次给出", "Main recipient, office or group");
        copies = Repeated("--cc", "抄送单位或分组，可多次给出", "Copy recipient, office or group");
        except = Repeated("--except", "排除的单位", "Office to leave out");
        person = new PersonOption(terminal, this, "dispatcher");
    }

    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, Desk.DeskClient desk, CancellationToken cancellation)
    {
        var file = parse.GetRequiredValue(package);
        Chunks.Require(file);
        var order = new DispatchOrder
        {
            Office = parse.GetRequiredValue(office),
            Addressing = new Addressing { Main = { parse.GetValue(to) ?? [] }, Copies = { parse.GetValue(copies) ?? [] }, Exclude = { parse.GetValue(except) ?? [] } },
            Person = person.Read(parse),
        };
        using var call = desk.Dispatch(cancellationToken: cancellation);
        var reply = await LongWork.WatchAsync(screen, "提交", "Handing in", async work =>
        {
            return await Chunks.SendAsync(call, new DispatchRequest { Order = order }, [file], chunk => new DispatchRequest { Chunk = chunk }, work, cancellation);
        });
        SendVerb.Show(screen, reply);
        return ExitCode.Ok;
    }
}

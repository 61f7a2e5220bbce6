using DocExchange.Core.Offices;
using DocExchange.Core.Statements;
using DocExchange.Node.Drafts;
using DocExchange.Node.Offices;
using DocExchange.Node.Records;
using DocExchange.Tests.Node;
using DocExchange.Trust.Digests;

namespace DocExchange.Tests.Pages.Sending;

/// <summary>A desk that knows its directory: bgs dispatches for fgw too, czj has no node yet.</summary>
internal static class SendingDesk
{
    public static readonly Actor Writer = new("zhang3", "张三", Roles.Dispatcher, "password");

    public static async Task<TestDesk> StartAsync(Action<Microsoft.Extensions.DependencyInjection.IServiceCollection>? adapt = null)
    {
        var desk = await TestDesk.StartAsync(adapt: adapt);
        var offices = desk.Site.Directory.Offices.Select(office => office.Id == NodeSite.Stranger ? office : office with { Groups = ["bm"], AgencyCodes = [office.Id == NodeSite.Sender ? "示政发" : "示发改"] }).ToList();
        var directory = desk.Site.Directory.Next(
            NodeSite.Now, offices, groups: [new OfficeGroup("bm", "市政府各部门")], relations: [new ActsFor(NodeSite.Sender, NodeSite.Recipient, new Period(NodeSite.Now.AddYears(-1)))]);
        var xml = OfficeDirectoryXml.Write(directory);
        desk.Part<DirectoryCopy>().Keep(new DirectoryPublishedBody(directory.Version, Digest.Of(xml)), directory.Version, xml);
        return desk;
    }

    /// <summary>A draft of bgs with everything that is needed, without a seal, issued by fgw as well.</summary>
    public static async Task<string> DraftAsync(TestDesk desk, params string[] issuers)
    {
        var drafts = desk.Part<DraftBook>();
        var row = drafts.Open(NodeSite.Sender, Writer, (_, fields) =>
        {
            (fields.Title, fields.DocumentType, fields.AgencyCode, fields.WithoutSeal) = ("市政府常务会议纪要", "0F", issuers.Length == 0 ? "示政发" : "示发改", true);
            fields.Issuers.AddRange(issuers);
            fields.Addressing = new DocExchange.Protocol.Local.V1.Addressing { Main = { "fgw" } };
        });
        await UploadAsync(desk, row.Id, "纪要.pdf", "%PDF-1.4 一"u8.ToArray(), isBody: true);
        return row.Id;
    }

    /// <summary>A frozen draft to be signed for by 17:00 of the day after and answered by the end of the month.</summary>
    public static async Task<DraftRow> LateDraftAsync(TestDesk desk, params string[] issuers)
    {
        var id = await DraftAsync(desk, issuers);
        desk.Part<DraftBook>().Change(NodeSite.Sender, id, Writer, null, (_, fields) => (fields.SignBy, fields.ReplyBy) = ("2026-03-03 17:00", "2026-03-31 17:00"));
        return await desk.Part<Freezing>().FreezeAsync(NodeSite.Sender, id, Writer, default);
    }

    public static async Task<int> UploadAsync(TestDesk desk, string draft, string name, byte[] content, bool isBody)
    {
        var number = desk.Part<DraftBook>().AddFile(NodeSite.Sender, draft, Writer, name, content.Length, isBody);
        var file = DraftBook.FileOf(desk.Part<DraftBook>().Find(NodeSite.Sender, draft), number);
        await desk.Part<DraftShelf>().AppendAsync(draft, file, 0, new MemoryStream(content), default);
        return number;
    }
}

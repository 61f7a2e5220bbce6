using DocExchange.Core.Documents;
using DocExchange.Core.Ledger;
using DocExchange.Core.Offices;
using DocExchange.Core.Statements;
using DocExchange.Node.Inbox;
using DocExchange.Node.Offices;
using DocExchange.Node.Outbox;
using DocExchange.Tests.Node;
using DocExchange.Trust.Containers;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Signatures;

namespace DocExchange.Tests.Pages.Inbox;

/// <summary>
/// Documents from bgs to fgw at a <see cref="TestDesk"/>: real packages and statements, as the mailbox would have brought
/// them, verified and delivered by the node itself.
/// </summary>
internal sealed class Arrivals
{
    private readonly TestDesk desk;
    private long index = 1;
    private int made;

    private Arrivals(TestDesk desk) => this.desk = desk;

    public static Arrivals At(TestDesk desk)
    {
        var xml = OfficeDirectoryXml.Write(desk.Site.Directory);
        desk.Part<DirectoryCopy>().Keep(new DirectoryPublishedBody(desk.Site.Directory.Version, Digest.Of(xml)), 0, xml);
        desk.Part<TrustedAuthorities>().Refresh([desk.Site.Root], [desk.Site.RevocationList], desk.Site.Directory);
        return new Arrivals(desk);
    }

    public async Task<DocumentId> ReceiveAsync(string title = "关于做好防汛工作的通知", Urgency urgency = Urgency.None, string body = "正文第一段。", string fileName = "通知.txt", DateTimeOffset? signBy = null, string? attachment = null)
    {
        made++;
        var metadata = new DocumentMetadata
        {
            Type = DocumentType.Notice,
            Title = title,
            PrintedNumber = $"第{made}号",
            Urgency = urgency,
            Issuers = [new Issuer(NodeSite.Sender.ToString(), "bgs", SealPlacement.None)],
            Date = new DateOnly(2026, 3, 2),
            DispatchedBy = NodeSite.Sender.ToString(),
            SignBy = signBy,
            AttachmentTitles = attachment is null ? [] : ["附件"],
        };
        List<PackagePart> parts = [PackagePart.Metadata(metadata.ToXml()), PackagePart.Body(fileName, () => new MemoryStream(System.Text.Encoding.UTF8.GetBytes(body + made)))];
        if (attachment is not null)
        {
            parts.Add(PackagePart.Attachment(1, attachment, () => new MemoryStream([1, 2, 3])));
        }

        var manifest = await PackageManifest.CreateAsync(parts, withSm3: false, CancellationToken.None);
        var signature = await CmsSigner.SignAsync(manifest.Bytes, desk.Site.Keys.SigningKeyOf(NodeSite.Sender), desk.Clock.GetUtcNow(), CmsForm.Detached, CancellationToken.None);
        var shelf = desk.Part<PackageShelf>();
        var draft = shelf.NewDraftPath();
        WrittenPackage written;
        await using (var file = File.Create(draft))
        {
            written = await PackageWriter.WriteAsync(file, manifest, parts, signature, [], CancellationToken.None);
        }

        var package = new PackageId(written.PackageId);
        shelf.Publish(draft, package);
        var document = new DocumentId(manifest.DocumentId);
        var dispatched = new StatementDraft(StatementType.Dispatched, NodeSite.Sender, new Actor("1", "张三", Roles.Dispatcher, "local"), document, new DispatchBody
        {
            Package = package,
            PackageSize = written.Size,
            Title = title,
            Number = metadata.PrintedNumber,
            DocumentType = "08",
            Urgency = urgency == Urgency.None ? null : urgency.Chinese(),
            SignBy = signBy,
            DirectoryVersion = 1,
            Issuers = [NodeSite.Sender],
            Recipients = new RecipientList([NodeSite.Recipient], []),
        });
        await LogAsync(dispatched, NodeSite.Sender);
        await LogAsync(new StatementDraft(StatementType.Accepted, PartyId.Hub("demo"), null, document, new AcceptedBody(package, written.Size)), NodeSite.NodeId);
        await desk.Part<Delivery>().ReconcileAsync([document], CancellationToken.None);
        return document;
    }

    /// <summary>The sender takes it back.</summary>
    public Task WithdrawAsync(DocumentId document) => LogAsync(
        new StatementDraft(StatementType.Withdrawn, NodeSite.Sender, new Actor("1", "张三", Roles.Dispatcher, "local"), document, new PlainBody("发错了")), NodeSite.Sender);

    private async Task LogAsync(StatementDraft draft, PartyId signer)
    {
        var at = desk.Clock.GetUtcNow();
        var signed = await SignedStatement.SignAsync(draft.At(new ChainPosition($"{draft.Issuer}#test", index, null), "demo", at), desk.Site.Keys.SigningKeyOf(signer), CancellationToken.None);
        var entry = LedgerEntry.Of(at, NodeSite.NodeId, signed.Cms);
        desk.Part<EntryBook>().Keep([ReceivedEntry.Read(index++, entry.Bytes, _ => null)]);
    }
}

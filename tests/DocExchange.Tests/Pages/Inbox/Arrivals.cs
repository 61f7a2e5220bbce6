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
using DocExchange.Trust.Keys;
using DocExchange.Trust.Signatures;

namespace DocExchange.Tests.Pages.Inbox;

/// <summary>A document of which the node has heard, and its package.</summary>
internal sealed record Announced(DocumentId Document, PackageId Package, byte[] Bytes);

/// <summary>
/// Documents from bgs to fgw at a <see cref="TestDesk"/>: real packages and statements, as the mailbox would have brought
/// them, verified and delivered by the node itself.
/// </summary>
internal sealed class Arrivals
{
    private readonly TestDesk desk;
    private long index = 1;
    private readonly Dictionary<DocumentId, PackageId> packages = [];
    private int made;

    private Arrivals(TestDesk desk) => this.desk = desk;

    public static Arrivals At(TestDesk desk)
    {
        var xml = OfficeDirectoryXml.Write(desk.Site.Directory);
        desk.Part<DirectoryCopy>().Keep(new DirectoryPublishedBody(desk.Site.Directory.Version, Digest.Of(xml)), 0, xml);
        desk.Part<TrustedAuthorities>().Refresh([desk.Site.Root], [desk.Site.RevocationList], desk.Site.Directory);
        return new Arrivals(desk);
    }

    public async Task<DocumentId> ReceiveAsync(string title = "关于做好防汛工作的通知", Urgency urgency = Urgency.None, string body = "正文第一段。", string fileName = "通知.txt", DateTimeOffset? signBy = null, string? attachment = null, DocumentType type = DocumentType.Notice, int? listed = null)
    {
        var announced = await AnnounceAsync(title, urgency, body, fileName, signBy, attachment, type: type, listed: listed);
        Shelve(announced);
        await desk.Part<Delivery>().ReconcileAsync([announced.Document], CancellationToken.None);
        return announced.Document;
    }

    /// <summary>Puts the bytes on the node's shelf as if they had been fetched.</summary>
    public void Shelve(Announced announced)
    {
        var draft = desk.Part<PackageShelf>().NewDraftPath();
        File.WriteAllBytes(draft, announced.Bytes);
        desk.Part<PackageShelf>().Publish(draft, announced.Package);
    }

    /// <summary>Accepted by the hub, and not fetched yet.</summary>
    /// <param name="alter">What becomes of the package before the sender names it in its Dispatched.</param>
    /// <param name="listed">Attachments the document says it has; as many as it has for null.</param>
    /// <param name="signer">Who signs it; the issuer for null.</param>
    public async Task<Announced> AnnounceAsync(
        string title = "关于做好防汛工作的通知", Urgency urgency = Urgency.None, string body = "正文第一段。", string fileName = "通知.txt", DateTimeOffset? signBy = null, string? attachment = null, Action<byte[]>? alter = null, ISigningKey? signer = null, DocumentType type = DocumentType.Notice, int? listed = null, params PartyId[] recipients)
    {
        made++;
        var metadata = new DocumentMetadata
        {
            Type = type,
            Title = title,
            PrintedNumber = $"第{made}号",
            Urgency = urgency,
            Issuers = [new Issuer(NodeSite.Sender.ToString(), "bgs", SealPlacement.None)],
            Date = new DateOnly(2026, 3, 2),
            DispatchedBy = NodeSite.Sender.ToString(),
            SignBy = signBy,
            AttachmentTitles = [.. Enumerable.Range(1, listed ?? (attachment is null ? 0 : 1)).Select(number => $"附件{number}")],
        };
        List<PackagePart> parts = [PackagePart.Metadata(metadata.ToXml()), PackagePart.Body(fileName, () => new MemoryStream(System.Text.Encoding.UTF8.GetBytes(body + made)))];
        if (attachment is not null)
        {
            parts.Add(PackagePart.Attachment(1, attachment, () => new MemoryStream([1, 2, 3])));
        }

        var manifest = await PackageManifest.CreateAsync(parts, withSm3: false, CancellationToken.None);
        var signature = await CmsSigner.SignAsync(manifest.Bytes, signer ?? desk.Site.Keys.SigningKeyOf(NodeSite.Sender), desk.Clock.GetUtcNow(), CmsForm.Detached, CancellationToken.None);
        using var file = new MemoryStream();
        await PackageWriter.WriteAsync(file, manifest, parts, signature, [], CancellationToken.None);
        var bytes = file.ToArray();
        alter?.Invoke(bytes);
        var package = new PackageId(Digest.Of(bytes));
        var document = new DocumentId(manifest.DocumentId);
        packages[document] = package;
        var dispatched = new StatementDraft(StatementType.Dispatched, NodeSite.Sender, new Actor("1", "张三", Roles.Dispatcher, "local"), document, new DispatchBody
        {
            Package = package,
            PackageSize = bytes.Length,
            Title = title,
            Number = metadata.PrintedNumber,
            DocumentType = type.Code() ?? type.Chinese(),
            Urgency = urgency == Urgency.None ? null : urgency.Chinese(),
            SignBy = signBy,
            DirectoryVersion = 1,
            Issuers = [NodeSite.Sender],
            Recipients = new RecipientList(recipients.Length > 0 ? [.. recipients] : [NodeSite.Recipient], []),
        });
        await LogAsync(dispatched, NodeSite.Sender);
        await LogAsync(new StatementDraft(StatementType.Accepted, PartyId.Hub("demo"), null, document, new AcceptedBody(package, bytes.Length)), NodeSite.NodeId);
        return new Announced(document, package, bytes);
    }

    /// <summary>The sender takes it back.</summary>
    public Task WithdrawAsync(DocumentId document) => LogAsync(
        new StatementDraft(StatementType.Withdrawn, NodeSite.Sender, new Actor("1", "张三", Roles.Dispatcher, "local"), document, new PlainBody("发错了")), NodeSite.Sender);

    /// <summary>Somebody at the recipient's desk looks at it.</summary>
    public async Task OpenAsync(DocumentId document, string person)
    {
        await DeliverAsync(document, NodeSite.Recipient);
        await LogAsync(new StatementDraft(StatementType.Opened, NodeSite.Recipient, new Actor("2", person, Roles.Reader, "local"), document, new PlainBody()), NodeSite.Recipient);
    }

    /// <summary>The node that hosts the office has it.</summary>
    public Task DeliverAsync(DocumentId document, PartyId office) => LogAsync(DeliveredTo(document, office), NodeSite.NodeId);

    /// <summary>The same of several offices, whose entries come in one batch.</summary>
    public async Task DeliverTogetherAsync(DocumentId document, params PartyId[] offices)
    {
        var entries = new List<ReceivedEntry>();
        foreach (var office in offices)
        {
            entries.Add(await SignAsync(DeliveredTo(document, office), NodeSite.NodeId));
        }

        desk.Part<EntryBook>().Keep(entries, desk.Part<Delivery>().Expect);
    }

    /// <summary>Sender or recipient acts on what was delivered.</summary>
    /// <param name="recipient">fgw for null; one that is not here has signed with another's key, which nobody asks about what the ledger has.</param>
    public Task ActAsync(StatementType type, DocumentId document, string? reason = null, PartyId? recipient = null, StatementBody? body = null)
    {
        var office = StatementTypes.AuthorOf(type) == StatementAuthor.Sender ? NodeSite.Sender : recipient ?? NodeSite.Recipient;
        var draft = new StatementDraft(type, office, new Actor("2", "李四", Roles.For(type)[0], "local"), document, body ?? new PlainBody(reason));
        return LogAsync(draft, desk.Site.Keys.Holds(office) ? office : NodeSite.Sender);
    }

    private StatementDraft DeliveredTo(DocumentId document, PartyId office) => new(StatementType.Delivered, NodeSite.NodeId, null, document, new DeliveredBody(office, packages[document]));

    private async Task LogAsync(StatementDraft draft, PartyId signer) => desk.Part<EntryBook>().Keep([await SignAsync(draft, signer)], desk.Part<Delivery>().Expect);

    private async Task<ReceivedEntry> SignAsync(StatementDraft draft, PartyId signer)
    {
        var at = desk.Clock.GetUtcNow();
        var signed = await SignedStatement.SignAsync(draft.At(new ChainPosition($"{draft.Issuer}#test", index, null), "demo", at), desk.Site.Keys.SigningKeyOf(signer), CancellationToken.None);
        return ReceivedEntry.Read(index++, LedgerEntry.Of(at, NodeSite.NodeId, signed.Cms).Bytes, _ => null);
    }
}

using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Core.Routing;
using DocExchange.Core.Statements;
using DocExchange.Durability;
using DocExchange.Node.Inbox;
using DocExchange.Node.Keys;
using DocExchange.Node.Outbox;
using DocExchange.Node.Records;
using DocExchange.Trust.Containers;
using Local = DocExchange.Protocol.Local.V1;

namespace DocExchange.Node.Desk;

/// <summary>A finished package file that is ready to leave, under its draft name.</summary>
internal sealed record FinishedPackage(string DraftPath, WrittenPackage Written, DocumentId Document, DocumentMetadata Metadata);

/// <summary>Whom a dispatch is for, against which directory.</summary>
internal sealed record Destination(OfficeDirectory Directory, RecipientList Recipients);

/// <summary>
/// The last step of every dispatch: the package goes onto the shelf, and its Dispatched, its number, its upload and its
/// line in the outbox into one transaction. Nothing is promised before all of it is on disk.
/// </summary>
internal sealed class Departure(NodeRecords records, PackageShelf shelf, StatementQueue queue, NumberRegister numbers, IdentifierRegister identifiers, Listing listing, NodeFile node, TimeProvider time)
{
    private const int NamesShown = 10;

    /// <exception cref="RefusedException">Nobody is addressed, a name is unknown, or an office has no node yet.</exception>
    public Destination Address(OfficeDirectory directory, Local.Addressing? addressing, PartyId sender, int maxNames)
    {
        addressing ??= new Local.Addressing();
        if (addressing.Main.Count + addressing.Copies.Count + addressing.Exclude.Count > maxNames)
        {
            throw new RefusedException(Refusal.TooLarge, $"收文单位名称超过 {maxNames} 个。请使用分组。", $"More than {maxNames} names are addressed. Use groups.");
        }

        var recipients = new Addressing([.. addressing.Main], [.. addressing.Copies], [.. addressing.Exclude]).Expand(directory, sender, time.GetUtcNow());
        return new Destination(directory, recipients);
    }

    /// <exception cref="RefusedException">An office has no node yet.</exception>
    public static void RequireEnrolled(Destination destination)
    {
        var missing = destination.Recipients.All.Where(id => destination.Directory.Find(id)?.HostedBy is null).ToList();
        if (missing.Count > 0)
        {
            var names = string.Join("、", missing.Take(NamesShown).Select(id => destination.Directory.Find(id)?.Name ?? id.ToString()));
            throw new RefusedException(
                Refusal.UnknownRecipient,
                $"{missing.Count} 个收文单位尚未开通：{names}{(missing.Count > NamesShown ? "等" : "")}。请将其排除后发送，待开通后补发，或改送纸质。",
                $"{missing.Count} recipients have no node yet: {string.Join(", ", missing.Take(NamesShown))}. Exclude them and resend to them later, or send paper.");
        }
    }

    /// <param name="alongside">What else belongs into the transaction that queues the Dispatched.</param>
    /// <param name="turn">When it may leave; null: at once.</param>
    public async Task<Local.SendReply> LeaveAsync(
        FinishedPackage package, Destination destination, PartyId sender, Actor actor, Action<FinishedPackage>? alongside, DraftTurn? turn, CancellationToken cancellation)
    {
        var id = new PackageId(package.Written.PackageId);
        var dispatch = Dispatch(package, destination);
        RefuseTwice(package.Document);
        shelf.Publish(package.DraftPath, id);
        var draft = new StatementDraft(StatementType.Dispatched, sender, actor, package.Document, dispatch);
        try
        {
            await (turn?.ComeAsync(cancellation) ?? Task.CompletedTask);
            var adding = queue.AddAsync(
                [draft],
                () =>
                {
                    Record(package, draft, dispatch);
                    alongside?.Invoke(package);
                },
                cancellation);
            turn?.Pass();
            await adding;
        }
        catch
        {
            shelf.Discard(id, records);
            throw;
        }

        return new Local.SendReply
        {
            DocumentId = package.Document.ToString(),
            PackageId = id.ToString(),
            Number = dispatch.Number ?? "",
            Main = (uint)dispatch.Recipients.Main.Count,
            Copies = (uint)dispatch.Recipients.Copies.Count,
        };
    }

    public static DispatchBody Dispatch(FinishedPackage package, Destination destination) => new()
    {
        Package = new PackageId(package.Written.PackageId),
        PackageSize = package.Written.Size,
        Title = package.Metadata.Title,
        Number = DispatchTerms.NumberOf(package.Metadata),
        DocumentType = DispatchTerms.TypeOf(package.Metadata),
        Urgency = DispatchTerms.UrgencyOf(package.Metadata),
        SignBy = package.Metadata.SignBy,
        ReplyBy = package.Metadata.ReplyBy,
        DirectoryVersion = destination.Directory.Version,
        Issuers = [.. package.Metadata.Issuers.Select(issuer => PartyId.Parse(issuer.OfficeId))],
        Recipients = destination.Recipients,
        Replaces = ReplacedBy(package.Metadata),
    };

    public static DocumentId? ReplacedBy(DocumentMetadata metadata) =>
        metadata.Relations.FirstOrDefault(relation => relation.Kind == RelationKind.Replaces)?.Document;

    private void Record(FinishedPackage package, StatementDraft draft, DispatchBody dispatch)
    {
        // Again, now that nobody can come between.
        RefuseTwice(package.Document);
        var document = package.Document.ToString();
        var (rank, now) = (DispatchTerms.RankOf(dispatch.Urgency), time.GetUtcNow());
        if (package.Metadata.Number is { } number)
        {
            numbers.Take(number, package.Document, dispatch.Replaces);
        }

        if (package.Metadata.Identifier is { } identifier)
        {
            identifiers.Take(identifier, package.Document);
        }

        records.Uploads.Upsert(new UploadRow { Id = dispatch.Package.ToString(), Document = document, Size = dispatch.PackageSize, Rank = rank, Since = now.ToUnixTimeMilliseconds() });
        records.Packages.Upsert(new PackageRow
        {
            Id = document,
            Package = dispatch.Package.ToString(),
            Size = dispatch.PackageSize,
            Rank = rank,
            State = PackageState.Unverified,
        });

        records.Sent.Upsert(SentOf(package, draft, document));

        // Its place in the ledger is not known yet; the line is written anew when it is.
        var foreseen = new LoggedStatement(0, now, default, draft.At(new ChainPosition("-", 1, null), node.Exchange, now));
        listing.Queued(new DocumentState(foreseen), now);
    }

    // Inside the write.
    private SentRow SentOf(FinishedPackage package, StatementDraft draft, string document)
    {
        var (metadata, year) = (package.Metadata, TimeZoneInfo.ConvertTime(time.GetUtcNow(), time.LocalTimeZone).Year);
        return new SentRow
        {
            Id = document,
            Serial = records.Sent.FindById(document)?.Serial ?? (int)records.NextId($"sent-{draft.Issuer.Local}-{year}"),
            Signers = string.Join("、", metadata.Signatories),
            To = metadata.PrintedTo ?? "",
            Copied = metadata.PrintedCc ?? "",
            Copies = metadata.Copies,
            By = draft.Actor?.Name ?? "",
        };
    }

    private void RefuseTwice(DocumentId document)
    {
        var id = document.ToString();
        if (records.Outbox.FindOne(Field.Is(nameof(ListedRow.Document), id)) is not { } sent)
        {
            return;
        }

        if (sent.State != nameof(DeliveryState.Rejected))
        {
            throw new RefusedException(
                Refusal.WrongState,
                $"该公文（{id}）已发送。增加收文单位请用“补发”。",
                $"The document {id} was dispatched before. To add recipients, resend it.");
        }

        // Where the hub refused the Dispatched itself, the ledger knows nothing of the document and it may go again.
        if (records.Entries.Find(Field.Is(nameof(EntryRow.Document), id)).Any(row => row.Fault is null && row.Type == nameof(StatementType.Dispatched)))
        {
            throw new RefusedException(
                Refusal.WrongState,
                $"该公文（{id}）已被中心退件并记入账本，同一份公文不能再次发送。请按退件理由修改后重新拟发（收发台发件页“重新拟发”，或 docex send），内容须有改动，如更换发文字号。",
                $"The hub rejected the document {id}, and the ledger says so; the same document cannot be dispatched again. Mend what it was rejected for and draft it anew ('Try again' at the desk, or docex send); something in it must differ, such as its number.");
        }
    }
}

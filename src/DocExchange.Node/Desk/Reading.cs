using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Core.Routing;
using DocExchange.Core.Statements;
using DocExchange.Durability;
using DocExchange.Node.HubLink;
using DocExchange.Node.Inbox;
using DocExchange.Node.Keys;
using DocExchange.Node.Offices;
using DocExchange.Node.Records;
using DocExchange.Trust.Containers;
using Google.Protobuf;
using Local = DocExchange.Protocol.Local.V1;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Node.Desk;

/// <summary>Content to be read, and what must be closed afterwards.</summary>
internal sealed record OpenedFile(Stream Content, IDisposable Owner) : IDisposable
{
    public void Dispose() => Owner.Dispose();
}

/// <summary>What people at the desk may look at: lists, documents, packages, statements.</summary>
internal sealed class Reading(
    NodeRecords records, ObjectFolder objects, DeskPeople people, KeyRing keys, DocumentStates states, DirectoryCopy directories, PackageShelf shelf, LedgerStandings standings, RecipientLinks links, TimeProvider time)
{
    private const int DefaultPage = 100;
    private const int LargestPage = 500;

    public Local.ListReply List(Local.ListRequest request, bool isInbox)
    {
        var office = request.Office.Length > 0 ? people.Hosted(request.Office).ToString() : null;
        var limit = request.Limit == 0 ? DefaultPage : (int)Math.Min(request.Limit, LargestPage);
        var found = (isInbox ? records.Inbox : records.Outbox).Query()
            .Where("$._id > @0", request.Page)
            .OrderBy(row => row.Id)
            .ToEnumerable()
            .Where(row => (office is null || row.Office == office) && (request.State.Length == 0 || row.State == request.State))
            .Take(limit)
            .ToList();
        var reply = new Local.ListReply { Next = found.Count == limit ? found[^1].Id : "" };
        reply.Documents.AddRange(found.Select(ToWire));
        return reply;
    }

    public async Task<Local.ShowReply> ShowAsync(Local.ShowRequest request, CancellationToken cancellation)
    {
        var document = DraftMetadata.DocumentIdOf(request.DocumentId);
        var state = Seen(document, request.Office, out var viewer);
        var names = directories.FindNewest();

        // The issuers see what the dispatcher sees, as at the hub.
        List<PartyId> senders = [state.Sender, .. state.Dispatch.Issuers];
        var isSenders = viewer is { } office ? senders.Contains(office) : request.Office.Length == 0 && senders.Any(keys.Holds);
        var summary = isSenders ? Listing.SummaryOf(state) : Listing.OutlineOf(state);
        if (!isSenders)
        {
            summary.Recipients = (uint)state.Recipients.Count;
        }

        var reply = new Local.ShowReply { Document = new Wire.ArchivedDocument { Summary = summary } };
        reply.Document.Recipients.AddRange(state.Recipients
            .Where(row => isSenders || (keys.Holds(row.Office) && (viewer is null || row.Office == viewer)))
            .Select(row => ToWire(row, names?.Find(row.Office)?.Name ?? "")));
        if (request.WithLinks && (viewer is { } asking ? asking == state.Sender : keys.Holds(state.Sender)) && isSenders && state is { Phase: DocumentPhase.Accepted, IsFinal: false })
        {
            AddLinks(reply.Document, state, names, await links.OfAsync(document, cancellation));
        }

        reply.Document.Rejections.AddRange(state.Rejections.Select(reason => reason.Chinese));
        reply.Ledger = standings.Of(document);
        var id = document.ToString();
        reply.Document.Rejections.AddRange(records.Refused.Find(Field.Is(nameof(RefusedRow.Document), id)).Select(row => $"{row.Type}: {row.Chinese}"));
        if (records.Packages.FindById(id) is { } package)
        {
            reply.Indication = package.Indication ?? "";
            reply.Findings.AddRange(package.Findings);
        }

        if (shelf.Has(state.Dispatch.Package))
        {
            await DescribeAsync(state.Dispatch.Package, reply, cancellation);
        }

        return reply;
    }

    /// <summary>The package, or one part of it; the caller disposes of it.</summary>
    /// <exception cref="RefusedException">It is not here, or was withdrawn: that copy is locked.</exception>
    public async Task<OpenedFile> OpenAsync(Local.SaveRequest request, CancellationToken cancellation)
    {
        var state = Seen(DraftMetadata.DocumentIdOf(request.DocumentId), "", out _);
        var own = state.Recipients.Where(row => keys.Holds(row.Office)).ToList();
        if (!keys.Holds(state.Sender) && own.Count > 0 && own.All(row => row.State == DeliveryState.Withdrawn))
        {
            throw new RefusedException(Refusal.WrongState, "该公文已被发文单位撤回，本单位副本已锁定。如有疑问，请联系发文单位。", "The sender has withdrawn the document; this copy is locked. Call the sender if you have a question.");
        }

        if (!shelf.Has(state.Dispatch.Package))
        {
            throw new RefusedException(Refusal.NotFound, "公文包尚未到达本节点。请稍候，到达后页面会自动更新；久未到达时请系统管理员查看与中心的连接。", "The package has not arrived at this node. Wait a little: the page follows by itself. If it stays away, let the system administrator look at the link to the hub.");
        }

        var file = shelf.OpenRead(state.Dispatch.Package);
        if (request.Part.Length == 0)
        {
            return new OpenedFile(file, file);
        }

        var reader = await PackageReader.OpenAsync(file, PackageLimits.Default, cancellation);
        if (reader.Entries.FirstOrDefault(entry => entry.Path == request.Part) is { } part)
        {
            return new OpenedFile(reader.OpenEntry(part), reader);
        }

        reader.Dispose();
        throw new RefusedException(Refusal.NotFound, "公文包中没有该文件。请回到公文页面，从所列文件中选取。", "The package has no such part. Go back to the document's page and choose one of the files listed.");
    }

    public IEnumerable<Local.HeldStatement> Statements(Local.ShowRequest request)
    {
        var id = DraftMetadata.DocumentIdOf(request.DocumentId).ToString();
        foreach (var row in records.Entries.Find(Field.Is(nameof(EntryRow.Document), id)).OrderBy(row => row.Id).ToList())
        {
            var held = new Local.HeldStatement
            {
                Index = (ulong)row.Id,
                Type = row.Type,
                Issuer = row.Issuer ?? "",
                Statement = ByteString.CopyFrom((ReceivedEntry.Read(row.Id, row.Entry, objects.Get).Entry?.Statement ?? default).Span),
                Entry = ByteString.CopyFrom(row.Entry),
                Checkpoint = ByteString.CopyFrom(row.Checkpoint ?? []),
            };
            held.InclusionProof.AddRange(row.Proof.Select(hash => ByteString.CopyFrom(hash)));
            yield return held;
        }
    }

    private DocumentState Seen(DocumentId document, string office, out PartyId? viewer)
    {
        viewer = office.Length > 0 ? people.Hosted(office) : null;
        var state = states.Foresee(document, out _) ?? Refused(document);
        return state is not null && (viewer is null || state.IsParty(viewer))
            ? state
            : throw new RefusedException(Refusal.UnknownDocument, $"本节点没有公文 {document}。", $"This node has no document {document}.");
    }

    // A Dispatched that was refused is in no ledger; the sender may still look at what became of it.
    private DocumentState? Refused(DocumentId document)
    {
        var id = document.ToString();
        return records.Refused.Find(Field.Is(nameof(RefusedRow.Document), id)).FirstOrDefault(row => row.Type == nameof(StatementType.Dispatched)) is { } row
            ? new DocumentState(new LoggedStatement(0, DateTimeOffset.FromUnixTimeMilliseconds(row.At), StatementId.Parse(row.Statement), SignedStatement.Parse(row.Cms, _ => row.RecipientObject).Statement))
            : null;
    }

    private async Task DescribeAsync(PackageId package, Local.ShowReply reply, CancellationToken cancellation)
    {
        try
        {
            using var reader = await PackageReader.OpenAsync(shelf.OpenRead(package), PackageLimits.Default, cancellation);
            reply.Metadata = ByteString.CopyFrom(reader.Metadata.Span);
            reply.Parts.AddRange(reader.Entries.Zip(reader.Manifest.Entries, (entry, listed) => new Local.PartInfo
            {
                Path = entry.Path,
                MediaType = entry.MediaType,
                Size = (ulong)entry.Size,
                Sha256 = ByteString.CopyFrom(listed.Sha256.Span),
            }));
        }
        catch (PackageFormatException fault)
        {
            reply.Findings.Add($"{fault.Code}: {fault.Chinese}");
        }
    }

    private static void AddLinks(Wire.ArchivedDocument shown, DocumentState state, OfficeDirectory? names, IReadOnlyDictionary<PartyId, RecipientLink>? known)
    {
        foreach (var row in shown.Recipients)
        {
            var office = PartyId.Parse(row.Office);
            if (state.Recipient(office) is { IsFinal: false })
            {
                row.DutyTelephone = names?.Find(office)?.DutyTelephone ?? "";
                row.Link = known?.GetValueOrDefault(office)?.Word ?? "";
                row.LinkLastSeen = Listing.Time(known?.GetValueOrDefault(office)?.LastSeen);
            }
        }
    }

    private Local.ListedDocument ToWire(ListedRow row) => new()
    {
        Summary = Wire.DocumentSummary.Parser.ParseFrom(row.Summary),
        Office = row.Office,
        State = row.State,
        StateChinese = Chinese(row.State),
        Overdue = row.IsOpen && row.SignBy < time.GetUtcNow().ToUnixTimeMilliseconds(),
    };

    private static string Chinese(string state) => Enum.TryParse<DeliveryState>(state, out var delivery) ? delivery.ToChinese() : state switch
    {
        nameof(DocumentPhase.Superseded) => "已更正",
        _ => state,
    };

    private static Wire.RecipientRow ToWire(RecipientState row, string name) => new()
    {
        Office = row.Office.ToString(),
        OfficeName = name,
        Kind = row.IsCopy ? "copy" : "main",
        State = row.State.ToString(),
        StateChinese = row.State.ToChinese(),
        DeliveredAt = Listing.Time(row.DeliveredAt),
        OpenedAt = Listing.Time(row.OpenedAt),
        SignedForAt = Listing.Time(row.SignedForAt),
        Actor = row.ActedBy ?? "",
        ReturnedAt = Listing.Time(row.ReturnedAt),
        ReturnReason = row.ReturnReason ?? "",
        Urged = (uint)row.UrgedCount,
        LastUrgedAt = Listing.Time(row.LastUrgedAt),
        RegisterNumber = row.RegisterNumber ?? "",
        OverdueSince = Listing.Time(row.OverdueSince),
        ReturnReceivedAt = Listing.Time(row.ReturnReceivedAt),
        RegisteredAt = Listing.Time(row.RegisteredAt),
        HandedOverAt = Listing.Time(row.HandedOverAt),
        CompletedAt = Listing.Time(row.CompletedAt),
    };
}

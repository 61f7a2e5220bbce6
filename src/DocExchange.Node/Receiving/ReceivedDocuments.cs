using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Core.Routing;
using DocExchange.Node.Desk;
using DocExchange.Node.Inbox;
using DocExchange.Node.Offices;
using DocExchange.Node.Records;
using DocExchange.Trust.Containers;
using DocExchange.Trust.Seals;
using Local = DocExchange.Protocol.Local.V1;

namespace DocExchange.Node.Receiving;

/// <summary>A seal in the package: its picture as a data URI (null where none may be shown) and the verdict at arrival.</summary>
internal sealed record SealShown(string Name, string EsId, string? Picture, SealRow? Verdict);

/// <summary>What the desk shows of one received document.</summary>
internal sealed record ReceivedDocument(
    ReceivedRow Line,
    DocumentState State,
    RecipientState Row,
    string SenderName,
    DocumentMetadata? Metadata,
    IReadOnlyList<PackageEntry> Parts,
    PackageRow? Package,
    IReadOnlyList<SealShown> Seals,
    IReadOnlyList<DeskCheck> Checks,
    Local.LedgerStanding Ledger)
{
    public PackageEntry? Body => Parts.Count > 1 ? Parts[1] : null;

    public IEnumerable<PackageEntry> Attachments => Parts.Skip(2);

    /// <summary>Withdrawn: nothing of it is shown any more.</summary>
    public bool IsLocked => Row.State == DeliveryState.Withdrawn;

    public bool MayPreview => !IsLocked && Package?.State == PackageState.Verified && Row.State is not (DeliveryState.Queued or DeliveryState.Sent);

    public bool MaySave => !IsLocked && Row.IsSignedFor;

    /// <summary>What did not pass is only ever a download.</summary>
    public bool MayPrint => MaySave && Package?.State == PackageState.Verified;
}

/// <summary>Received documents, one at a time, as far as their office may see them.</summary>
internal sealed class ReceivedDocuments(
    NodeRecords records, DeskPeople people, DocumentStates states, ReceivedList list, DirectoryCopy directories, PackageShelf shelf, LedgerStandings standings)
{
    /// <exception cref="RefusedException">The office has not received it.</exception>
    public async Task<ReceivedDocument> OpenAsync(string office, string document, CancellationToken cancellation)
    {
        var hosted = people.Hosted(office);
        var id = DraftMetadata.DocumentIdOf(document);
        var (line, state) = (list.Find(hosted.ToString(), id), states.Foresee(id, out _));
        if (line is null || state?.Recipient(hosted) is not { } row)
        {
            throw new RefusedException(Refusal.UnknownDocument, "本单位没有收到这件公文。请从“收文”中选取；若由其他单位收到，请先切换单位。", "This office has not received that document. Choose one from its inbox, or change to the office that received it.");
        }

        var package = records.Packages.FindById(id.ToString());
        var names = directories.FindNewest();
        var (metadata, parts, seals) = shelf.Has(state.Dispatch.Package) ? await ReadAsync(state.Dispatch.Package, package, cancellation) : (null, [], []);
        var checks = FourChecks.Of(state.Dispatch, row, NameOf(names, hosted), metadata, parts.Count == 0 ? null : parts.Count - 2, package);
        return new ReceivedDocument(line, state, row, NameOf(names, state.Sender), metadata, parts, package, seals, checks, standings.Of(id));
    }

    public string NameOf(string party) => PartyId.TryParse(party) is { } id ? NameOf(directories.FindNewest(), id) : party;

    /// <summary>The package, or one of its parts; the caller disposes of it.</summary>
    /// <exception cref="RefusedException">It is not here.</exception>
    public async Task<OpenedFile> ReadAsync(ReceivedDocument document, PackageEntry? part, CancellationToken cancellation)
    {
        var file = shelf.Has(document.State.Dispatch.Package)
            ? shelf.OpenRead(document.State.Dispatch.Package)
            : throw new RefusedException(Refusal.NotFound, "公文包尚未到达本节点。请稍候，到达后页面会自动更新；久未到达时请系统管理员查看与中心的连接。", "The package has not arrived at this node. Wait a little: the page follows by itself. If it stays away, let the system administrator look at the link to the hub.");
        if (part is null)
        {
            return new OpenedFile(file, file);
        }

        var reader = await PackageReader.OpenAsync(file, PackageLimits.Default, cancellation);
        return new OpenedFile(reader.OpenEntry(part), reader);
    }

    private static string NameOf(OfficeDirectory? names, PartyId office) => names?.Find(office)?.Name ?? office.Local;

    private async Task<(DocumentMetadata?, IReadOnlyList<PackageEntry>, IReadOnlyList<SealShown>)> ReadAsync(PackageId package, PackageRow? judged, CancellationToken cancellation)
    {
        try
        {
            using var reader = await PackageReader.OpenAsync(shelf.OpenRead(package), PackageLimits.Default, cancellation);
            var metadata = DocumentMetadata.TryParse(reader.Metadata.Span, out _);
            return (metadata, reader.Entries, [.. reader.Seals.Select((seal, index) => Show(seal, judged?.Seals.ElementAtOrDefault(index)))]);
        }
        catch (PackageFormatException)
        {
            // The verdict on it says why.
            return (null, [], []);
        }
    }

    private static SealShown Show(ReadOnlyMemory<byte> encoded, SealRow? verdict)
    {
        try
        {
            var seal = SealSignature.Parse(encoded).Seal;
            return new SealShown(seal.Name, seal.EsId, seal.Picture.DisplayType is { } type ? $"data:{type};base64,{Convert.ToBase64String(seal.Picture.Data.Span)}" : null, verdict);
        }
        catch (SealFormatException)
        {
            return new SealShown("?", "", null, verdict);
        }
    }
}

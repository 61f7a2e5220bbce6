using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Core.Routing;
using DocExchange.Node.Inbox;
using DocExchange.Node.Outbox;
using DocExchange.Node.Records;
using DocExchange.Trust.Containers;
using DocExchange.Trust.Keys;
using Microsoft.Extensions.Options;
using Local = DocExchange.Protocol.Local.V1;

namespace DocExchange.Node.Desk;

/// <summary>A draft with everything decided that is not in its text.</summary>
/// <param name="Issuers">Host first.</param>
/// <param name="Signers">Those of the issuers that sign and seal it here and now.</param>
/// <param name="Kept">The identifier it had when it was made before.</param>
internal sealed record DraftOrder(
    Local.Draft Draft, PartyId Sender, Destination Destination, IReadOnlyList<PartyId> Issuers, IReadOnlyList<PartyId> Signers, DocumentIdentifier? Kept = null);

/// <summary>
/// Makes packages of drafts: numbers them one at a time, so that no number is given twice, then freezes the manifest, signs and
/// seals, several side by side.
/// </summary>
internal sealed class Drafting(
    NumberRegister numbers, IdentifierRegister identifiers, NumbersInHand inHand, DraftElements elements, Issuing issuing, PackageShelf shelf, IOptions<DeskOptions> options, TimeProvider time) : IDisposable
{
    /// <summary>Packages written and judged at once: each waits for the disk most of the time.</summary>
    private const int MostAtOnce = 8;

    private readonly DraftTurns turns = new();
    private readonly SemaphoreSlim gate = new(1);
    private readonly SemaphoreSlim room = new(MostAtOnce);

    /// <param name="keep">Keeps the number, when its turn has come. It may move the package file.</param>
    /// <exception cref="RefusedException">The draft cannot be read, or offends against the rules of writing.</exception>
    public async Task<T> MakeAsync<T>(DraftOrder order, DraftFiles files, Func<FinishedPackage, IReadOnlyList<RuleFinding>, DraftTurn, Task<T>> keep, CancellationToken cancellation)
    {
        var (metadata, xml, held, warnings, turn) = await NumberAsync(order, cancellation);
        var isKept = false;
        try
        {
            await room.WaitAsync(cancellation);
            turn.Rest = () => room.Release();
            var package = await WriteAsync(metadata, [PackagePart.Metadata(xml), .. files.Parts()], order, cancellation);
            try
            {
                var kept = await keep(package, warnings, turn);
                isKept = true;
                return kept;
            }
            catch
            {
                File.Delete(package.DraftPath);
                throw;
            }
        }
        finally
        {
            inHand.Release(held, isKept);
            turn.End();
        }
    }

    public void Dispose()
    {
        gate.Dispose();
        room.Dispose();
    }

    private async Task<(DocumentMetadata Metadata, byte[] Xml, IReadOnlyList<NumberInHand> Held, IReadOnlyList<RuleFinding> Warnings, DraftTurn Turn)> NumberAsync(DraftOrder order, CancellationToken cancellation)
    {
        await gate.WaitAsync(cancellation);
        try
        {
            // Whatever can be refused of it is, before it has a number.
            var metadata = Compose(order, out var warnings);
            var xml = XmlOf(metadata);
            var held = HeldOf(metadata, order.Draft);
            inHand.Hold(held);
            return (metadata, xml, held, warnings, turns.Next());
        }
        finally
        {
            gate.Release();
        }
    }

    private DocumentMetadata Compose(DraftOrder order, out IReadOnlyList<RuleFinding> warnings)
    {
        var draft = order.Draft;
        var now = TimeZoneInfo.ConvertTime(time.GetUtcNow(), time.LocalTimeZone);
        var number = DraftMetadata.NumberOf(draft.Number)
            ?? (draft.AgencyCode.Length > 0 ? numbers.NextOf(draft.AgencyCode, DraftMetadata.DateOf(draft.IssuedOn, now).Year) : null);
        foreach (var reason in PackageAgreement.CheckNumber(number, order.Issuers, order.Destination.Directory))
        {
            throw new RefusedException(Refusal.Disagreement, reason.Chinese, reason.English);
        }

        var directory = order.Destination.Directory;
        var metadata = elements.Complete(
            DraftMetadata.Compose(draft, directory, order.Sender, order.Issuers, order.Destination.Recipients, number, now), draft.Elements, directory, order.Kept, DateOnly.FromDateTime(now.DateTime));
        warnings = WritingContexts.Check(metadata, order.Destination, order.Issuers, now);
        return metadata;
    }

    private List<NumberInHand> HeldOf(DocumentMetadata metadata, Local.Draft draft)
    {
        var held = new List<NumberInHand>();
        if (metadata.Number is { } number)
        {
            held.Add(new NumberInHand(number.Series, number.Number, draft.Number.Length == 0, numbers.IsNew(number)));
        }

        if (metadata.Identifier is { } identifier)
        {
            held.Add(new NumberInHand(NumbersInHand.SeriesOf(identifier), identifier.Serial, string.IsNullOrEmpty(draft.Elements?.Identifier), identifiers.IsNew(identifier)));
        }

        return held;
    }

    private async Task<FinishedPackage> WriteAsync(DocumentMetadata metadata, List<PackagePart> parts, DraftOrder order, CancellationToken cancellation)
    {
        var manifest = await PackageManifest.CreateAsync(parts, order.Issuers.Any(issuer => SignsWithSm2(order.Destination.Directory, issuer)), cancellation);
        var issued = await IssueAsync(manifest.Bytes, order, cancellation);
        var path = shelf.NewDraftPath();
        try
        {
            await using var file = DurableFile.Create(path);
            var limits = PackageLimits.Default with { AllowUnsigned = issued.Signature.IsEmpty };
            var written = await PackageWriter.WriteAsync(file, manifest, parts, issued.Signature, issued.Seals, limits, cancellation);
            return new FinishedPackage(path, written, new DocumentId(manifest.DocumentId), metadata);
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }

    private byte[] XmlOf(DocumentMetadata metadata)
    {
        var (xml, most) = (metadata.ToXml(), options.Value.MaxMetadataKiB * 1024);
        return xml.Length <= most
            ? xml
            : throw new RefusedException(
                Refusal.TooLarge,
                $"公文元数据为 {xml.Length} 字节，本节点上限为 {most} 字节（Desk:MaxMetadataKiB）。请精简主送、抄送、附件说明和附注的文字。",
                $"The metadata has {xml.Length} bytes, over this node's limit of {most} (Desk:MaxMetadataKiB). Shorten the printed recipients, the titles of attachments and the notes.");
    }

    private async Task<Issued> IssueAsync(byte[] manifest, DraftOrder order, CancellationToken cancellation)
    {
        var issued = Issued.Nothing;
        foreach (var issuer in order.Signers)
        {
            issued = await issuing.SignAsync(manifest, issued, issuer, cancellation);
            issued = order.Draft.WithoutSeal || order.Draft.SealInBody ? issued : await issuing.SealAsync(manifest, issued, issuer, cancellation);
        }

        return issued;
    }

    private bool SignsWithSm2(OfficeDirectory directory, PartyId issuer) => directory.Find(issuer)!.Certificates.Any(bound =>
        bound.Use == CertificateUse.Document && bound.Period.Contains(time.GetUtcNow()) && bound.Certificate.KeyAlgorithm == KeyAlgorithm.Sm2);
}

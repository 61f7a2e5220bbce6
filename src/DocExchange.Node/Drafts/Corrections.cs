using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;
using DocExchange.Node.Desk;
using DocExchange.Node.Inbox;
using DocExchange.Node.Offices;
using DocExchange.Node.Records;
using DocExchange.Trust.Containers;
using Local = DocExchange.Protocol.Local.V1;

namespace DocExchange.Node.Drafts;

/// <summary>Begins a draft from a document that was sent: a 更正重印件 with its number, or another attempt after a refusal.</summary>
internal sealed class Corrections(DraftBook drafts, DocumentStates states, DirectoryCopy directories, PackageShelf shelf, TimeProvider time)
{
    /// <param name="reason">Why it is replaced; null: it is not, the draft only takes its fields.</param>
    /// <exception cref="RefusedException">The office did not send it, or its package is not here.</exception>
    public async Task<DraftRow> BeginAsync(PartyId office, DocumentId document, string? reason, Actor person, CancellationToken cancellation)
    {
        var sent = states.Read(document, state => state.Sender == office ? new Origin(state.Dispatch.Package, [.. state.Recipients.Where(row => !row.IsCopy).Select(row => row.Office)], [.. state.Recipients.Where(row => row.IsCopy).Select(row => row.Office)]) : null);
        if (sent is null || !shelf.Has(sent.Package))
        {
            throw new RefusedException(Refusal.UnknownDocument, "本单位没有发出这件公文，或其公文包不在本节点。", "This office sent no such document, or its package is not here.");
        }

        if (reason is not null && (reason = reason.Trim()).Length is 0 or > PlainBody.MaxReason)
        {
            throw new RefusedException(Refusal.ReasonMissing, $"请填写更正理由（不超过 {PlainBody.MaxReason} 个字符）。", $"Give a reason of 1 to {PlainBody.MaxReason} characters.");
        }

        using var reader = await PackageReader.OpenAsync(shelf.OpenRead(sent.Package), PackageLimits.Default, cancellation);
        var metadata = DocumentMetadata.Parse(reader.Metadata.Span);
        return drafts.Open(office, person, (row, fields) =>
        {
            Fill(fields, metadata, sent);
            (fields.Replaces, row.ReplaceReason) = (reason is null ? "" : document.ToString(), reason ?? "");
        });
    }

    private void Fill(Local.Draft fields, DocumentMetadata metadata, Origin sent)
    {
        fields.Title = metadata.Title;
        fields.DocumentType = metadata.Type.Code() ?? metadata.Type.Chinese();
        fields.Number = metadata.Number?.ToString() ?? "";
        fields.Urgency = metadata.Urgency == Urgency.None ? "" : metadata.Urgency.Chinese();
        fields.Signer = string.Join("、", metadata.Signatories);
        fields.WithoutSeal = metadata.Issuers.All(issuer => issuer.Seal == SealPlacement.None);
        fields.Issuers.AddRange(metadata.Issuers.Select(issuer => issuer.OfficeId));
        fields.PhysicalAttachments.AddRange(metadata.PhysicalAttachments.Select(item => item.Name));
        fields.CopiesPrinted = (uint)(metadata.Copies ?? 0);
        fields.Elements = DraftElements.Of(metadata, directories.Newest());
        fields.Addressing = new Local.Addressing();
        fields.Addressing.Main.AddRange(InGroups(sent.Main));
        fields.Addressing.Copies.AddRange(InGroups(sent.Copies));
    }

    // Whole groups by their names again, so that 主送 is printed as it was.
    private List<string> InGroups(IReadOnlyList<PartyId> offices)
    {
        var (directory, rest, names) = (directories.Newest(), offices.ToHashSet(), new List<string>());
        foreach (var group in directory.Groups)
        {
            var members = directory.MembersOf(group.Id, time.GetUtcNow()).Select(office => office.Id).ToList();
            if (members.Count > 1 && members.All(rest.Contains))
            {
                names.Add(group.Id);
                rest.ExceptWith(members);
            }
        }

        return [.. names, .. offices.Where(rest.Contains).Select(office => office.Local)];
    }

    private sealed record Origin(PackageId Package, IReadOnlyList<PartyId> Main, IReadOnlyList<PartyId> Copies);
}

using System.Globalization;
using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Hub.Archiving;
using DocExchange.Hub.Backups;
using DocExchange.Hub.Delivery;
using DocExchange.Hub.Dossiers;
using DocExchange.Hub.Ledger;
using DocExchange.Hub.Offices;
using DocExchange.Hub.Stamping;
using DocExchange.Hub.Supervision;
using DocExchange.Protocol;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Faults;
using Google.Protobuf;
using Grpc.Core;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Hub.Operations;

/// <summary>The hub's own people, on the Unix socket.</summary>
internal sealed class AdministrationService(
    HubSettings settings,
    HubOverview overview,
    StampingDesk stamping,
    DirectoryKeeper directories,
    DirectoryPublishing publishing,
    Invitations invitations,
    Revocation revocation,
    SealRenewal renewal,
    ArchiveQueries queries,
    PackageDelivery packages,
    DossierDesk dossiers,
    VolumeKeeper volumes,
    SupervisionFigures supervision,
    BackupDesk backups,
    TimeProvider clock) : Wire.Administration.AdministrationBase
{
    private const int MaxCsv = 4 * 1024 * 1024;
    private const int DefaultInvitationHours = 168;

    public override Task<Wire.StampingStatus> StampCheckpoint(Wire.StampCheckpointRequest request, ServerCallContext context) =>
        stamping.StampAsync(context.CancellationToken);

    public override Task<Wire.HubStatus> GetStatus(Wire.GetHubStatusRequest request, ServerCallContext context) => Task.FromResult(overview.Status());

    public override async Task<Wire.DirectoryChange> ImportOffices(Wire.ImportOfficesRequest request, ServerCallContext context)
    {
        if (request.Csv.Length > MaxCsv)
        {
            throw new RefusedException(Refusal.TooLarge, $"机构目录文件最大 {MaxCsv} 字节。", $"The office file has at most {MaxCsv} bytes.");
        }

        var (index, version, isUnchanged, changes) = await publishing.ImportAsync(request.Csv.ToByteArray(), clock.GetUtcNow(), _ => request.EndMissing, context.CancellationToken);
        var change = Change(index);
        (change.DirectoryVersion, change.Unchanged) = ((ulong)version, isUnchanged);
        (change.Added, change.Changed, change.Ended) = ((uint)changes.Added.Count, (uint)changes.Changed.Count, (uint)changes.Ended.Count);
        return change;
    }

    public override Task<Wire.InviteReply> Invite(Wire.InviteRequest request, ServerCallContext context)
    {
        var hours = request.ValidHours == 0 ? DefaultInvitationHours : Math.Min(request.ValidHours, 24u * 366);
        try
        {
            var file = invitations.Make(request.Node, request.Name.Length > 0 ? request.Name : request.Node, request.Offices, TimeSpan.FromHours(hours));
            return Task.FromResult(new Wire.InviteReply { Invitation = ByteString.CopyFrom(file) });
        }
        catch (FormatException fault)
        {
            throw new RefusedException(Refusal.FormatFailure, "邀请有误：" + FaultWords.Of(fault), fault.Message);
        }
    }

    public override async Task<Wire.DirectoryChange> RevokeCertificate(Wire.RevokeCertificateRequest request, ServerCallContext context)
    {
        if (!Digest.TryParse(request.Fingerprint, out var fingerprint)
            || !Enum.TryParse<RevocationReason>(request.Reason.Length > 0 ? request.Reason : nameof(RevocationReason.Unspecified), ignoreCase: true, out var reason)
            || !TryParseTime(request.InvalidityDate, out var invalidity))
        {
            throw new RefusedException(
                Refusal.FormatFailure, "须给出证书 SHA-256 指纹、吊销原因（如 keyCompromise）和 RFC 3339 时间。",
                "A SHA-256 fingerprint, a reason such as keyCompromise, and an RFC 3339 time or none are expected.");
        }

        return Change(await revocation.RevokeAsync(fingerprint, reason, invalidity, context.CancellationToken));
    }

    public override async Task<Wire.DirectoryChange> StopSeal(Wire.StopSealRequest request, ServerCallContext context) =>
        Change(await revocation.StopSealAsync(ParseOffice(request.Office), request.EsId, request.Reason, context.CancellationToken));

    public override async Task<Wire.DirectoryChange> RenewSeal(Wire.RenewSealRequest request, ServerCallContext context) =>
        Change(request.Seal.IsEmpty
            ? await renewal.RenewAsync(ParseOffice(request.Office), context.CancellationToken)
            : await renewal.TakeAsync(ParseOffice(request.Office), request.Seal.Memory, context.CancellationToken));

    public override Task<Wire.ListInvitationsReply> ListInvitations(Wire.ListInvitationsRequest request, ServerCallContext context) => Task.FromResult(new Wire.ListInvitationsReply
    {
        Invitations =
        {
            invitations.All().Select(each => new Wire.InvitationEntry
            {
                Node = each.Invitation.Node, Name = each.Invitation.Name, Offices = { each.Invitation.Offices }, Expires = ArchiveWire.Format(each.Invitation.Expires), State = each.State,
            }),
        },
    });

    public override Task<Wire.WithdrawInvitationReply> WithdrawInvitation(Wire.WithdrawInvitationRequest request, ServerCallContext context)
    {
        invitations.Withdraw(request.Node);
        return Task.FromResult(new Wire.WithdrawInvitationReply());
    }

    public override async Task<Wire.ListVolumesReply> ListVolumes(Wire.ListVolumesRequest request, ServerCallContext context)
    {
        var reply = new Wire.ListVolumesReply();
        reply.Volumes.AddRange((await volumes.ListAsync(context.CancellationToken))
            .Select(each => new Wire.VolumeSummary { Volume = each.Volume, Stage = each.Stage.ToString(), Sha256 = each.Stated?.ToString() ?? "" }));
        return reply;
    }

    public override async Task<Wire.CloseVolumeReply> CloseVolume(Wire.CloseVolumeRequest request, ServerCallContext context)
    {
        var closed = await volumes.CloseAsync(request.Volume, request.EvenNow, context.CancellationToken);
        return new Wire.CloseVolumeReply
        {
            Volume = closed.Manifest.Volume,
            Sha256 = closed.Manifest.Sha256,
            Size = (ulong)closed.Manifest.Size,
            Packages = (ulong)closed.Manifest.Packages,
            Statements = (ulong)closed.Manifest.Statements,
            LedgerIndex = (ulong)closed.LedgerIndex,
        };
    }

    public override Task Backup(Wire.BackupRequest request, IServerStreamWriter<Wire.BackupStep> steps, ServerCallContext context) =>
        backups.RunAsync(request, steps, context.CancellationToken);

    public override Task<Wire.SuperviseReply> Supervise(Wire.SuperviseRequest request, ServerCallContext context) =>
        Task.FromResult(SupervisionWire.Answer(supervision, request));

    public override Task<Wire.SearchReply> Search(Wire.SearchRequest request, ServerCallContext context) => Task.FromResult(queries.Search(request, null));

    public override Task<Wire.ArchivedDocument> Get(Wire.GetDocumentRequest request, ServerCallContext context) => Task.FromResult(queries.Get(request.DocumentId, null));

    public override async Task GetStory(Wire.GetDocumentRequest request, IServerStreamWriter<Wire.StoryEntry> entries, ServerCallContext context)
    {
        foreach (var entry in queries.Story(request.DocumentId, null))
        {
            await entries.WriteAsync(entry, context.CancellationToken);
        }
    }

    public override Task GetPackage(Wire.GetPackageRequest request, IServerStreamWriter<Wire.ArchiveChunk> chunks, ServerCallContext context) =>
        packages.SendAsync(queries.Find(request.DocumentId, null).Document, null, request.Offset.ToCount("offset"), chunks, context.CancellationToken);

    public override Task GetDossier(Wire.GetDossierRequest request, IServerStreamWriter<Wire.ArchiveChunk> chunks, ServerCallContext context) =>
        dossiers.SendAsync(request, null, chunks, context.CancellationToken);

    private PartyId ParseOffice(string text)
    {
        try
        {
            return PartyId.Parse(text, settings.Exchange);
        }
        catch (FormatException fault)
        {
            throw new RefusedException(Refusal.FormatFailure, "单位标识有误：" + FaultWords.Of(fault), fault.Message);
        }
    }

    private static bool TryParseTime(string text, out DateTimeOffset? time)
    {
        time = null;
        if (text.Length == 0)
        {
            return true;
        }

        var isTime = DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var parsed);
        time = parsed;
        return isTime;
    }

    private Wire.DirectoryChange Change(LoggedEntry entry) => Change(entry.Index);

    private Wire.DirectoryChange Change(long index) => new()
    {
        DirectoryVersion = (ulong)directories.Current.Version,
        LedgerIndex = (ulong)index,
        Offices = (uint)directories.Current.Offices.Count,
    };
}

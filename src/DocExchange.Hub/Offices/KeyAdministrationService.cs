using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Hub.Archiving;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Faults;
using Google.Protobuf;
using Grpc.Core;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Hub.Offices;

/// <summary>Keys and those who answer for them, on the Unix socket.</summary>
internal sealed class KeyAdministrationService(
    Administrators administrators, BindingConsents consents, OutsideCertification outside, Revocation revocation, DirectoryKeeper directories) : Wire.KeyAdministration.KeyAdministrationBase
{
    public override async Task<Wire.AddAdministratorReply> AddAdministrator(Wire.AddAdministratorRequest request, ServerCallContext context)
    {
        if (!Enum.TryParse<AdministratorRole>(request.Role, ignoreCase: true, out var role) || !Enum.IsDefined(role))
        {
            throw new RefusedException(Refusal.FormatFailure, "角色为 system、security 或 audit。", "The role is system, security or audit.");
        }

        var (administrator, published) = await administrators.AddAsync(
            request.Id,
            request.Name,
            role,
            request.Request.IsEmpty ? null : Parsed(() => CertificateRequest.Parse(request.Request.Span)),
            request.Certificate.IsEmpty ? null : Parsed(() => Certificate.Parse(request.Certificate.Span)),
            context.CancellationToken);
        return new Wire.AddAdministratorReply
        {
            Certificate = ByteString.CopyFrom(administrator.Certificate.Der),
            Chain = ByteString.CopyFromUtf8(string.Concat(administrators.ChainFor(administrator.Certificate).Select(above => above.ToPem()))),
            DirectoryVersion = (ulong)directories.Current.Version,
            LedgerIndex = (ulong)published.Index,
        };
    }

    public override async Task<Wire.EndAdministratorReply> EndAdministrator(Wire.EndAdministratorRequest request, ServerCallContext context)
    {
        var published = await administrators.EndAsync(request.Id, context.CancellationToken);
        return new Wire.EndAdministratorReply { DirectoryVersion = (ulong)directories.Current.Version, LedgerIndex = (ulong)published.Index };
    }

    public override Task<Wire.ListAdministratorsReply> ListAdministrators(Wire.ListAdministratorsRequest request, ServerCallContext context) => Task.FromResult(new Wire.ListAdministratorsReply
    {
        Administrators =
        {
            directories.Current.Administrators.Select(each => new Wire.AdministratorEntry
            {
                Id = each.Id,
                Name = each.Name,
                Role = each.Role.ToString().ToLowerInvariant(),
                Fingerprint = each.Certificate.Fingerprint.ToString(),
                Since = ArchiveWire.Format(each.Period.Since),
                Until = ArchiveWire.Format(each.Period.Until),
            }),
        },
    });

    public override Task<Wire.ListBindingChangesReply> ListBindingChanges(Wire.ListBindingChangesRequest request, ServerCallContext context) =>
        Task.FromResult(new Wire.ListBindingChangesReply { Changes = { consents.Waiting().Select(waiting => ToWire(waiting.Pending, waiting.Verdict)) } });

    public override Task<Wire.PendingBindingChange> ApproveBindingChange(Wire.ApproveBindingChangeRequest request, ServerCallContext context)
    {
        var (pending, verdict) = consents.Approve(request.Change.Memory, request.Signature.Memory);
        return Task.FromResult(ToWire(pending, verdict));
    }

    public override Task<Wire.ImportCertificatesReply> ImportCertificates(Wire.ImportCertificatesRequest request, ServerCallContext context)
    {
        var answered = outside.Import(request.Certificates.Span);
        return Task.FromResult(new Wire.ImportCertificatesReply { Answered = { answered }, Waiting = { outside.Waiting() } });
    }

    public override async Task<Wire.ImportRevocationListsReply> ImportRevocationLists(Wire.ImportRevocationListsRequest request, ServerCallContext context)
    {
        var lists = Parsed(() => RevocationList.ParseAll(request.Lists.Span));
        var revoked = await revocation.ImportAsync(lists, context.CancellationToken);
        return new Wire.ImportRevocationListsReply { Issuers = { lists.Select(list => list.Issuer) }, Revoked = { revoked.Select(fingerprint => fingerprint.ToString()) } };
    }

    private static Wire.PendingBindingChange ToWire(PendingBinding pending, BindingVerdict verdict) => new()
    {
        Id = pending.Id.ToString(),
        Change = ByteString.CopyFrom(pending.Change.ToXml()),
        Unproven = { verdict.Unproven.Select(party => party.ToString()) },
        Approvers = { verdict.Approvers.Select(approver => approver.Id) },
        Needed = BindingRules.ApprovalsNeeded,
    };

    private static T Parsed<T>(Func<T> parse)
    {
        try
        {
            return parse();
        }
        catch (FormatException fault)
        {
            throw new RefusedException(Refusal.FormatFailure, "文件内容有误：" + FaultWords.Of(fault), fault.Message);
        }
    }
}

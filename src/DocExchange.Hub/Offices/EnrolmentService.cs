using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Hub.Objects;
using DocExchange.Hub.Operations;
using DocExchange.Protocol;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Merkle;
using Google.Protobuf;
using Grpc.Core;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Hub.Offices;

/// <summary>Takes nodes in: certifies their keys, makes their offices' seals, and binds both in the directory.</summary>
internal sealed partial class EnrolmentService(
    Invitations invitations,
    SiteStore site,
    SiteKeys keys,
    DirectoryKeeper directories,
    DirectoryPublishing publishing,
    IObjectStore objects,
    HubSettings settings,
    HubIdentity identity,
    TimeProvider clock,
    ILogger<EnrolmentService> log) : Wire.Enrolment.EnrolmentBase
{
    private const int MaxOffices = 2_000;
    private const int CertificateYears = 5;

    public override async Task<Wire.EnrolReply> Enrol(Wire.EnrolRequest request, ServerCallContext context)
    {
        var requestHash = Digest.Of(request.ToByteArray()).ToArray();
        var invitation = invitations.Check(request.Node, request.Secret.Span, requestHash);
        if (invitation.Reply is { } given)
        {
            return Wire.EnrolReply.Parser.ParseFrom(given);
        }

        CheckOffices(request, invitation);
        var node = PartyId.Parse(request.Node);
        var now = clock.GetUtcNow();
        var (reply, machine, offices) = await IssueAsync(request, invitation, node, now, context.CancellationToken);
        await publishing.PublishAsync(current => Bind(current, machine, offices, now), context.CancellationToken);
        site.Save(invitation with { RequestHash = requestHash, Reply = reply.ToByteArray() });
        LogEnrolled(request.Node, request.Offices.Count);
        return reply;
    }

    private static void CheckOffices(Wire.EnrolRequest request, StoredInvitation invitation)
    {
        if (request.Offices.Count > MaxOffices || !request.Offices.Select(office => office.Office).Order().SequenceEqual(invitation.Offices.Order()))
        {
            throw new RefusedException(
                Refusal.InvitationInvalid, "登记的单位与邀请不符。", "The offices of the request are not those of the invitation.");
        }
    }

    private async Task<(Wire.EnrolReply Reply, Machine Machine, Dictionary<PartyId, (List<BoundCertificate> Certificates, OfficeSeal? Seal)> Offices)> IssueAsync(
        Wire.EnrolRequest request, StoredInvitation invitation, PartyId node, DateTimeOffset now, CancellationToken cancellation)
    {
        var authorities = keys.Authorities;
        var name = new DistinguishedName(invitation.Name, settings.Organization, "节点");
        var tls = authorities.Issue(Parse(request.TlsRequest, KeyAlgorithm.EcdsaP256), CertificateProfile.Tls, name, [DnsNameOf(node)], now, CertificateYears);
        var machine = authorities.Issue(Parse(request.MachineRequest, null), CertificateProfile.MachineSigning, name, null, now, CertificateYears);
        var reply = new Wire.EnrolReply
        {
            TlsCertificate = ByteString.CopyFrom(tls.Der),
            MachineCertificate = ByteString.CopyFrom(machine.Der),
            Authorities = ByteString.CopyFromUtf8(string.Concat(directories.Current.Authorities.Select(authority => authority.ToPem()))),
            LedgerKey = identity.LedgerKey.Verifier.ToString(),
            HubAddress = settings.Address,
            HubName = settings.HubName,
        };
        var offices = new Dictionary<PartyId, (List<BoundCertificate>, OfficeSeal?)>();
        foreach (var asked in request.Offices)
        {
            offices.Add(PartyId.Parse(asked.Office), await IssueOfficeAsync(asked, reply, now, cancellation));
        }

        var period = new Period(now);
        return (reply, new Machine(node, invitation.Name, [new(CertificateUse.Tls, tls, period), new(CertificateUse.Machine, machine, period)]) { WitnessKeys = WitnessKeysOf(request, node, period) }, offices);
    }

    private async Task<(List<BoundCertificate> Certificates, OfficeSeal? Seal)> IssueOfficeAsync(
        Wire.OfficeRequest asked, Wire.EnrolReply reply, DateTimeOffset now, CancellationToken cancellation)
    {
        var office = directories.Current.Find(PartyId.Parse(asked.Office))!;
        var name = new DistinguishedName(office.Name, office.CreditCode is { } code ? code + office.Name : office.Name, null);
        var document = keys.Authorities.Issue(Parse(asked.DocumentRequest, null), CertificateProfile.DocumentSigning, name, null, now, CertificateYears);
        var sealing = keys.Authorities.Issue(Parse(asked.SealRequest, KeyAlgorithm.Sm2), CertificateProfile.Seal, name, null, now, CertificateYears);
        var seal = await SealMaking.MakeAsync(office, sealing, keys.SealMaker, now, CertificateYears, cancellation);
        var digest = await objects.PutAsync(seal.Der, cancellation);
        reply.Offices.Add(new Wire.OfficeCertificates
        {
            Office = asked.Office,
            DocumentCertificate = ByteString.CopyFrom(document.Der),
            SealCertificate = ByteString.CopyFrom(sealing.Der),
            Seal = seal.Der.ToWire(),
        });
        var period = new Period(now);
        return ([new(CertificateUse.Document, document, period), new(CertificateUse.Seal, sealing, period)], new OfficeSeal(seal.EsId, seal.Name, digest, new Period(now, seal.ValidUntil)));
    }

    private static OfficeDirectory Bind(
        OfficeDirectory current, Machine machine, Dictionary<PartyId, (List<BoundCertificate> Certificates, OfficeSeal? Seal)> bound, DateTimeOffset now) => current.Next(
        now,
        offices: [.. current.Offices.Select(office => bound.TryGetValue(office.Id, out var own)
            ? office with
            {
                HostedBy = machine.Id,
                Certificates = [.. End(office.Certificates, now), .. own.Certificates],
                Seals = own.Seal is null ? office.Seals : [.. office.Seals, own.Seal],
            }
            : office)],
        machines: [.. current.Machines.Where(known => known.Id != machine.Id), Renew(current.FindMachine(machine.Id), machine, now)]);

    private static Machine Renew(Machine? known, Machine machine, DateTimeOffset now) =>
        known is null ? machine : machine with
        {
            Certificates = [.. End(known.Certificates, now), .. machine.Certificates],
            WitnessKeys = [.. known.WitnessKeys.Select(bound => bound.Period.Until is null ? bound with { Period = bound.Period with { Until = now } } : bound), .. machine.WitnessKeys],
        };

    private IReadOnlyList<BoundWitnessKey> WitnessKeysOf(Wire.EnrolRequest request, PartyId node, Period period)
    {
        if (request.WitnessKey.Length == 0)
        {
            return [];
        }

        try
        {
            var key = NoteVerifier.Parse(request.WitnessKey);
            var isFree = directories.Current.Machines.All(machine => machine.Id == node || machine.WitnessKeys.All(bound => !bound.Key.PublicKey.Span.SequenceEqual(key.PublicKey.Span)));
            return key.Type == NoteKeyType.Cosignature && key.Name == node.ToString() && isFree
                ? [new BoundWitnessKey(key, period)]
                : throw new FormatException($"a key of type 0x04 named {node} that no other node has is expected, not '{request.WitnessKey}'");
        }
        catch (FormatException fault)
        {
            throw new RefusedException(Refusal.FormatFailure, "见证密钥有误：" + fault.Message, "The witness key is not valid: " + fault.Message);
        }
    }

    private static IEnumerable<BoundCertificate> End(IReadOnlyList<BoundCertificate> bound, DateTimeOffset now) =>
        bound.Select(each => each.Period.Until is null ? each with { Period = each.Period with { Until = now } } : each);

    private static CertificateRequest Parse(ByteString der, KeyAlgorithm? expected)
    {
        try
        {
            var request = CertificateRequest.Parse(der.Span);
            return expected is null || request.KeyAlgorithm == expected
                ? request
                : throw new FormatException($"its key is {request.KeyAlgorithm}, {expected} is expected");
        }
        catch (FormatException fault)
        {
            throw new RefusedException(Refusal.FormatFailure, "证书申请有误：" + fault.Message, "A certificate request is not valid: " + fault.Message);
        }
    }

    private static string DnsNameOf(PartyId node) => $"{node.Local.TrimStart('~')}.{node.Exchange}.docexchange";

    [LoggerMessage(Level = LogLevel.Information, Message = "Node {Node} enrolled with {Offices} offices")]
    private partial void LogEnrolled(string node, int offices);
}

using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Hub.Operations;
using DocExchange.Protocol;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Faults;
using DocExchange.Trust.Merkle;
using Google.Protobuf;
using Grpc.Core;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Hub.Offices;

/// <summary>
/// Takes nodes in: has their keys certified, makes their offices' seals, and binds both in the directory. Where keys are
/// replaced, only with consent.
/// </summary>
internal sealed partial class EnrolmentService(
    Invitations invitations,
    SiteStore site,
    ICertification certification,
    OfficeSeals seals,
    BindingConsents consents,
    DirectoryKeeper directories,
    DirectoryPublishing publishing,
    HubSettings settings,
    HubIdentity identity,
    TimeProvider clock,
    ILogger<EnrolmentService> log) : Wire.Enrolment.EnrolmentBase
{
    private const int MaxOffices = 2_000;

    public override async Task<Wire.EnrolReply> Enrol(Wire.EnrolRequest request, ServerCallContext context)
    {
        var requestHash = HashOf(request);
        var invitation = invitations.Check(request.Node, request.Secret.Span, requestHash);
        if (invitation.Reply is { } given)
        {
            return Wire.EnrolReply.Parser.ParseFrom(given);
        }

        CheckOffices(request, invitation);
        CheckHosting(directories.Current, request);
        var keys = RequestedKeys.Of(request, invitation, directories.Current, settings);
        var proofs = request.Proofs.Select(proof => proof.Memory).ToList();
        var evidence = consents.Require(keys.Change, proofs, directories.Current) is { } consent ? await consents.KeepAsync(consent, context.CancellationToken) : (Digest?)null;
        var (reply, binding) = await CertifyAsync(keys, request.WitnessKey, invitation, evidence, context.CancellationToken);
        await publishing.PublishAsync(
            current =>
            {
                // The directory may have changed while certificates and seals were made.
                CheckHosting(current, request);
                consents.Require(keys.Change, proofs, current);
                return binding.Apply(current);
            },
            context.CancellationToken);
        site.Save(invitation with { RequestHash = requestHash, Reply = reply.ToByteArray() });
        consents.Close(keys.Change.Node);
        LogEnrolled(request.Node, request.Offices.Count);
        return reply;
    }

    // The signatures of old keys differ each time they are made; the same request may come with others.
    private static byte[] HashOf(Wire.EnrolRequest request)
    {
        var bare = request.Clone();
        bare.Proofs.Clear();
        return Digest.Of(bare.ToByteArray()).ToArray();
    }

    private static void CheckOffices(Wire.EnrolRequest request, StoredInvitation invitation)
    {
        if (request.Offices.Count > MaxOffices || !request.Offices.Select(office => office.Office).Order().SequenceEqual(invitation.Offices.Order()))
        {
            throw new RefusedException(
                Refusal.InvitationInvalid, "登记的单位与邀请不符。", "The offices of the request are not those of the invitation.");
        }
    }

    // Two invitations may name the same office; the first node that enrols has it.
    private static void CheckHosting(OfficeDirectory directory, Wire.EnrolRequest request)
    {
        var taken = request.Offices.Select(office => directory.Find(PartyId.Parse(office.Office)))
            .FirstOrDefault(office => office is null || (office.HostedBy is { } node && node.ToString() != request.Node));
        if (taken is not null)
        {
            throw new RefusedException(
                Refusal.WrongState, $"{taken.Id} 已由节点 {taken.HostedBy} 承载。请重新申请邀请。", $"{taken.Id} is hosted by the node {taken.HostedBy} meanwhile. Ask for a new invitation.");
        }
    }

    private async Task<(Wire.EnrolReply Reply, NodeBinding Binding)> CertifyAsync(RequestedKeys keys, string witnessKey, StoredInvitation invitation, Digest? evidence, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var certificates = certification.Certify(keys.Change.Node.Local.TrimStart('~'), keys.All(seals.AreMade), now);
        var reply = new Wire.EnrolReply
        {
            TlsCertificate = ByteString.CopyFrom(certificates[keys.Tls].Der),
            MachineCertificate = ByteString.CopyFrom(certificates[keys.Machine].Der),
            Authorities = ByteString.CopyFromUtf8(string.Concat(directories.Current.Authorities.Select(authority => authority.ToPem()))),
            LedgerKey = identity.LedgerKey.Verifier.ToString(),
            HubAddress = settings.Address,
            HubName = settings.HubName,
        };
        var offices = new Dictionary<PartyId, OfficeBinding>();
        foreach (var (document, sealing) in keys.Offices)
        {
            var seal = certificates.GetValueOrDefault(sealing) is { } signer
                ? await seals.MakeAsync(directories.Current.Find(document.Party)!, signer, now, cancellation)
                : null;
            offices.Add(document.Party, Bound(document, sealing, seal));
        }

        var machine = new Machine(keys.Change.Node, invitation.Name, [NodeBinding.Of(keys.Tls, certificates, now, evidence)!, NodeBinding.Of(keys.Machine, certificates, now, evidence)!])
        {
            WitnessKeys = WitnessKeysOf(witnessKey, keys.Change.Node, new Period(now)),
        };
        return (reply, new NodeBinding(machine, offices, now));

        OfficeBinding Bound(RequestedKey document, RequestedKey sealing, MadeSeal? made)
        {
            reply.Offices.Add(new Wire.OfficeCertificates
            {
                Office = document.Party.ToString(),
                DocumentCertificate = ByteString.CopyFrom(certificates[document].Der),
                SealCertificate = ByteString.CopyFrom(certificates.GetValueOrDefault(sealing)?.Der ?? []),
                Seal = made is null ? ByteString.Empty : made.Bytes.ToWire(),
            });
            return new OfficeBinding([.. new[] { NodeBinding.Of(document, certificates, now, evidence), NodeBinding.Of(sealing, certificates, now, evidence) }.OfType<BoundCertificate>()], made?.Listed);
        }
    }

    private IReadOnlyList<BoundWitnessKey> WitnessKeysOf(string witnessKey, PartyId node, Period period)
    {
        if (witnessKey.Length == 0)
        {
            return [];
        }

        try
        {
            var key = NoteVerifier.Parse(witnessKey);
            var isFree = directories.Current.Machines.All(machine => machine.Id == node || machine.WitnessKeys.All(bound => !bound.Key.PublicKey.Span.SequenceEqual(key.PublicKey.Span)));
            return key.Type == NoteKeyType.Cosignature && key.Name == node.ToString() && isFree
                ? [new BoundWitnessKey(key, period)]
                : throw new WordedFormatException($"应为类型 0x04、名为 {node} 且其他节点未用的密钥，给出的是“{witnessKey}”。", $"a key of type 0x04 named {node} that no other node has is expected, not '{witnessKey}'");
        }
        catch (FormatException fault)
        {
            throw new RefusedException(Refusal.FormatFailure, "见证密钥有误：" + FaultWords.Of(fault), "The witness key is not valid: " + fault.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Node {Node} enrolled with {Offices} offices")]
    private partial void LogEnrolled(string node, int offices);
}

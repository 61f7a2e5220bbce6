using System.Net.Security;
using DocExchange.Core.Offices;
using DocExchange.Core.Operating;
using DocExchange.Core.Refusals;
using DocExchange.Node.HubLink;
using DocExchange.Node.Keys;
using DocExchange.Node.Records;
using DocExchange.Pages.Auditing;
using DocExchange.Protocol;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Seals;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Node.Enrolling;

/// <summary>
/// Joins a node to an exchange. Keys are on disk before the hub is asked, and the same keys are used when it is asked
/// again after a crash, so that the hub gives the same answer.
/// </summary>
/// <param name="tokens">Offices whose key for documents is on a token.</param>
/// <param name="renew">Whether an enrolled node draws new keys and replaces those it has.</param>
internal sealed class Enrolment(DataFolder folder, Invitation invitation, IReadOnlyDictionary<PartyId, Suite> suites, IReadOnlyDictionary<PartyId, Pkcs11Uri>? tokens = null, bool renew = false)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    /// <exception cref="RefusedException">The hub does not accept the invitation.</exception>
    /// <exception cref="RpcException">The hub cannot be reached, or is not the one the invitation names.</exception>
    public async Task<NodeFile> RunAsync(TimeProvider time, CancellationToken cancellation)
    {
        KeyRenewal.Finish(folder);
        var enrolled = File.Exists(folder.NodeFile) ? NodeFile.Read(folder) : null;
        if (enrolled is not null && enrolled.Id != invitation.Id)
        {
            throw new FailedException("SETUP", $"{folder.Root} 属于节点 {enrolled.Node}；请为 {invitation.Id} 另用数据目录。", $"{folder.Root} belongs to the node {enrolled.Node}; use another data folder for {invitation.Id}.");
        }

        if (enrolled is not null && !renew)
        {
            return enrolled;
        }

        if (invitation.Expires <= time.GetUtcNow())
        {
            throw new RefusedException(Refusal.InvitationInvalid, $"邀请已于 {invitation.Expires:u} 过期。请向中心重新申请。", $"The invitation expired at {invitation.Expires:u}. Ask the hub for a new one.");
        }

        return enrolled is null ? await EnrolAsync(time, cancellation) : await RenewAsync(time, cancellation);
    }

    private Task<NodeFile> EnrolAsync(TimeProvider time, CancellationToken cancellation)
    {
        folder.Create();
        var what = new Dictionary<string, string> { ["node"] = invitation.Id.ToString(), ["offices"] = string.Join(' ', invitation.OfficeIds) };
        return OwnerAct.RecordAsync(folder.AuditTrail, "Enrol", what, () => DrawKeysAsync(time, cancellation));
    }

    private async Task<NodeFile> DrawKeysAsync(TimeProvider time, CancellationToken cancellation)
    {
        var files = new KeyFiles(folder, KeyPassword.ReadOrDraw(folder.KeyPassword, (path, bytes) => DurableFile.Write(path, bytes)));
        var node = Keep(files, await AskAsync(await ComposeAsync(folder, files, cancellation), time, cancellation));
        NodeData.Form.Mark(folder.Root);
        node.Write(folder);
        return node;
    }

    // The new keys are drawn beside the old ones, which sign for them and stay in use until the hub has bound the new.
    private async Task<NodeFile> RenewAsync(TimeProvider time, CancellationToken cancellation)
    {
        using var only = folder.Claim();
        KeyRenewal.RequireNothingQueued(folder);
        return await OwnerAct.RecordAsync(folder.AuditTrail, "RenewKeys", new Dictionary<string, string> { ["node"] = invitation.Id.ToString() }, () => ReplaceKeysAsync(time, cancellation));
    }

    private async Task<NodeFile> ReplaceKeysAsync(TimeProvider time, CancellationToken cancellation)
    {
        var next = KeyRenewal.NextOf(folder);
        next.Create();
        var password = KeyPassword.Read(folder.KeyPassword);
        var files = new KeyFiles(next, password);
        var request = await ComposeAsync(next, files, cancellation);
        request.Proofs.AddRange((await BindingProofs.SignAsync(new KeyFiles(folder, password), invitation, request, time.GetUtcNow(), cancellation)).Select(ByteString.CopyFrom));
        KeyRenewal.Complete(folder, Keep(files, await AskAsync(request, time, cancellation)));
        return NodeFile.Read(folder);
    }

    private async Task<Wire.EnrolRequest> ComposeAsync(DataFolder place, KeyFiles files, CancellationToken cancellation)
    {
        var request = new Wire.EnrolRequest
        {
            Node = invitation.Id.ToString(),
            Secret = ByteString.CopyFrom(invitation.Secret),
            TlsRequest = await RequestAsync(place, files, KeyFiles.Tls, KeyAlgorithm.EcdsaP256, invitation.Id.Local, cancellation),
            MachineRequest = await RequestAsync(place, files, KeyFiles.Machine, KeyAlgorithm.EcdsaP256, invitation.Id.Local, cancellation),
        };
        if (invitation.WitnessPolicy?.Names(invitation.Id) == true)
        {
            using var witness = files.OpenOrDrawWitness(invitation.Id);
            request.WitnessKey = witness.Verifier.ToString();
        }

        foreach (var office in invitation.OfficeIds)
        {
            if (tokens?.GetValueOrDefault(office) is { } token)
            {
                files.UseToken(KeyFiles.Document(office), token);
            }

            request.Offices.Add(new Wire.OfficeRequest
            {
                Office = office.ToString(),
                DocumentRequest = await RequestAsync(
                    place, files, KeyFiles.Document(office), suites[office] == Suite.Gm ? KeyAlgorithm.Sm2 : KeyAlgorithm.EcdsaP256, office.Local, cancellation),
                SealRequest = await RequestAsync(place, files, KeyFiles.Seal(office), KeyAlgorithm.Sm2, office.Local, cancellation),
            });
        }

        return request;
    }

    // A request is kept as it was first made: ECDSA and SM2 signatures differ each time, and the hub compares bytes.
    private async Task<ByteString> RequestAsync(DataFolder place, KeyFiles files, string name, KeyAlgorithm algorithm, string commonName, CancellationToken cancellation)
    {
        var path = Path.Combine(place.Keys, name + ".csr");
        using var key = files.OpenOrDraw(name, algorithm);
        if (!File.Exists(path))
        {
            DurableFile.Write(path, (await key.CreateRequestAsync(new DistinguishedName(commonName, invitation.Exchange, null), cancellation)).Der);
        }

        return ByteString.CopyFrom(File.ReadAllBytes(path));
    }

    private async Task<Wire.EnrolReply> AskAsync(Wire.EnrolRequest request, TimeProvider time, CancellationToken cancellation)
    {
        var trust = HubTrust.ByAuthorities([Certificate.Parse(invitation.RootCertificate)], invitation.Root);
        using var handler = HubTransport.Handler(
            invitation.HubEnrolment, new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = trust }, Deadline, keepAlive: Timeout.InfiniteTimeSpan);
        using var channel = GrpcChannel.ForAddress(HubTransport.UriOf(invitation.HubName, invitation.HubEnrolment), new GrpcChannelOptions { HttpHandler = handler });
        try
        {
            return await new Wire.Enrolment.EnrolmentClient(channel).EnrolAsync(request, deadline: time.GetUtcNow().UtcDateTime + Deadline, cancellationToken: cancellation);
        }
        catch (RpcException failure) when (failure.ToRefusal() is { } refusal)
        {
            throw refusal;
        }
        catch (RpcException failure) when (HubTrust.RefusalIn(failure) is { } stranger)
        {
            throw stranger;
        }
    }

    private NodeFile Keep(KeyFiles files, Wire.EnrolReply reply)
    {
        var authorities = Certificate.ParseAll(reply.Authorities.Span);
        if (authorities.All(authority => authority.Fingerprint != invitation.Root) || reply.LedgerKey != invitation.LedgerKey)
        {
            throw new RefusedException(
                Refusal.NotAuthentic,
                "中心返回的根证书或账本公钥与邀请不一致。请勿使用，并联系中心管理员。",
                "The root certificate or the ledger key the hub sent is not the one in the invitation. Do not proceed; call the hub's administrator.");
        }

        files.WriteAuthorities(reply.Authorities.Span);
        files.Certify(KeyFiles.Tls, Certificate.Parse(reply.TlsCertificate.Span));
        files.Certify(KeyFiles.Machine, Certificate.Parse(reply.MachineCertificate.Span));
        foreach (var office in reply.Offices)
        {
            KeepOffice(files, PartyId.Parse(office.Office, invitation.Exchange), office);
        }

        return new NodeFile
        {
            Exchange = invitation.Exchange,
            Node = invitation.Id.ToString(),
            Name = invitation.Name,
            HubAddress = reply.HubAddress,
            HubName = reply.HubName,
            LedgerKey = reply.LedgerKey,
            RootSha256 = Digest.Parse(invitation.RootSha256).ToString(),
            Genesis = invitation.Genesis,
            WitnessQuorum = invitation.WitnessQuorum,
            Witnesses = invitation.WitnessPolicy?.Nodes.Select(witness => witness.ToString()).ToList() ?? [],
            Offices = [.. invitation.OfficeIds.Select(office => office.ToString())],
        };
    }

    private static void KeepOffice(KeyFiles files, PartyId office, Wire.OfficeCertificates certificates)
    {
        files.Certify(KeyFiles.Document(office), Certificate.Parse(certificates.DocumentCertificate.Span));
        if (certificates.SealCertificate.Length > 0)
        {
            files.Certify(KeyFiles.Seal(office), Certificate.Parse(certificates.SealCertificate.Span));
        }

        if (certificates.Seal.Length > 0)
        {
            files.WriteSeal(office, Seal.Parse(certificates.Seal.Memory).Der.Span);
        }
    }
}

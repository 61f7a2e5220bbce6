using System.Security.Cryptography;
using System.Text.Json;
using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Hub.Ledger;
using DocExchange.Hub.Operations;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Merkle;

namespace DocExchange.Hub.Offices;

/// <summary>Invitation files: all a node needs to join, for one node and its offices, once, for a while.</summary>
internal sealed class Invitations(SiteStore site, DirectoryKeeper directories, HubSettings settings, HubIdentity identity, ILedgerStore ledger, TimeProvider clock)
{
    private const int SecretSize = 16;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <returns>The file, JSON, with the secret that is kept nowhere else.</returns>
    /// <exception cref="RefusedException">An office is unknown or hosted by another node.</exception>
    public byte[] Make(string node, string name, IReadOnlyList<string> offices, TimeSpan validity)
    {
        var id = PartyId.Node(settings.Exchange, node);
        var hosted = offices.Select(office => CheckOffice(PartyId.Parse(office, settings.Exchange), id)).ToList();
        var secret = RandomNumberGenerator.GetBytes(SecretSize);
        var expires = clock.GetUtcNow() + validity;
        site.Save(new StoredInvitation(id.ToString(), name, hosted, SHA256.HashData(secret), expires, null, null));
        return JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                version = 1,
                exchange = settings.Exchange,
                node = id.ToString(),
                name,
                hubEnrolment = settings.EnrolmentAddress,
                hubName = settings.HubName,
                rootSha256 = Root().Fingerprint.ToString(),

                // A TLS server does not send its root; the node checks this one against the digest.
                rootCertificate = Convert.ToBase64String(Root().Der),
                ledgerKey = identity.LedgerKey.Verifier.ToString(),

                // What every later checkpoint must continue: the ledger with its first entry only.
                genesis = Convert.ToBase64String(new Checkpoint(settings.LedgerOrigin, 1, ledger.Root(1)).SignedBy(identity.LedgerKey).ToBytes()),
                witnessQuorum = settings.WitnessQuorum,
                witnesses = settings.WitnessPolicy.Nodes.Select(witness => witness.ToString()),
                offices = hosted,
                expires = expires.ToString("o"),
                secret = Convert.ToBase64String(secret),
            },
            Json);
    }

    /// <exception cref="RefusedException">Unknown, expired, or the wrong secret; which of these is not told.</exception>
    public StoredInvitation Check(string node, ReadOnlySpan<byte> secret, byte[] requestHash)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(secret, hash);
        var known = site.FindInvitation(node);
        if (known is null || !CryptographicOperations.FixedTimeEquals(hash, known.SecretHash))
        {
            throw Invalid("邀请无效。请向中心管理员索取新的邀请文件。", "The invitation is not valid. Ask the hub's administrator for a new one.");
        }

        if (known.RequestHash is { } used && !used.AsSpan().SequenceEqual(requestHash))
        {
            throw Invalid("邀请已被另一次登记使用。", "The invitation was used for another enrolment.");
        }

        return known.RequestHash is not null || known.Expires > clock.GetUtcNow()
            ? known
            : throw Invalid($"邀请已于 {known.Expires:yyyy-MM-dd HH:mm} 过期。", $"The invitation expired at {known.Expires:u}.");
    }

    /// <summary>All that were made, by node.</summary>
    public IReadOnlyList<(StoredInvitation Invitation, string State)> All() => [.. site.AllInvitations().OrderBy(each => each.Node, StringComparer.Ordinal).Select(each => (each, StateOf(each)))];

    /// <summary>The secret of an invitation that nobody has used opens nothing any more.</summary>
    /// <exception cref="RefusedException">There is none for that node, or it was used.</exception>
    public void Withdraw(string node)
    {
        var id = PartyId.TryParse(node.Contains('/') ? node : $"{settings.Exchange}/~{node.TrimStart('~')}")?.ToString() ?? "";
        var known = site.FindInvitation(id) ?? throw new RefusedException(Refusal.NotFound, $"没有发给 {node} 的邀请。", $"There is no invitation for {node}.");
        if (known.Reply is not null)
        {
            throw new RefusedException(Refusal.WrongState, $"发给 {known.Node} 的邀请已使用，不能收回。如须停用该节点，请吊销其证书。", $"The invitation for {known.Node} was used. To shut the node out, revoke its certificates.");
        }

        site.RemoveInvitation(known.Node);
    }

    private string StateOf(StoredInvitation invitation) => invitation switch
    {
        { Reply: not null } => "used",
        _ when invitation.Expires <= clock.GetUtcNow() => "expired",
        { RequestHash: not null } => "begun",
        _ => "open",
    };

    private string CheckOffice(PartyId id, PartyId node)
    {
        var office = directories.Current.Find(id)
            ?? throw new RefusedException(Refusal.UnknownRecipient, $"机构目录中没有 {id}。请先导入。", $"The directory has no {id}. Import it first.");
        return office.HostedBy is null || office.HostedBy == node
            ? id.ToString()
            : throw new RefusedException(Refusal.WrongState, $"{id} 已由节点 {office.HostedBy} 承载。", $"{id} is hosted by the node {office.HostedBy} already.");
    }

    // The one above the hub's own TLS certificate: a site may accept several.
    private Certificate Root()
    {
        var authorities = directories.Current.Authorities;
        var above = Certificate.Parse(identity.Tls.RawData);
        for (var steps = 0; !above.IsSelfIssued && steps < authorities.Count; steps++)
        {
            above = authorities.FirstOrDefault(authority => authority.Subject == above.Issuer) ?? throw new InvalidOperationException($"The directory lacks the authority {above.Issuer} above the hub's TLS certificate.");
        }

        return above;
    }

    private static RefusedException Invalid(string chinese, string english) => new(Refusal.InvitationInvalid, chinese, english);
}

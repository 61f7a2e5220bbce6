using DocExchange.Core.Offices;
using DocExchange.Node.Keys;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Digests;
using Google.Protobuf;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Node.Enrolling;

/// <summary>What the old keys sign so that new ones may take their place.</summary>
internal static class BindingProofs
{
    /// <summary>One signature by each old key that is here: the node's and its offices'.</summary>
    public static async Task<IReadOnlyList<byte[]>> SignAsync(KeyFiles old, Invitation invitation, Wire.EnrolRequest request, DateTimeOffset now, CancellationToken cancellation)
    {
        var change = ChangeOf(invitation, request).ToXml();
        var authorities = old.Authorities();
        var proofs = new List<byte[]>();
        foreach (var name in invitation.OfficeIds.Select(KeyFiles.Document).Prepend(KeyFiles.Machine))
        {
            using var key = old.Signing(name, authorities);
            if (key is not null)
            {
                proofs.Add(await BindingRules.SignAsync(change, key, now, cancellation));
            }
        }

        return proofs;
    }

    /// <summary>The same bytes as the hub makes of the request.</summary>
    public static BindingChange ChangeOf(Invitation invitation, Wire.EnrolRequest request) => new(
        invitation.Exchange,
        invitation.Id,
        Digest.Of(invitation.Secret),
        invitation.Expires,
        [
            KeyOf(invitation.Id, CertificateUse.Tls, request.TlsRequest),
            KeyOf(invitation.Id, CertificateUse.Machine, request.MachineRequest),
            .. request.Offices.SelectMany(office => new[]
            {
                KeyOf(PartyId.Parse(office.Office), CertificateUse.Document, office.DocumentRequest),
                KeyOf(PartyId.Parse(office.Office), CertificateUse.Seal, office.SealRequest),
            }),
        ]);

    private static NewKey KeyOf(PartyId party, CertificateUse use, ByteString request) => new(party, use, CertificateRequest.Parse(request.Span).PublicKeyFingerprint);
}

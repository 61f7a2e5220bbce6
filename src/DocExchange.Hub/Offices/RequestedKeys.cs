using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Hub.Operations;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Faults;
using DocExchange.Trust.Keys;
using Google.Protobuf;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Hub.Offices;

/// <summary>One key that asks for a certificate.</summary>
internal sealed record RequestedKey(PartyId Party, CertificateUse Use, CertificateRequest Request, CertificateProfile Profile, DistinguishedName Name, IReadOnlyList<string> DnsNames)
{
    public NewKey Key => new(Party, Use, Request.PublicKeyFingerprint);

    /// <param name="directory">Has the office, where it is one.</param>
    public CertificateHolder Holder(OfficeDirectory directory) =>
        Party.IsMachine ? CertificateHolder.OfNode(Party, Name.CommonName, Use) : CertificateHolder.Of(directory.Find(Party)!);
}

/// <summary>The keys of one enrolment, with the names and purposes the site gives them, whatever the requests ask for.</summary>
internal sealed record RequestedKeys(RequestedKey Tls, RequestedKey Machine, IReadOnlyList<(RequestedKey Document, RequestedKey Seal)> Offices, BindingChange Change)
{
    /// <param name="withSeals">Whether offices get seals.</param>
    public IReadOnlyList<RequestedKey> All(bool withSeals) => [Tls, Machine, .. Offices.SelectMany(office => withSeals ? new[] { office.Document, office.Seal } : [office.Document])];

    /// <exception cref="RefusedException">A request is malformed, or for a key of the wrong kind.</exception>
    public static RequestedKeys Of(Wire.EnrolRequest request, StoredInvitation invitation, OfficeDirectory directory, HubSettings settings)
    {
        var node = PartyId.Parse(request.Node);
        var name = new DistinguishedName(invitation.Name, settings.Organization, HolderUnits.Node);
        var tls = new RequestedKey(node, CertificateUse.Tls, Parse(request.TlsRequest, KeyAlgorithm.EcdsaP256), CertificateProfile.Tls, name, [CertificateHolder.DnsNameOf(node)]);
        var machine = new RequestedKey(node, CertificateUse.Machine, Parse(request.MachineRequest, null), CertificateProfile.MachineSigning, name, []);
        var offices = request.Offices.Select(asked => OfOffice(asked, directory)).ToList();
        RequestedKey[] all = [tls, machine, .. offices.SelectMany(office => new[] { office.Document, office.Seal })];
        var change = new BindingChange(settings.Exchange, node, Digest.FromBytes(invitation.SecretHash), invitation.Expires, [.. all.Select(each => each.Key)]);
        return new RequestedKeys(tls, machine, offices, change);
    }

    private static (RequestedKey Document, RequestedKey Seal) OfOffice(Wire.OfficeRequest asked, OfficeDirectory directory)
    {
        var office = directory.Find(PartyId.Parse(asked.Office))!;
        var name = new DistinguishedName(office.Name, office.CreditCode is { } code ? code + office.Name : office.Name, null);
        return (
            new RequestedKey(office.Id, CertificateUse.Document, Parse(asked.DocumentRequest, null), CertificateProfile.DocumentSigning, name, []),
            new RequestedKey(office.Id, CertificateUse.Seal, Parse(asked.SealRequest, KeyAlgorithm.Sm2), CertificateProfile.Seal, name, []));
    }

    private static CertificateRequest Parse(ByteString der, KeyAlgorithm? expected)
    {
        try
        {
            var request = CertificateRequest.Parse(der.Span);
            return expected is null || request.KeyAlgorithm == expected
                ? request
                : throw new WordedFormatException($"密钥是 {request.KeyAlgorithm}，应为 {expected}。", $"its key is {request.KeyAlgorithm}, {expected} is expected");
        }
        catch (FormatException fault)
        {
            throw new RefusedException(Refusal.FormatFailure, "证书申请有误：" + FaultWords.Of(fault), "A certificate request is not valid: " + fault.Message);
        }
    }
}

using System.Text.Json;
using DocExchange.Core.Offices;
using DocExchange.Hub.Offices;
using DocExchange.Tests.Hub.Operations;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Keys;
using Google.Protobuf;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Tests.Hub.Offices;

/// <summary>A node with keys just drawn and an invitation, about to enrol at a hub in this process.</summary>
internal sealed class EnrollingNode
{
    private static readonly DistinguishedName AnyName = new("申请", null, null);

    private readonly HubUnderTest hub;

    public EnrollingNode(HubUnderTest hub, PartyId node, params PartyId[] offices)
    {
        this.hub = hub;
        var file = hub.Get<Invitations>().Make(node.Local.TrimStart('~'), "重新登记", [.. offices.Select(id => id.ToString())], TimeSpan.FromHours(48));
        var invitation = JsonDocument.Parse(file).RootElement;
        var secret = Convert.FromBase64String(invitation.GetProperty("secret").GetString()!);
        Request = new Wire.EnrolRequest
        {
            Node = node.ToString(),
            Secret = ByteString.CopyFrom(secret),
            TlsRequest = Draw(node, CertificateUse.Tls, KeyAlgorithm.EcdsaP256),
            MachineRequest = Draw(node, CertificateUse.Machine, KeyAlgorithm.EcdsaP256),
            Offices =
            {
                offices.Select(office => new Wire.OfficeRequest
                {
                    Office = office.ToString(),
                    DocumentRequest = Draw(office, CertificateUse.Document, KeyAlgorithm.EcdsaP256),
                    SealRequest = Draw(office, CertificateUse.Seal, KeyAlgorithm.Sm2),
                }),
            },
        };
        Change = new BindingChange(ExchangeSite.Exchange, node, Digest.Of(secret), invitation.GetProperty("expires").GetDateTimeOffset(), keys);
    }

    private readonly List<NewKey> keys = [];

    public Wire.EnrolRequest Request { get; }

    public BindingChange Change { get; }

    public async Task<Wire.EnrolReply> EnrolAsync() => await hub.Make<EnrolmentService>().Enrol(Request, new FakeCallContext());

    /// <summary>Lets old keys sign for the new ones.</summary>
    public async Task ProveAsync(params ISigningKey[] old)
    {
        foreach (var key in old)
        {
            Request.Proofs.Add(ByteString.CopyFrom(await BindingRules.SignAsync(Change.ToXml(), key, hub.Clock.GetUtcNow(), CancellationToken.None)));
        }
    }

    private ByteString Draw(PartyId party, CertificateUse use, KeyAlgorithm algorithm)
    {
        using var pair = KeyPair.Generate(algorithm);
        var request = pair.CreateRequest(AnyName);
        keys.Add(new NewKey(party, use, request.PublicKeyFingerprint));
        return ByteString.CopyFrom(request.Der);
    }
}

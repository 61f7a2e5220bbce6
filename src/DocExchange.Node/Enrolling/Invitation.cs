using System.Text.Json;
using System.Text.Json.Serialization;
using DocExchange.Core.Ledger;
using DocExchange.Core.Offices;
using DocExchange.Core.Operating;
using DocExchange.Core.Refusals;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Faults;
using DocExchange.Trust.Merkle;

namespace DocExchange.Node.Enrolling;

/// <summary>The file the hub made for this node. It holds a secret: delete it once the node is enrolled.</summary>
/// <param name="HubEnrolment">host:port of the hub's listener for enrolments.</param>
/// <param name="HubName">The name the hub's certificate must carry, whatever the address.</param>
/// <param name="RootSha256">SHA-256 of the root certificate above the hub's, hexadecimal.</param>
/// <param name="Secret">128 bits, base64.</param>
/// <param name="Genesis">A checkpoint of the ledger that every later one continues, base64; absent from older invitations.</param>
/// <param name="WitnessQuorum">Cosignatures that make a checkpoint witnessed; 0: the exchange has no witnesses.</param>
/// <param name="Witnesses">Party ids of the witnesses; empty: every node.</param>
/// <param name="RootCertificate">That root, DER, base64: a TLS server does not send it.</param>
internal sealed record Invitation(
    int Version,
    string Exchange,
    string Node,
    string Name,
    string HubEnrolment,
    string HubName,
    string RootSha256,
    string LedgerKey,
    IReadOnlyList<string> Offices,
    DateTimeOffset Expires,
    byte[] Secret,
    byte[] RootCertificate,
    byte[]? Genesis = null,
    int WitnessQuorum = 0,
    IReadOnlyList<string>? Witnesses = null)
{
    private const int MaxSize = 64 * 1024;
    private const int MaxOffices = 200;

    private static readonly JsonSerializerOptions Form = new(JsonSerializerDefaults.Web) { RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true };

    [JsonIgnore]
    public Digest Root => Digest.Parse(RootSha256);

    /// <summary>Null where the exchange has no witnesses.</summary>
    /// <exception cref="FormatException">The policy cannot be fulfilled.</exception>
    [JsonIgnore]
    public WitnessPolicy? WitnessPolicy => WitnessQuorum == 0 ? null : WitnessPolicy.Of(WitnessQuorum, [.. (Witnesses ?? []).Select(PartyId.Parse)]);

    [JsonIgnore]
    public PartyId Id => PartyId.Parse(Node.Contains('/') || Node.StartsWith('~') ? Node : "~" + Node, Exchange);

    [JsonIgnore]
    public IReadOnlyList<PartyId> OfficeIds => [.. Offices.Select(office => PartyId.Parse(office, Exchange))];

    /// <exception cref="FailedException">The file is not an invitation this version understands.</exception>
    public static Invitation Read(string path)
    {
        if (new FileInfo(path).Length > MaxSize)
        {
            throw Refuse($"“{path}”超过 {MaxSize} 字节，不是邀请文件。", $"{path} is larger than {MaxSize} bytes; that is not an invitation.");
        }

        try
        {
            var invitation = JsonSerializer.Deserialize<Invitation>(File.ReadAllBytes(path), Form) ?? throw new JsonException("The file is empty.");
            _ = invitation.WitnessPolicy;
            if (invitation.Genesis is { } genesis)
            {
                _ = Checkpoint.Open(genesis, NoteVerifier.Parse(invitation.LedgerKey));
            }

            return invitation.Version == 1 && invitation.Offices.Count <= MaxOffices && Digest.Of(invitation.RootCertificate) == invitation.Root && invitation is { Id.IsMachine: true, OfficeIds: _ }
                ? invitation
                : throw Refuse(
                    $"“{path}”是第 {invitation.Version} 版邀请，含 {invitation.Offices.Count} 个单位；应为第 1 版，至多 {MaxOffices} 个单位，并附其摘要所指的根证书。",
                    $"{path} is an invitation of version {invitation.Version} for {invitation.Offices.Count} offices; version 1 for at most {MaxOffices}, with the root certificate of its digest, is expected.");
        }
        catch (JsonException fault)
        {
            throw Refuse($"“{path}”不是邀请文件：{FaultWords.Of(fault)}", $"{path} is not an invitation: {fault.Message}", fault);
        }
    }

    private static FailedException Refuse(string chinese, string english, Exception? cause = null) => new(Refusal.FormatFailure.ToReason(), chinese, english, cause);
}

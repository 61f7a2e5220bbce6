using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Node.Records;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Merkle;
using DocExchange.Trust.Seals;

namespace DocExchange.Node.Keys;

/// <summary>The keys of the node and of the offices it hosts, open for signing. Safe for concurrent use.</summary>
internal sealed class KeyRing : IDisposable
{
    private readonly Dictionary<PartyId, ISigningKey> signing = [];
    private readonly ConcurrentDictionary<PartyId, (ISigningKey Key, Seal Seal)> seals = [];
    private readonly HashSet<Digest> certificates = [];

    private KeyRing(IReadOnlyList<Certificate> authorities, NoteSigner? witness) => (Authorities, Witness) = (authorities, witness);

    /// <summary>The roots and authorities given at the enrolment.</summary>
    public IReadOnlyList<Certificate> Authorities { get; }

    /// <summary>Cosigns checkpoints; null at a node that was enrolled by an older version.</summary>
    public NoteSigner? Witness { get; }

    public IReadOnlyCollection<PartyId> Parties => signing.Keys;

    public static KeyRing Open(DataFolder folder, NodeFile node)
    {
        var password = KeyPassword.Read(folder.KeyPassword);
        var files = new KeyFiles(folder, password);
        var ring = new KeyRing(files.Authorities(), files.FindWitness(node.Id));
        ring.certificates.Add(files.CertificateOf(KeyFiles.Tls).Fingerprint);
        ring.signing[node.Id] = files.Signing(KeyFiles.Machine, ring.Authorities) ?? throw Missing(folder, KeyFiles.Machine);
        foreach (var office in node.Offices.Select(PartyId.Parse))
        {
            ring.signing[office] = files.Signing(KeyFiles.Document(office), ring.Authorities) ?? throw Missing(folder, KeyFiles.Document(office));
            if (files.SealOf(office) is { } seal && files.Signing(KeyFiles.Seal(office), ring.Authorities) is { } key)
            {
                ring.seals[office] = (key, Seal.Parse(seal));
            }
        }

        ring.certificates.UnionWith(ring.signing.Values.Concat(ring.seals.Values.Select(seal => seal.Key)).Select(key => key.Certificate.Fingerprint));
        return ring;
    }

    /// <summary>The certificate with key for connections to the hub.</summary>
    public static X509Certificate2 OpenTls(DataFolder folder)
    {
        var password = KeyPassword.Read(folder.KeyPassword);
        var files = new KeyFiles(folder, password);
        using var key = files.OpenFile(KeyFiles.Tls);
        var pfx = Pkcs12KeyFile.Write(key, files.CertificateOf(KeyFiles.Tls), [], password.Text, iterations: 1_000);
        return Pkcs12KeyFile.ReadForTls(pfx, password.Text);
    }

    /// <exception cref="RefusedException">The key of that party is not at this node.</exception>
    public ISigningKey SigningKeyOf(PartyId party) => signing.GetValueOrDefault(party) ?? throw NotHere(party);

    public bool Holds(PartyId party) => signing.ContainsKey(party);

    public bool HasSeal(PartyId office) => seals.ContainsKey(office);

    /// <exception cref="RefusedException">No seal of that office is at this node.</exception>
    public (ISigningKey Key, Seal Seal) SealOf(PartyId office) => seals.TryGetValue(office, out var found)
        ? found
        : throw new RefusedException(
            Refusal.SignatureMissing,
            $"本节点没有 {office} 的电子印章。请先申领印章，或选择不盖章。",
            $"This node has no seal of {office}. Have one made, or send without a seal.");

    /// <summary>When the certificates of the keys, and the seals, run out.</summary>
    public IEnumerable<(string Chinese, string English, DateTimeOffset Until)> Ends() => signing.Select(each => ($"{each.Key} 的证书", $"certificate {each.Key}", each.Value.Certificate.NotAfter))
        .Concat(seals.Select(each => ($"{each.Key} 的印章证书", $"seal certificate {each.Key}", each.Value.Key.Certificate.NotAfter)))
        .Concat(seals.Select(each => ($"{each.Key} 的印章", $"seal {each.Key}", each.Value.Seal.ValidUntil)));

    /// <summary>A seal made anew for the office's seal key takes the place of the one before.</summary>
    public void TakeSeal(PartyId office, Seal seal) => seals[office] = (seals[office].Key, seal);

    /// <summary>Whether a certificate is for a key of the node or of an office it hosts.</summary>
    public bool IsOwn(Digest certificate) => certificates.Contains(certificate);

    public void Dispose()
    {
        Witness?.Dispose();
        foreach (var key in signing.Values.Concat(seals.Values.Select(seal => seal.Key)))
        {
            key.Dispose();
        }
    }

    private static RefusedException NotHere(PartyId party) => new(
        Refusal.NotHosted,
        $"{party} 的密钥不在本节点。联合发文请由该单位在其节点签署后，将公文包文件交来办理。",
        $"The key of {party} is not at this node. For a joint document, have that office sign the draft package at its own node and dispatch the file.");

    private static InvalidOperationException Missing(DataFolder folder, string name) =>
        new($"The key '{name}' or its certificate is missing in {folder.Keys}. Restore the folder from the backup.");
}

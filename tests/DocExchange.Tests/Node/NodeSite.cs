using System.Security.Cryptography;
using DocExchange.Core.Documents;
using DocExchange.Core.Ledger;
using DocExchange.Core.Offices;
using DocExchange.Core.Statements;
using DocExchange.Node.Keys;
using DocExchange.Node.Outbox;
using DocExchange.Node.Records;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Merkle;

namespace DocExchange.Tests.Node;

/// <summary>A data folder with real keys and certificates of a small authority, and the directory that binds them.</summary>
internal sealed class NodeSite : IDisposable
{
    public static readonly DateTimeOffset Now = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);
    public static readonly PartyId HubId = PartyId.Hub("demo");
    public static readonly PartyId NodeId = PartyId.Parse("demo/~n-one");
    public static readonly PartyId Sender = PartyId.Parse("demo/bgs");
    public static readonly PartyId Recipient = PartyId.Parse("demo/fgw");
    public static readonly PartyId Stranger = PartyId.Parse("demo/czj");

    private const int MostRemovals = 10;

    private readonly CertificateAuthority root;

    public NodeSite()
    {
        Folder = new DataFolder(Path.Combine(Path.GetTempPath(), "dx-" + RandomNumberGenerator.GetHexString(8, lowercase: true)));
        Folder.Create();
        Ledger = NoteSigner.Generate("demo/ledger", NoteKeyType.Ed25519);
        root = CertificateAuthority.CreateRoot(Suite.Intl, new DistinguishedName("Root", "Demo", null), Now.AddYears(-1), Now.AddYears(9));
        var files = new KeyFiles(Folder, KeyPassword.ReadOrDraw(Folder.KeyPassword, (path, bytes) => DurableFile.Write(path, bytes)));
        files.WriteAuthorities(System.Text.Encoding.ASCII.GetBytes(root.Certificate.ToPem()));
        Make(files, KeyFiles.Tls, CertificateProfile.Tls);
        var machine = Make(files, KeyFiles.Machine, CertificateProfile.MachineSigning);
        Hub = MakeForeign("hub", CertificateProfile.MachineSigning);
        Offices = [.. new[] { Sender, Recipient }.Select(id => new Office(id, id.Local, id.Local)
        {
            HostedBy = NodeId,
            Certificates = [new BoundCertificate(CertificateUse.Document, Make(files, KeyFiles.Document(id), CertificateProfile.DocumentSigning), new Period(Now.AddYears(-1)))],
        })];
        Directory = new OfficeDirectory(
            "demo", 1, Now, [.. Offices, new Office(Stranger, "czj", "czj")],
            [
                new Machine(NodeId, "One", [new BoundCertificate(CertificateUse.Machine, machine, new Period(Now.AddYears(-1)))]),
                new Machine(HubId, "Hub", [new BoundCertificate(CertificateUse.Machine, Hub.Certificate, new Period(Now.AddYears(-1)))]),
            ],
            [], [], [root.Certificate]);
        Node = new NodeFile
        {
            Exchange = "demo",
            Node = NodeId.ToString(),
            Name = "One",
            HubAddress = "127.0.0.1:1",
            HubName = "hub.demo.docexchange",
            LedgerKey = Ledger.Verifier.ToString(),
            RootSha256 = root.Certificate.Fingerprint.ToString(),
            Offices = [Sender.ToString(), Recipient.ToString()],
        };
        NodeData.Form.Mark(Folder.Root);
        Node.Write(Folder);
        Keys = KeyRing.Open(Folder, Node);
    }

    public DataFolder Folder { get; }

    public NodeFile Node { get; }

    public KeyRing Keys { get; }

    public NoteSigner Ledger { get; }

    /// <summary>The hub's own key, which no node has.</summary>
    public ISigningKey Hub { get; }

    public IReadOnlyList<Office> Offices { get; }

    public OfficeDirectory Directory { get; }

    public Certificate Root => root.Certificate;

    /// <summary>Of the authority, naming nobody.</summary>
    public RevocationList RevocationList => root.IssueRevocationList([], Now.AddDays(-1), Now.AddDays(30), 1);

    /// <summary>A later list, made at that time and current for 30 days.</summary>
    public RevocationList ListAt(DateTimeOffset at) => root.IssueRevocationList([], at, at.AddDays(30), 2);

    public static DocumentId Document(int number) => new(Digest.Of(BitConverter.GetBytes(number)));

    public static StatementDraft Dispatch(int number) => new(
        StatementType.Dispatched,
        Sender,
        new Actor("1", "张三", "dispatcher", "local"),
        Document(number),
        new DispatchBody
        {
            Package = new PackageId(Digest.Of([(byte)number])),
            PackageSize = 100,
            Title = "关于示例的通知",
            Number = $"示政发〔2026〕{number}号",
            DocumentType = "08",
            DirectoryVersion = 1,
            Issuers = [Sender],
            Recipients = new RecipientList([Recipient], []),
        });

    public static StatementDraft Act(StatementType type, int number, PartyId issuer, string? reason = null) =>
        new(type, issuer, new Actor("2", "李四", Roles.For(type) is [var role, ..] ? role : Roles.Clerk, "local"), Document(number), new PlainBody(reason));

    /// <summary>The draft as the ledger has it at that index.</summary>
    public async Task<EntryRow> LoggedAsync(StatementDraft draft, long index)
    {
        var statement = draft.At(new ChainPosition(draft.Issuer + "#test", index + 1, null), "demo", Now);
        var signed = await SignedStatement.SignAsync(statement, Keys.SigningKeyOf(draft.Issuer), default);
        var entry = LedgerEntry.Of(Now.AddMinutes(index), NodeId, signed.Cms);
        return new EntryRow
        {
            Id = index,
            Entry = entry.Bytes.ToArray(),
            Statement = signed.Id.ToString(),
            Type = statement.Type.ToString(),
            Document = statement.Document.ToString(),
        };
    }

    /// <summary>A key of the authority that is not of this node.</summary>
    public ISigningKey MakeForeign(string name, CertificateProfile profile)
    {
        using var pair = KeyPair.Generate(KeyAlgorithm.EcdsaP256);
        var subject = new DistinguishedName(name, "Demo", null);
        return pair.Certified(root.Issue(pair.CreateRequest(subject), profile, subject, null, Now.AddYears(-1), Now.AddYears(5)), []);
    }

    public void Dispose()
    {
        Keys.Dispose();
        Hub.Dispose();
        root.Dispose();
        Ledger.Dispose();
        Remove(Folder.Root);
    }

    // A node that is built reads the keys of its cookies beside everything else, and makes their folder where it is not there:
    // also while all is being removed.
    private static void Remove(string folder)
    {
        for (var attempt = 1; System.IO.Directory.Exists(folder); attempt++)
        {
            try
            {
                System.IO.Directory.Delete(folder, recursive: true);
            }
            catch (IOException) when (attempt < MostRemovals)
            {
                // Once more, with what has come.
            }
        }
    }

    private Certificate Make(KeyFiles files, string name, CertificateProfile profile)
    {
        using var key = files.OpenOrDraw(name, KeyAlgorithm.EcdsaP256);
        var subject = new DistinguishedName(name, "Demo", null);
        var certificate = root.Issue(key.CreateRequestAsync(subject, CancellationToken.None).Result, profile, subject, profile == CertificateProfile.Tls ? ["one.demo.docexchange"] : null, Now.AddYears(-1), Now.AddYears(5));
        files.Certify(name, certificate);
        return certificate;
    }
}

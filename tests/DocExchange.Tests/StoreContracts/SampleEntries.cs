using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Core.Routing;
using DocExchange.Core.Statements;
using DocExchange.Core.Supervision;
using DocExchange.Hub.Catalogue;
using DocExchange.Trust.Digests;

namespace DocExchange.Tests.StoreContracts;

/// <summary>
/// What the entries of a small ledger say to a catalogue: six documents, told apart by the numbers 1 to 6 in the order they
/// were dispatched, one a day at nine and accepted an hour later. The fourth waits for its package, the fifth was rejected.
/// </summary>
internal sealed class SampleEntries
{
    public const string Government = "bj/gov";
    public const string GeneralOffice = "bj/bgs";
    public const string Dongcheng = "bj/dc";
    public const string Xicheng = "bj/xc";
    public const string Haidian = "bj/hd";
    public const string SenderNode = "bj/~n-general";
    public const string DistrictNode = "bj/~n-district";
    public const string Notice = "08";
    public const string Letter = "0E";
    public const string SenderChain = "bj/gov#1";
    public const string HubChain = "bj/~hub#1";

    private readonly List<CatalogueRow> rows = [];
    private readonly Dictionary<string, (long Number, StatementId Statement)> heads = [];
    private readonly Dictionary<int, DocumentSnapshot> documents = [];

    private SampleEntries()
    {
        Dispatch(1, "京政发〔2026〕1号", "关于做好防汛工作的通知", Notice, Government, Dongcheng, Xicheng);
        Accept(1);
        Dispatch(2, "京政发〔2026〕2号", "关于防汛物资的函", Letter, Government, Haidian);
        Accept(2);
        Dispatch(3, "京政办发〔2026〕1号", "关于 IT 系统的通知", Notice, GeneralOffice, Dongcheng);
        Accept(3);
        Dispatch(4, "京政发〔2026〕10号", "防汛总结的通知", Notice, Government, Xicheng);
        Dispatch(5, "京政发〔2026〕11号", "关于人事的通知", Notice, Government, Dongcheng);
        Add(5, StatementType.Rejected, HubChain, documents[5] with { Phase = DocumentPhase.Rejected, IsFinal = true, HoldsNumber = false }, [SenderNode], holder: null, []);
        Dispatch(6, "京政发〔2027〕1号", "关于做好防汛工作的补充通知", Notice, Government, Dongcheng);
        Accept(6);
        SignFor(1, Dongcheng);
        Add(2, StatementType.Voided, SenderChain, documents[2] with { Phase = DocumentPhase.Voided, IsFinal = true, HoldsNumber = false, AwaitedBy = null }, [SenderNode, DistrictNode], holder: null, [new DutyChange(Owed(2, Haidian), null)]);
        rows.Add(new CatalogueRow(rows.Count, Statement(rows.Count), StatementType.DirectoryPublished, Next(HubChain), true, true, [CatalogueRow.Everyone], [], null, Rejected));
    }

    /// <summary>A statement that an entry rejects without taking it in.</summary>
    public static Rejection Rejected { get; } = new(Statement(1_000), PartyId.Parse(DistrictNode));

    public static IReadOnlyList<CatalogueRow> Rows { get; } = [.. new SampleEntries().rows];

    public static DocumentId Id(int number) => new(Digest.Of(BitConverter.GetBytes(number)));

    public static PackageId Package(int number) => new(Digest.Of(BitConverter.GetBytes(-number)));

    public static StatementId Statement(int index) => new(Digest.Of(BitConverter.GetBytes(1L + index)));

    public static DateTimeOffset DispatchedAt(int number) => new(2026, 3, number, 9, 0, 0, TimeSpan.Zero);

    public static DateTimeOffset AcceptedAt(int number) => DispatchedAt(number).AddHours(1);

    public static DateTimeOffset SignBy(int number) => AcceptedAt(number).AddDays(20 - 2 * number);

    private void Dispatch(int number, string text, string title, string type, string sender, params string[] recipients)
    {
        var document = new DocumentSnapshot
        {
            Id = Id(number),
            Package = Package(number),
            PackageSize = 1_000 + number,
            Number = text,
            Title = title,
            Type = type,
            Urgency = "",
            Sender = sender,
            Issuers = [sender],
            Parties = [.. recipients, sender],
            Phase = DocumentPhase.AwaitingPackage,
            DispatchedAt = DispatchedAt(number),
            AcceptedAt = null,
            DispatchedIndex = rows.Count,
            Recipients = recipients.Length,
            Delivered = 0,
            SignedFor = 0,
            Returned = 0,
            IsFinal = false,
            HoldsNumber = true,
            AwaitedBy = null,
            SignBy = SignBy(number),
            Withdrawn = [],
        };
        Add(number, StatementType.Dispatched, SenderChain, document, [SenderNode], Id(number), []);
    }

    private void Accept(int number)
    {
        var document = documents[number];
        var duties = document.Parties.Where(party => party != document.Sender).Select(office => new DutyChange(null, Owed(number, office)));
        document = document with { Phase = DocumentPhase.Accepted, AcceptedAt = AcceptedAt(number), AwaitedBy = document.SignBy };
        Add(number, StatementType.Accepted, HubChain, document, [SenderNode, DistrictNode], Id(number), [.. duties]);
    }

    private void SignFor(int number, string office)
    {
        var document = documents[number];
        var owed = Owed(number, office);
        var signed = owed with { IsOpen = false, SignedAt = owed.SentAt.AddHours(2) };
        Add(number, StatementType.SignedFor, office + "#1", document with { Delivered = 1, SignedFor = 1 }, [SenderNode, DistrictNode], Id(number), [new DutyChange(owed, signed)]);
    }

    private static Duty Owed(int number, string office) => new(Id(number), PartyId.Parse(office), AcceptedAt(number), SignBy(number), true, null, null);

    private void Add(int number, StatementType type, string chain, DocumentSnapshot document, IReadOnlyList<string> mailboxes, DocumentId? holder, IReadOnlyList<DutyChange> duties)
    {
        documents[number] = document;
        var key = DocumentSnapshot.NumberKey(document.Sender, document.Number);
        rows.Add(new CatalogueRow(rows.Count, Statement(rows.Count), type, Next(chain), true, true, mailboxes, [new NumberHolder(key, holder)], document) { Duties = duties });
    }

    private ChainPosition Next(string chain)
    {
        var (number, previous) = heads.GetValueOrDefault(chain);
        heads[chain] = (number + 1, Statement(rows.Count));
        return new ChainPosition(chain, number + 1, number == 0 ? null : previous);
    }
}

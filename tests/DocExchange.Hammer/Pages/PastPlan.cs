using DocExchange.Cli.Demo;
using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Hammer.Past;
using DocExchange.Trust.Digests;

namespace DocExchange.Hammer.Pages;

/// <summary>How far a document of the past has come.</summary>
internal enum PastEnd
{
    SignedFor,
    Open,
    Opened,
    Returned,
}

/// <summary>
/// What the documents of ten years were: all of it follows from a document's number, so that a page can be held against it. Those that
/// stand in the registers of the desks lie evenly among all: they went from one office to another, all else from an office of the past to others in turns.
/// </summary>
/// <param name="until">When the last was dispatched, were all written.</param>
/// <param name="recipient">The office whose register of received documents they stand in.</param>
/// <param name="first">The ledger index of the first entry of the first.</param>
/// <param name="written">How many of them there are, the oldest; null: all.</param>
internal sealed class PastPlan(DateTimeOffset until, int registered, int archived, string recipient, long first, int? written = null)
{
    public const int PastRecipients = 141;

    private const string RegisteredCode = "登发";
    private const int Days = 3_650;
    private const int EveryOpen = 50;
    private const int EveryOpenElsewhere = 1_000;
    private const int EveryWithoutDeadline = 5;
    private const int LongestMinutes = 3_000;

    private static readonly TimeSpan TimeToSign = TimeSpan.FromDays(2);

    private static readonly PartyId Sender = OfficeOf(SampleOffices.GeneralOffice);
    private static readonly PartyId PastSender = OfficeOf(PastOffices.SenderId);

    private readonly PartyId recipient = OfficeOf(recipient);
    private readonly long[] places = new long[Math.Max(registered, archived) + 1];
    private readonly int planned = Math.Max(registered, archived);
    private readonly DateTimeOffset since = until.AddDays(-Days);

    /// <summary>All documents.</summary>
    public int Count { get; } = written ?? Math.Max(registered, archived);

    /// <summary>Those of them that stand in registers.</summary>
    public int Registered => PlaceAmongRegistered(Count);

    /// <summary>The ledger index of a document's Dispatched.</summary>
    public long PlaceOf(int number)
    {
        if (places[1] == 0)
        {
            var place = first;
            for (var each = 1; each <= Count; each++)
            {
                places[each] = place;
                place += EntriesOf(each);
            }
        }

        return places[number];
    }

    /// <summary>Dispatched, Accepted and Delivered, what the recipient did, and its own number in its register.</summary>
    public int EntriesOf(int number) => EndOf(number) switch
    {
        PastEnd.Open => 3,
        PastEnd.SignedFor when IsRegistered(number) => 5,
        _ => 4,
    };

    public PartyId SenderOf(int number) => IsRegistered(number) ? Sender : PastSender;

    public PartyId RecipientOf(int number) => IsRegistered(number) ? recipient : OfficeOf(PastOffices.RecipientId((number % PastRecipients) + 1));

    /// <summary>The first has the number 1.</summary>
    public bool IsRegistered(int number) => PlaceAmongRegistered(number) != PlaceAmongRegistered(number - 1);

    public static DateTimeOffset AcceptedAt(DateTimeOffset dispatchedAt) => dispatchedAt.AddSeconds(2);

    /// <summary>When it was dispatched, to the millisecond.</summary>
    public DateTimeOffset At(int number)
    {
        var at = since + ((until - since) * ((double)(number - 1) / planned));
        return DateTimeOffset.FromUnixTimeMilliseconds(at.ToUnixTimeMilliseconds());
    }

    public DateTimeOffset AnsweredAt(int number) => At(number).AddMinutes(5 + (number * 7L % LongestMinutes));

    public DateTimeOffset? SignBy(int number) => number % EveryWithoutDeadline == 0 ? null : At(number) + TimeToSign;

    public PastEnd EndOf(int number)
    {
        // Registered ones are counted among themselves.
        var place = IsRegistered(number) ? PlaceAmongRegistered(number) : number;
        var every = IsRegistered(number) ? EveryOpen : EveryOpenElsewhere;
        return (place % every, place / every % 4) switch
        {
            (not 1, _) => PastEnd.SignedFor,
            (_, 0) => PastEnd.Open,
            (_, 1) => PastEnd.Opened,
            (_, 2) => PastEnd.Returned,
            _ => PastEnd.Open,
        };
    }

    /// <summary>Its 收文编号; of those that were signed for.</summary>
    public string RegisterNumberOf(int number) => $"收〔{At(number).Year}〕{number}号";

    public static DocumentId IdOf(int number) => new(Digest.Of(System.Text.Encoding.UTF8.GetBytes($"document {number}")));

    public static PackageId PackageOf(int number) => new(Digest.Of(System.Text.Encoding.UTF8.GetBytes($"package {number}")));

    public string NumberOf(int number) => DocumentNumber.Of(IsRegistered(number) ? RegisteredCode : PastOffices.AgencyCode, At(number).Year, ((number - 1) % DocumentNumber.MaxNumber) + 1).ToString();

    private int PlaceAmongRegistered(int number) => (int)((long)number * registered / planned);

    private static PartyId OfficeOf(string local) => PartyId.Office(SampleOffices.Exchange, local);

    /// <summary>A registered one that is not far from this one.</summary>
    public int RegisteredNear(int number)
    {
        while (!IsRegistered(number))
        {
            number = (number % Count) + 1;
        }

        return number;
    }

    /// <summary>The last registered one up to this one, or, where there is none, of all.</summary>
    public int LastRegistered(int number)
    {
        number = number < 1 ? Count : number;
        while (!IsRegistered(number))
        {
            number = number == 1 ? Count : number - 1;
        }

        return number;
    }
}

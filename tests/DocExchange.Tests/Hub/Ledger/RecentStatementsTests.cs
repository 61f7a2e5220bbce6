using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Core.Statements;
using DocExchange.Hub.Ledger;
using DocExchange.Trust.Digests;

namespace DocExchange.Tests.Hub.Ledger;

internal sealed class RecentStatementsTests
{
    [Test]
    public void Keeps_what_fits_and_forgets_what_came_first()
    {
        // Three of ten KiB and what each takes besides.
        var recent = new RecentStatements(mostBytes: 40 * 1024);
        for (var index = 0; index < 5; index++)
        {
            recent.Add(index, DateTimeOffset.UnixEpoch.AddSeconds(index), Signed(index));
        }

        Assert.That(Enumerable.Range(0, 6).Where(index => recent.Find(index) is not null), Is.EqualTo(new[] { 2, 3, 4 }));
        Assert.That(recent.Find(4), Is.EqualTo((DateTimeOffset.UnixEpoch.AddSeconds(4), Signed(4))).Using<(DateTimeOffset At, SignedStatement Signed)>((one, other) => one.At == other.At && one.Signed.Id == other.Signed.Id));
    }

    [Test]
    public void Counts_one_that_is_added_again_once()
    {
        var recent = new RecentStatements(mostBytes: 40 * 1024);
        for (var time = 0; time < 100; time++)
        {
            recent.Add(1, DateTimeOffset.UnixEpoch, Signed(1));
        }

        recent.Add(2, DateTimeOffset.UnixEpoch, Signed(2));
        recent.Add(3, DateTimeOffset.UnixEpoch, Signed(3));

        Assert.That(new[] { 1, 2, 3 }.All(index => recent.Find(index) is not null));
    }

    private static SignedStatement Signed(int number) => new(
        new StatementId(Digest.Of([(byte)number])),
        new Statement
        {
            Exchange = "demo",
            Type = StatementType.Opened,
            Issuer = PartyId.Parse("demo/fgw"),
            ClaimedAt = DateTimeOffset.UnixEpoch,
            Document = new DocumentId(Digest.Of([(byte)number])),
            Chain = new ChainPosition("demo/fgw#1", number + 1, null),
            Body = new PlainBody(null),
        },
        new byte[10 * 1024]);
}

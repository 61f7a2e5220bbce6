using CsCheck;
using DocExchange.Core.Ledger;
using DocExchange.Core.Offices;
using DocExchange.Tests.Trust;

namespace DocExchange.Tests.Core.Ledger;

public sealed class LedgerEntryTests
{
    private static readonly PartyId Node = PartyId.Node("bj", "n-1");

    [TestCase(0)]
    [TestCase(125)]
    [TestCase(120)]
    public void Writes_the_same_bytes_for_ever(int milliseconds)
    {
        var entry = Make(milliseconds);
        var golden = Golden.Read($"entry-{milliseconds}.golden.der", () => entry.Bytes.ToArray());
        var read = LedgerEntry.Parse(golden);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(entry.Bytes.ToArray(), Is.EqualTo(golden));
            Assert.That((read.ReceivedAt, read.RelayedBy), Is.EqualTo((entry.ReceivedAt, Node)));
            Assert.That(read.Statement.ToArray(), Is.EqualTo(entry.Statement.ToArray()));
        }
    }

    [Test]
    public void Reads_the_very_time_it_wrote_in_every_millisecond_of_a_second()
    {
        var written = Enumerable.Range(0, 1_000).Select(Make).ToList();
        Assert.That(written.Select(entry => LedgerEntry.Parse(entry.Bytes).ReceivedAt), Is.EqualTo(written.Select(entry => entry.ReceivedAt)));
    }

    [Test]
    public void Refuses_a_time_finer_than_a_millisecond()
    {
        var text = "20260302083000.125Z"u8;
        var bytes = Make(125).Bytes.ToArray();
        var at = bytes.AsSpan().IndexOf(text);
        byte[] finer = [.. bytes[..at], .. "20260302083000.1254Z"u8, .. bytes[(at + text.Length)..]];
        finer[at - 1]++;
        finer[1]++;
        Assert.That(() => LedgerEntry.Parse(finer), Throws.TypeOf<FormatException>().With.Message.Contains("millisecond"));
    }

    [Test]
    public void Is_taken_apart_by_openssl()
    {
        using var openssl = new OpenSsl();
        openssl.Write("entry.der", Make(125).Bytes.ToArray());
        var lines = openssl.Do("asn1parse -inform DER -in entry.der");
        Assert.That(lines, Does.Contain("INTEGER           :01").And.Contain("GENERALIZEDTIME   :20260302083000.125Z").And.Contain("UTF8STRING        :bj/~n-1"));
    }

    [Test]
    public void Refuses_every_flipped_bit_or_reads_something_else()
    {
        var bytes = Make(125).Bytes.ToArray();
        Gen.Select(Gen.Int[0, bytes.Length - 1], Gen.Int[0, 7]).Sample((at, bit) =>
        {
            var altered = bytes.ToArray();
            altered[at] ^= (byte)(1 << bit);
            try
            {
                var read = LedgerEntry.Parse(altered);
                return !(read.ReceivedAt == Make(125).ReceivedAt && read.RelayedBy == Node && read.Statement.Span.SequenceEqual(Make(125).Statement.Span));
            }
            catch (FormatException)
            {
                return true;
            }
        });
    }

    [Test]
    public void Refuses_an_entry_beyond_the_limit_and_a_tail()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => LedgerEntry.Of(default, Node, Der(LedgerEntry.MaxSize)), Throws.ArgumentException);
            Assert.That(() => LedgerEntry.Parse((byte[])[.. Make(0).Bytes.Span, 0]), Throws.TypeOf<FormatException>());
        }
    }

    private static LedgerEntry Make(int milliseconds) => LedgerEntry.Of(new DateTimeOffset(2026, 3, 2, 8, 30, 0, milliseconds, TimeSpan.Zero), Node, Der(20));

    private static byte[] Der(int length)
    {
        var writer = new System.Formats.Asn1.AsnWriter(System.Formats.Asn1.AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteOctetString(new byte[length]);
        }

        return writer.Encode();
    }
}

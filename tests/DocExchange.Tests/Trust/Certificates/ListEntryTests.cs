using System.Formats.Asn1;
using System.Text;
using DocExchange.Trust.Certificates;

namespace DocExchange.Tests.Trust.Certificates;

internal sealed class ListEntryTests
{
    // RFC 5280 §4.1.2.5.1: two digits up to 49 are of this century.
    [TestCase("260228235959Z", "2026-02-28T23:59:59Z")]
    [TestCase("240229000000Z", "2024-02-29T00:00:00Z")]
    [TestCase("491231235959Z", "2049-12-31T23:59:59Z")]
    [TestCase("500101000000Z", "1950-01-01T00:00:00Z")]
    [TestCase("2601010000Z", "2026-01-01T00:00:00Z")]
    [TestCase("260101080000+0800", "2026-01-01T00:00:00Z")]
    public void Reads_the_time_in_every_form(string text, string expected)
    {
        var entry = EntryOf(text);

        Assert.That(ListEntry.Read(entry, out var size).At, Is.EqualTo(DateTimeOffset.Parse(expected, System.Globalization.CultureInfo.InvariantCulture)));
        Assert.That(size, Is.EqualTo(entry.Length));
        Assert.That(ListEntry.SerialOf(entry).ToArray(), Is.EqualTo(new byte[] { 5 }));
    }

    [TestCase("250229000000Z")]
    [TestCase("261301000000Z")]
    [TestCase("260100000000Z")]
    [TestCase("260101240000Z")]
    [TestCase("260101006000Z")]
    [TestCase("2601010000:0Z")]
    [TestCase("260101000000X")]
    public void Refuses_a_time_there_is_none(string text) => Assert.That(() => ListEntry.Read(EntryOf(text), out _).Reason, Throws.TypeOf<AsnContentException>());

    private static byte[] EntryOf(string time) => [0x30, (byte)(5 + time.Length), 0x02, 1, 5, 0x17, (byte)time.Length, .. Encoding.ASCII.GetBytes(time)];
}

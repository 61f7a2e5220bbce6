using System.Text;
using DocExchange.Core.Offices;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Keys;

namespace DocExchange.Tests.Core.Offices;

public sealed class BindingChangeTests
{
    private static readonly BindingChange Change = new(
        "bj",
        PartyId.Parse("bj/~n-1"),
        Digest.Of("secret"u8),
        SampleDirectory.Time,
        [new NewKey(PartyId.Parse("bj/~n-1"), CertificateUse.Tls, Digest.Of("tls"u8)), new NewKey(PartyId.Parse("bj/bgs"), CertificateUse.Document, Digest.Of("key"u8))]);

    [Test]
    public void Reads_what_it_wrote_and_gives_the_same_bytes()
    {
        var read = BindingChange.Parse(Change.ToXml());
        using (Assert.EnterMultipleScope())
        {
            Assert.That(read.ToXml(), Is.EqualTo(Change.ToXml()));
            Assert.That(read.Keys, Is.EqualTo(Change.Keys));
            Assert.That(read.Parties.Select(party => party.Local), Is.EqualTo(new[] { "~n-1", "bgs" }));
            Assert.That(read.Expires, Is.EqualTo(SampleDirectory.Time));
        }
    }

    [TestCase("<x/>")]
    [TestCase("")]
    [TestCase("<BindingChange xmlns=\"urn:docexchange:binding:1\"/>")]
    [TestCase("<BindingChange exchange=\"bj\" node=\"bj/~n\" invitation=\"00\" expires=\"x\" xmlns=\"urn:docexchange:binding:1\"/>")]
    public void Refuses_what_is_no_change(string xml) =>
        Assert.That(() => BindingChange.Parse(Encoding.UTF8.GetBytes(xml)), Throws.InstanceOf<FormatException>());

    [Test]
    public void Refuses_another_form_of_the_same_content()
    {
        var text = Encoding.UTF8.GetString(Change.ToXml());

        Assert.That(() => BindingChange.Parse(Encoding.UTF8.GetBytes(text.Replace("<Key ", "<!-- --><Key ", StringComparison.Ordinal))), Throws.InstanceOf<FormatException>());
    }

    [Test]
    public void Every_flipped_byte_is_another_change_or_none()
    {
        var bytes = Change.ToXml();
        for (var at = 0; at < bytes.Length; at++)
        {
            var flipped = bytes.ToArray();
            flipped[at] ^= 1;
            try
            {
                Assert.That(BindingChange.Parse(flipped).ToXml(), Is.EqualTo(flipped), $"byte {at}");
            }
            catch (FormatException)
            {
                // None: as good.
            }
        }
    }

    [Test]
    public void Evidence_keeps_the_change_and_its_signatures()
    {
        var read = BindingEvidence.Parse(new BindingEvidence(Change, [new byte[] { 1, 2 }, new byte[] { 3 }]).ToXml());
        using (Assert.EnterMultipleScope())
        {
            Assert.That(read.Change.ToXml(), Is.EqualTo(Change.ToXml()));
            Assert.That(read.Signatures.Select(signature => Convert.ToHexString(signature.Span)), Is.EqualTo(new[] { "0102", "03" }));
            Assert.That(() => BindingEvidence.Parse("<x/>"u8.ToArray()), Throws.InstanceOf<FormatException>());
        }
    }

    [Test]
    public void The_directory_carries_administrators_and_evidence()
    {
        using var root = CertificateAuthority.CreateRoot(Suite.Intl, new DistinguishedName("Root", null, null), SampleDirectory.Time, SampleDirectory.Time.AddYears(1));
        var bound = new BoundCertificate(CertificateUse.Document, root.Certificate, new Period(SampleDirectory.Time)) { Evidence = Digest.Of("why"u8) };
        var wang = new Administrator("wang", "王五", AdministratorRole.Security, root.Certificate, new Period(SampleDirectory.Time, SampleDirectory.Time.AddDays(1)));
        var directory = SampleDirectory.Small.Next(
            SampleDirectory.Time, [.. SampleDirectory.Small.Offices.Select((office, at) => at == 0 ? office with { Certificates = [bound] } : office)], administrators: [wang]);

        var read = OfficeDirectoryXml.Read(OfficeDirectoryXml.Write(directory)).Next(SampleDirectory.Time);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(read.Administrators, Is.EqualTo(new[] { wang }));
            Assert.That(read.Offices[0].Certificates, Is.EqualTo(new[] { bound }));
        }
    }
}

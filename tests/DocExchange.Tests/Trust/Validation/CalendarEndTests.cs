using System.Text;
using DocExchange.Tests.Trust.Signatures;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Containers;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Validation;

namespace DocExchange.Tests.Trust.Validation;

/// <summary>Times at either end of the calendar, which others write: judged, never thrown over.</summary>
[TestFixture]
public sealed class CalendarEndTests
{
    private static readonly byte[] Content = "京政发〔2026〕9999号"u8.ToArray();
    private static readonly DateTimeOffset NoEnd = new(9999, 12, 31, 23, 59, 59, TimeSpan.Zero);

    [TestCase("99991231235959Z", "CMS_SIGNING_TIME_OUTSIDE_VALIDITY")]
    [TestCase("00010101000000Z", "CMS_SIGNING_TIME_OUTSIDE_VALIDITY")]
    public async Task A_signing_time_at_the_end_of_the_calendar_is_a_finding(string time, string code)
    {
        using var office = new SigningOffice();
        using var key = office.Certify(KeyAlgorithm.EcdsaP256);
        var cms = ForgedCms.Of(key, Content).WithAttribute("1.2.840.113549.1.9.5", ForgedCms.Tlv(0x18, Encoding.ASCII.GetBytes(time))).Encode();
        var store = office.Store with { Intermediates = [office.Authority.Certificate] };

        var verdict = await FileVerifier.VerifyAsync(
            new MemoryStream(cms), null, new FileDemands(store, ValidationPolicy.Foreign, new PackageLimits(), SigningOffice.Now), CancellationToken.None);

        Assert.That(verdict.Verdict.Faults.Select(finding => finding.Code), Does.Contain(code));
    }

    [Test]
    public async Task A_certificate_without_an_end_issues_signs_and_passes()
    {
        using var root = CertificateAuthority.CreateRoot(Suite.Intl, new DistinguishedName("无终期根", null, null), SigningOffice.Start, NoEnd);
        using var pair = KeyPair.Generate(Suite.Intl);
        var name = new DistinguishedName("无终期单位", null, null);
        using var key = pair.Certified(root.Issue(pair.CreateRequest(name), CertificateProfile.DocumentSigning, name, null, SigningOffice.Start, NoEnd), []);
        var cms = await CmsSigner.SignAsync(Content, key, SigningOffice.Now, CmsForm.Encapsulated, CancellationToken.None);

        var verdict = new CmsValidator(new TrustStore([root.Certificate], [], []), ValidationPolicy.Foreign).Judge(cms, null, SigningOffice.Now, CertificateUsage.DocumentSigning);

        Assert.That(verdict.Faults, Is.Empty);
    }

    [Test]
    public void Sums_stop_where_the_calendar_does() => Assert.Multiple(() =>
    {
        Assert.That(NoEnd.Plus(TimeSpan.MaxValue), Is.EqualTo(DateTimeOffset.MaxValue));
        Assert.That(NoEnd.Minus(TimeSpan.MinValue), Is.EqualTo(DateTimeOffset.MaxValue));
        Assert.That(NoEnd.Minus(TimeSpan.MaxValue), Is.EqualTo(DateTimeOffset.MinValue));
        Assert.That(DateTimeOffset.MinValue.Plus(TimeSpan.MinValue), Is.EqualTo(DateTimeOffset.MinValue));
        Assert.That(DateTimeOffset.MinValue.Plus(TimeSpan.FromTicks(1)).Ticks, Is.EqualTo(1));
        Assert.That(NoEnd.Minus(TimeSpan.FromHours(1)), Is.EqualTo(NoEnd.AddHours(-1)));
        Assert.That(NoEnd.HasExpiredAt(NoEnd), Is.False);
        Assert.That(SigningOffice.Now.HasExpiredAt(SigningOffice.Now.AddSeconds(1)), Is.True);
        Assert.That(SigningOffice.Now.HasExpiredAt(SigningOffice.Now.AddMilliseconds(999)), Is.False);
    });
}

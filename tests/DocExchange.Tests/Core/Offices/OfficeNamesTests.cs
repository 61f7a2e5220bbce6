using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DocExchange.Core.Offices;
using DocExchange.Trust.Certificates;

namespace DocExchange.Tests.Core.Offices;

/// <summary>To whom a certificate is made out, beside a directory of several offices.</summary>
internal sealed class OfficeNamesTests
{
    private const string Code = "11110000MB1234567K";
    private const string OtherCode = "91350100M000100Y43";
    private const string Own = "东城区人民政府";
    private const string Other = "西城区人民政府";
    private const string Above = "北京市人民政府";
    private const string Within = "东城区人民政府办公室";

    [TestCase(Own, Above)]
    [TestCase(Own, Own)]
    [TestCase("东城区　人民政府", "x")]
    [TestCase("12345678901234", Code + "旧名")]
    [TestCase("电子公文专用章", Own)]
    [TestCase(Own + "公章", Own)]
    [TestCase(Code + Own, OtherCode + Above)]
    [TestCase("041@N" + Code + "@" + Own + "@00000001", "CFCA OCA1")]
    [TestCase("041@" + Code + "@旧名@1", "CFCA OCA1")]
    [TestCase(Above + "信访局", Code + "信访局")]
    public void Takes_a_certificate_with_the_name_or_the_code_of_the_office(string common, string organization) =>
        Assert.That(IsMadeOut([common], [organization]), Is.True);

    [TestCase("某某科技有限公司", "x")]
    [TestCase(Other, Own)]
    [TestCase(Other + "公章", Own)]
    [TestCase(Within, Own)]
    [TestCase(Within + "公章", Own)]
    [TestCase(OtherCode, Code + Own)]
    [TestCase(OtherCode + Own, Own)]
    [TestCase(Own, OtherCode + Above)]
    [TestCase("某某科技有限公司@" + Own + "@1", "x")]
    [TestCase("Trade Company@" + Own + "@1", "x")]
    [TestCase("041@N" + OtherCode + "@" + Own + "@00000001", "CFCA OCA1")]
    public void Takes_none_that_names_somebody_else(string common, string organization) =>
        Assert.That(IsMadeOut([common], [organization]), Is.False);

    [TestCase(OtherCode, Own, false)]
    [TestCase(OtherCode + Own, Own, false)]
    [TestCase(Own, OtherCode + Other, false)]
    [TestCase(Code, Own, true)]
    [TestCase(Own, Code + Above, true)]
    public void Of_an_office_without_a_code_takes_none_with_the_code_of_another(string common, string organization, bool expected) =>
        Assert.That(IsMadeOut([common], [organization], code: null), Is.EqualTo(expected));

    [Test]
    public void Takes_none_that_names_another_beside_the_office_and_none_with_many_names()
    {
        Assert.That(IsMadeOut([Own, Own], [Own]), Is.True);
        Assert.That(IsMadeOut([Own, Other], [Own]), Is.False);
        Assert.That(IsMadeOut([Other, Own], []), Is.False);
        Assert.That(IsMadeOut([.. Enumerable.Repeat(Own, OfficeNames.MostNames)], []), Is.True);
        Assert.That(IsMadeOut([.. Enumerable.Repeat(Own, OfficeNames.MostNames)], [Own]), Is.False);
    }

    // 财政局 is what every bureau of finance is called by its own people.
    [TestCase("市财政局", "东城区公安局", true)]
    [TestCase("市财政局", null, true)]
    [TestCase("财政局", "东城区公安局", true)]
    [TestCase("财政局", null, true)]
    [TestCase("财政局", "东城区财政局", false)]
    [TestCase("财\u200D政局", "东城区财政局", true)]
    [TestCase("市\u200D财政局", "东城区财政局", true)]
    [TestCase("政局", "东城区公安局", false)]
    [TestCase("\u200D", "东城区公安局", false)]
    public void A_printed_name_passes_for_another_offices_unless_its_own_ends_so(string printed, string? issuer, bool expected) => Assert.That(
        OfficeNames.PassesFor(new Office(PartyId.Office("bj", "cz"), "市财政局", "财政局"), issuer is null ? null : new Office(PartyId.Office("bj", "x"), issuer, "本局"), printed), Is.EqualTo(expected));

    [TestCase(Other, Own, true)]
    [TestCase(Other + "公章", "x", true)]
    [TestCase("12345678901234", Other, true)]
    [TestCase("旧名", Above, false)]
    [TestCase("旧名", "x", false)]
    public void Names_another_in_CN_or_in_O_where_CN_names_nobody(string common, string organization, bool expected)
    {
        var (office, directory) = Site(Code);
        Assert.That(OfficeNames.NamesAnother(Certificate([common], [organization]), office, directory), Is.EqualTo(expected));
    }

    private static bool IsMadeOut(string[] common, string[] organizations, string? code = Code)
    {
        var (office, directory) = Site(code);
        return OfficeNames.IsMadeOutTo(Certificate(common, organizations), office, directory);
    }

    private static (Office Office, OfficeDirectory Directory) Site(string? code)
    {
        var office = new Office(PartyId.Office("bj", "dc"), Own, "东城区") { CreditCode = code };
        var directory = new OfficeDirectory(
            "bj", 1, SampleDirectory.Time,
            [office, new Office(PartyId.Office("bj", "xc"), Other, "西城区") { CreditCode = OtherCode }, new Office(PartyId.Office("bj", "zf"), Above, "市政府"), new Office(PartyId.Office("bj", "bgs"), Within, "区政府办")],
            [], [], [], []);
        return (office, directory);
    }

    private static Certificate Certificate(string[] common, string[] organizations)
    {
        var name = new X500DistinguishedNameBuilder();
        Array.ForEach(organizations, name.AddOrganizationName);
        Array.ForEach(common, name.AddCommonName);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var made = new System.Security.Cryptography.X509Certificates.CertificateRequest(name.Build(), key, HashAlgorithmName.SHA256).CreateSelfSigned(SampleDirectory.Time, SampleDirectory.Time.AddDays(1));
        return DocExchange.Trust.Certificates.Certificate.Parse(made.RawData);
    }
}

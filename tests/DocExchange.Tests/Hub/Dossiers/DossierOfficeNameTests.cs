using DocExchange.Core.Documents;
using DocExchange.Core.Dossiers;
using DocExchange.Core.Offices;
using DocExchange.Core.Statements;
using DocExchange.Hub.Offices;
using DocExchange.Hub.Operations;
using DocExchange.Tests.Hub.Operations;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Validation;
using static DocExchange.Tests.Hub.Operations.ExchangeSite;

namespace DocExchange.Tests.Hub.Dossiers;

/// <summary>Under which names the offices of a dossier signed, beside those its directories give them.</summary>
internal sealed class DossierOfficeNameTests
{
    private const string Code = "11110000MB1234567K";
    private const string OtherCode = "91350100M000100Y43";

    // The directory is the hub's word, and under an outside authority anybody may have a certificate.
    [TestCase("某某科技有限公司", null)]
    [TestCase("西城区人民政府", null)]
    [TestCase("西城区人民政府", "东城区人民政府")]
    [TestCase("某某科技有限公司", OtherCode + "某某科技有限公司")]
    public async Task Leaves_open_a_statement_whose_certificate_is_made_out_to_somebody_else(string common, string? organization)
    {
        await using var site = await DossierSite.StartAsync();
        await site.Hub.PostAsync(await site.Hub.SignAsync(StatementType.Completed, Dongcheng, document: site.Document, key: await BindAsync(site.Hub, new DistinguishedName(common, organization, null))));

        var verdict = await site.JudgeAsync(await site.IssueAsync());

        Assert.That(Told(verdict, "OFFICE_NAME_DIFFERS").Select(finding => finding.Indication), Is.EqualTo(new[] { Indication.Indeterminate }), DossierTests.Faults(verdict));
        Assert.That(Told(verdict, "OFFICE_NAME_DIFFERS").Single().Chinese, Does.Contain(common).And.Contain("bj/dc").And.Contain("东城区人民政府"));
        Assert.That((verdict.Verdict.Indication, verdict.Verdict.SubIndication), Is.EqualTo((Indication.Indeterminate, SubIndication.SigConstraintsFailure)));
    }

    [TestCase("12345678901234", Code + "东城区人民政府")]
    [TestCase("东城区　人民政府", "北京市")]
    [TestCase("东城区档案专用", Code + "东城区旧名")]
    public async Task Passes_a_certificate_that_has_the_name_or_the_credit_code_of_the_office(string common, string organization)
    {
        await using var site = await DossierSite.StartAsync();
        await RenameAsync(site.Hub, Dongcheng, null, Code);
        await site.Hub.PostAsync(await site.Hub.SignAsync(StatementType.Completed, Dongcheng, document: site.Document, key: await BindAsync(site.Hub, new DistinguishedName(common, organization, null))));

        var verdict = await site.JudgeAsync(await site.IssueAsync());

        Assert.That(verdict.Verdict.Indication, Is.EqualTo(Indication.TotalPassed), DossierTests.Faults(verdict));
        Assert.That(verdict.Verdict.Findings.Select(finding => finding.Code), Has.None.StartsWith("OFFICE_"));
    }

    // Its certificates keep the name; the dossier brings the last version along that called it so, though the code was added after them.
    [Test]
    public async Task Says_of_an_office_that_was_renamed_what_it_was_called()
    {
        await using var site = await DossierSite.StartAsync(make: async hub =>
        {
            await RenameAsync(hub, Government, null, Code);
            await ChangeAsync(hub, Dongcheng, office => office with { DutyTelephone = "010-2" });
            await RenameAsync(hub, Government, "首都人民政府", null);
            return await TestPackage.MakeAsync(directoryVersion: hub.Get<DirectoryKeeper>().Current.Version);
        });

        var verdict = await site.JudgeAsync(await site.IssueAsync());

        Assert.That(verdict.Verdict.Indication, Is.EqualTo(Indication.TotalPassed), DossierTests.Faults(verdict));
        Assert.That(Told(verdict, "OFFICE_RENAMED").Select(finding => finding.Indication).Distinct(), Is.EqualTo(new[] { Indication.TotalPassed }));
        Assert.That(Told(verdict, "OFFICE_RENAMED"), Has.Count.EqualTo(3), "who signed, who sealed, and what is printed");
        Assert.That(Told(verdict, "OFFICE_RENAMED").Select(finding => finding.Chinese), Has.All.Contain("北京市人民政府").And.All.Contain("首都人民政府"));
    }

    // The hub writes every version: one more, in which the office had the name, costs it nothing.
    [TestCase(null, null, "某某科技有限公司")]
    [TestCase(null, Code, "某某科技有限公司")]
    [TestCase(Code, Code, "西城区人民政府")]
    public async Task Takes_no_former_name_for_granted_without_a_code_or_where_another_office_is_called_so(string? before, string? after, string name)
    {
        await using var site = await DossierSite.StartAsync();
        var key = await BindAsync(site.Hub, new DistinguishedName(name, null, null));
        await RenameAsync(site.Hub, Dongcheng, name, before);
        await RenameAsync(site.Hub, Dongcheng, "东城区人民政府", after);
        await site.Hub.PostAsync(await site.Hub.SignAsync(StatementType.Completed, Dongcheng, document: site.Document, key: key));

        var verdict = await site.JudgeAsync(await site.IssueAsync());

        Assert.That(Told(verdict, "OFFICE_NAME_DIFFERS"), Has.Count.EqualTo(1), DossierTests.Faults(verdict));
        Assert.That(verdict.Verdict.Indication, Is.EqualTo(Indication.Indeterminate));
    }

    // An administrator binds the new certificate and renames the office: before, between and after.
    [TestCase("bind sign rename")]
    [TestCase("bind rename again sign")]
    [TestCase("bind rename again other sign")]
    [TestCase("bind rename sign again")]
    public async Task Finds_the_version_that_calls_the_office_as_its_certificate_does(string order)
    {
        await using var site = await DossierSite.StartAsync();
        await RenameAsync(site.Hub, Dongcheng, null, Code);
        ISigningKey? key = null;
        foreach (var step in order.Split(' '))
        {
            await (step switch
            {
                "bind" => BindKeyAsync(),
                "rename" => RenameAsync(site.Hub, Dongcheng, "东城新区人民政府", null),
                "again" => RenameAsync(site.Hub, Dongcheng, "首都东区人民政府", null),
                "other" => ChangeAsync(site.Hub, Xicheng, office => office with { DutyTelephone = "010-2" }),
                _ => (Task)SignAsync(),
            });
        }

        var verdict = await site.JudgeAsync(await site.IssueAsync());

        Assert.That(verdict.Verdict.Indication, Is.EqualTo(Indication.TotalPassed), DossierTests.Faults(verdict));
        Assert.That(Told(verdict, "OFFICE_RENAMED").Count(finding => finding.Chinese.Contains("东城新区人民政府", StringComparison.Ordinal)), Is.EqualTo(order.Contains("rename sign", StringComparison.Ordinal) ? 0 : 1));

        async Task BindKeyAsync() => key = await BindAsync(site.Hub, new DistinguishedName("东城新区人民政府", null, null));

        async Task SignAsync() => await site.Hub.PostAsync(await site.Hub.SignAsync(StatementType.Completed, Dongcheng, document: site.Document, key: key));
    }

    [Test]
    public async Task Takes_no_unit_of_another_credit_code_for_the_same_by_its_former_name()
    {
        await using var site = await DossierSite.StartAsync(make: async hub =>
        {
            await RenameAsync(hub, Dongcheng, null, Code);
            return await TestPackage.MakeAsync(directoryVersion: hub.Get<DirectoryKeeper>().Current.Version);
        });
        await RenameAsync(site.Hub, Dongcheng, "某某科技有限公司", OtherCode);
        await site.Hub.ActAsync(StatementType.Completed, Dongcheng, document: site.Document);

        var verdict = await site.JudgeAsync(await site.IssueAsync());

        Assert.That(Told(verdict, "OFFICE_NAME_DIFFERS"), Has.Count.EqualTo(1), DossierTests.Faults(verdict));
        Assert.That(verdict.Verdict.Indication, Is.EqualTo(Indication.Indeterminate));
    }

    [TestCase("国务院", Indication.Indeterminate)]
    [TestCase("北京市东城区人民政府", Indication.Indeterminate)]
    [TestCase("市政府", Indication.TotalPassed)]
    public async Task Leaves_open_a_document_that_prints_another_name_than_its_issuers(string printed, Indication expected)
    {
        await using var site = await DossierSite.StartAsync(
            make: _ => TestPackage.MakeAsync(TestPackage.Metadata() with { Issuers = [new Issuer(Government.ToString(), printed, SealPlacement.Container)] }));

        var verdict = await site.JudgeAsync(await site.IssueAsync());

        Assert.That(verdict.Verdict.Indication, Is.EqualTo(expected), DossierTests.Faults(verdict));
        Assert.That(Told(verdict, "OFFICE_NAME_DIFFERS").Any(finding => finding.Chinese.Contains(printed, StringComparison.Ordinal)), Is.EqualTo(expected == Indication.Indeterminate));
    }

    private static List<Finding> Told(DossierVerdict verdict, string code) => [.. verdict.Verdict.Findings.Where(finding => finding.Code == code)];

    /// <summary>A key whose certificate is made out as said, bound to 东城区.</summary>
    private static async Task<ISigningKey> BindAsync(HubUnderTest hub, DistinguishedName name)
    {
        var (at, authorities) = (hub.Clock.GetUtcNow(), hub.Get<SiteKeys>().Authorities);
        var pair = KeyPair.Generate(KeyAlgorithm.EcdsaP256);
        var certificate = authorities.Issue(pair.CreateRequest(name), CertificateProfile.DocumentSigning, name, null, at, 1);
        await ChangeAsync(hub, Dongcheng, office => office with { Certificates = [.. office.Certificates, new BoundCertificate(CertificateUse.Document, certificate, new Period(at))] });
        return pair.Certified(certificate, authorities.ChainFor(certificate));
    }

    private static Task RenameAsync(HubUnderTest hub, PartyId id, string? name, string? code) =>
        ChangeAsync(hub, id, office => office with { Name = name ?? office.Name, CreditCode = code ?? office.CreditCode });

    private static Task ChangeAsync(HubUnderTest hub, PartyId id, Func<Office, Office> change) => hub.Get<DirectoryPublishing>().PublishAsync(
        directory => directory.Next(hub.Clock.GetUtcNow(), offices: [.. directory.Offices.Select(office => office.Id == id ? change(office) : office)]),
        CancellationToken.None);
}

using DocExchange.Tests.Trust.Certificates;
using DocExchange.Tests.Trust.Signatures;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Timestamps;

namespace DocExchange.Tests.Trust.Timestamps;

/// <summary>OpenSSL verifies the signatures this product has raised to CAdES B-T, B-LT and B-LTA, and the time-stamps in them.</summary>
[TestFixture(KeyAlgorithm.EcdsaP256)]
[TestFixture(KeyAlgorithm.EcdsaP521)]
[TestFixture(KeyAlgorithm.Rsa)]
internal sealed class LevelsOpenSslTests(KeyAlgorithm algorithm)
{
    private static readonly byte[] Content = StampingSite.Content;
    private static readonly string Then = $"-attime {SigningOffice.Now.ToUnixTimeSeconds()}";

    private StampingSite site = null!;
    private ISigningKey signer = null!;
    private OpenSsl openssl = null!;

    [OneTimeSetUp]
    public void Found()
    {
        site = new StampingSite(algorithm);
        signer = site.Office.Certify(algorithm);
        openssl = new OpenSsl();
        openssl.Write("root.pem", site.Office.RootPem);
        openssl.Write("content", Content);
        openssl.Write("other", "x"u8.ToArray());
    }

    [OneTimeTearDown]
    public void Close()
    {
        openssl.Dispose();
        signer.Dispose();
        site.Dispose();
    }

    [Test]
    public async Task Level_T([Values] CmsForm form)
    {
        openssl.Write("t.p7s", await StampedAsync(form));

        Verifies("t.p7s", form);
    }

    [Test]
    public async Task Level_LT_with_lists_that_OpenSSL_judges_by([Values] CmsForm form)
    {
        var full = await CompleteAsync(form);
        openssl.Write("lt.p7s", full);

        Verifies("lt.p7s", form, "-crl_check_all");
        Assert.That(CmsSignedData.Parse(full, CmsLimits.Default).OcspResponses, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Level_LTA([Values] CmsForm form)
    {
        var archived = await SignatureLevels.AddArchiveTimestampsAsync(
            await CompleteAsync(form), form == CmsForm.Detached ? ContentDigests.Of(Content) : null, site.Client(), CancellationToken.None);
        openssl.Write("lta.p7s", archived);

        Verifies("lta.p7s", form, "-crl_check_all");
    }

    private void Verifies(string file, CmsForm form, string options = "")
    {
        var content = form == CmsForm.Detached ? "-content content" : "";
        openssl.Do($"cms -verify -cades -binary -inform DER -in {file} {content} -CAfile root.pem {options} {Then} -out out");
        Assert.That(openssl.Read("out"), Is.EqualTo(Content));
        if (form == CmsForm.Detached)
        {
            Assert.That(openssl.Run($"cms -verify -cades -binary -inform DER -in {file} -content other -CAfile root.pem {options} {Then} -out out").ExitCode, Is.Not.Zero);
        }

        var info = CmsSignedData.Parse(openssl.Read(file), CmsLimits.Default).Signers.Single();
        openssl.Write("value", info.Signature.ToArray());
        openssl.Write("token", SignatureLevels.TimestampsOf(info)[0].Encoded.ToArray());
        Assert.That(openssl.Do($"ts -verify -data value -in token -token_in -CAfile root.pem {Then}"), Does.Contain("Verification: OK"));
        Assert.That(openssl.Run($"ts -verify -data content -in token -token_in -CAfile root.pem {Then}").Output, Does.Contain("imprint mismatch"));
    }

    private async Task<byte[]> StampedAsync(CmsForm form) => await SignatureLevels.AddTimestampsAsync(
        await CmsSigner.SignAsync(Content, signer, SigningOffice.Now, form, withChain: true, CancellationToken.None), site.Client(), CancellationToken.None);

    private async Task<byte[]> CompleteAsync(CmsForm form)
    {
        using var responder = KeyPair.Generate(KeyAlgorithm.EcdsaP256);
        var name = new DistinguishedName("应答机构", null, null);
        var certificate = site.Issuer.Issue(responder.CreateRequest(name), CertificateProfile.OcspResponder, name, null, SigningOffice.Start, SigningOffice.End);
        var answer = OcspAnswers.Make(
            responder, certificate, signer.Certificate, site.Issuer.Certificate, OcspAnswers.Good, SigningOffice.Now.AddHours(-1), SigningOffice.Now.AddDays(1), null, certificate);
        var list = site.Office.Root.IssueRevocationList([], SigningOffice.Now.AddDays(-1), SigningOffice.Now.AddDays(30), 1);
        return SignatureLevels.AddValidationData(
            await StampedAsync(form), [site.Office.Authority.Certificate, site.Key.Certificate], [site.ListOf(), list], [answer.Der]);
    }
}

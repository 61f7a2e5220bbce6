using DocExchange.Tests.Trust.Seals;
using DocExchange.Tests.Trust.Signatures;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Containers;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Validation;

namespace DocExchange.Tests.Trust.Validation;

/// <summary>What is said of files that are nothing, too large, or lack what they sign, and of CMS at odds with itself.</summary>
internal sealed class FileFindingTests
{
    private static readonly byte[] Content = "京政发〔2001〕1号"u8.ToArray();

    private SigningOffice office = null!;
    private ISigningKey key = null!;

    [OneTimeSetUp]
    public void Open()
    {
        office = new SigningOffice();
        key = office.Certify(KeyAlgorithm.EcdsaP256);
    }

    [OneTimeTearDown]
    public void Close()
    {
        key.Dispose();
        office.Dispose();
    }

    [Test]
    public async Task Knows_no_signature_in_any_bytes() => Assert.That(await CodesAsync("nothing of the kind"u8.ToArray()), Does.Contain("FILE_KIND_UNKNOWN"));

    [Test]
    public async Task Says_that_a_file_is_too_large_to_be_looked_at() =>
        Assert.That(await CodesAsync(new byte[2000], ValidationPolicy.Foreign with { Limits = new CmsLimits { MaxSize = 1000 } }), Does.Contain("FILE_TOO_LARGE"));

    [Test]
    public async Task Wants_the_content_of_what_is_detached()
    {
        using var world = new SealWorld();
        var cms = await CmsSigner.SignAsync(Content, key, SigningOffice.Now, CmsForm.Detached, CancellationToken.None);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await CodesAsync(cms), Does.Contain("CMS_CONTENT_MISSING"));
            Assert.That(await CodesAsync(await world.ApplyAsync()), Does.Contain("SEAL_CONTENT_MISSING"));
        }
    }

    [Test]
    public void Names_what_in_a_CMS_is_at_odds_with_the_rest()
    {
        var unlisted = ForgedCms.Of(key, Content) with { ListedDigestAlgorithm = ForgedCms.Algorithm("2.16.840.1.101.3.4.2.3") };
        var unreadable = ForgedCms.Of(key, Content).WithAttribute("1.2.840.113549.1.9.16.2.47", [ForgedCms.Octets([1, 2, 3])]);
        var early = Codes(ForgedCms.Of(key, Content).Encode(), SigningOffice.Now.AddDays(-3));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Codes(unlisted.Encode()), Does.Contain("CMS_DIGEST_ALGORITHM_UNLISTED"));
            Assert.That(Codes(unreadable.Encode()), Does.Contain("CMS_ATTRIBUTE_UNREADABLE"));
            Assert.That(early, Does.Contain("CMS_SIGNING_TIME_LATER"));
            Assert.That(Codes(ForgedCms.Sequence(ForgedCms.Oid("1.2.840.113549.1.7.2"), ForgedCms.Tlv(0xA0, []))), Does.Contain("CMS_MALFORMED"));
        }
    }

    private IReadOnlyList<string> Codes(byte[] cms, DateTimeOffset? at = null) => CodesOf(
        new CmsValidator(office.Store, ValidationPolicy.Foreign).Judge(cms, null, at ?? SigningOffice.Now, CertificateUsage.DocumentSigning));

    private async Task<IReadOnlyList<string>> CodesAsync(byte[] file, ValidationPolicy? policy = null) => CodesOf((await FileVerifier.VerifyAsync(
        new MemoryStream(file), null, new FileDemands(office.Store, policy ?? ValidationPolicy.Foreign, PackageLimits.Default, SigningOffice.Now), CancellationToken.None)).Verdict);

    private static IReadOnlyList<string> CodesOf(Verdict verdict) =>
        [.. verdict.Findings.Concat(verdict.Signatures.SelectMany(signature => signature.Findings)).Select(finding => finding.Code)];
}

using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using DocExchange.Tests.Trust.Seals;
using DocExchange.Tests.Trust.Signatures;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Ofd;
using DocExchange.Trust.Validation;

namespace DocExchange.Tests.Trust.Ofd;

/// <summary>Whole files in the ways vendors write them: intact without anchors they are INDETERMINATE, with anchors they pass.</summary>
public sealed class OfdVendorTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 8, 0, 0, TimeSpan.Zero);

    private static readonly Dictionary<string, OfdStyle> Styles = new()
    {
        ["as the standard says"] = new OfdStyle(),
        ["no namespace prefix"] = new OfdStyle { Prefix = "" },
        ["another prefix"] = new OfdStyle { Prefix = "ns2:" },
        ["byte order mark"] = new OfdStyle { HasByteOrderMark = true },
        ["paths without a slash in front"] = new OfdStyle { Refer = path => path, ReferOwn = path => path },
        ["two slashes in front"] = new OfdStyle { Refer = path => "//" + path, ReferOwn = path => "//" + path },
        ["paths relative to Signature.xml"] = new OfdStyle { Refer = path => "../../../" + path, ReferOwn = path => path.EndsWith("Signature.xml", StringComparison.Ordinal) ? "Sign_0/Signature.xml" : path[(path.LastIndexOf('/') + 1)..] },
        ["backslashes"] = new OfdStyle { Refer = path => "\\" + path.Replace('/', '\\'), ReferOwn = path => "\\" + path.Replace('/', '\\') },
        ["other letter case"] = new OfdStyle { Refer = path => "/" + path.ToUpperInvariant() },
        ["SM3 by name"] = new OfdStyle { CheckMethod = "SM3" },
        ["lower-case method"] = new OfdStyle { CheckMethod = "sm3" },
        ["401.2 for SM3"] = new OfdStyle { CheckMethod = "1.2.156.10197.1.401.2" },
        ["no digest method"] = new OfdStyle { CheckMethod = null },
        ["no digest method, and SHA-256"] = new OfdStyle { CheckMethod = null, Hash = SHA256.HashData },
        ["SHA-256"] = new OfdStyle { CheckMethod = "SHA256", Hash = SHA256.HashData },
        ["SHA-256 by its OID"] = new OfdStyle { CheckMethod = "2.16.840.1.101.3.4.2.1", Hash = SHA256.HashData },
        ["digests in hexadecimal"] = new OfdStyle { Encode = digest => Convert.ToHexString(digest).ToLowerInvariant() },
        ["digests broken over lines"] = new OfdStyle { Encode = digest => Convert.ToBase64String(digest).Insert(20, "\n  ") },
        ["no type"] = new OfdStyle { Type = null },
        ["a wrong type"] = new OfdStyle { Type = "Sign" },
        ["no seal file"] = new OfdStyle { HasSealFile = false },
        ["no time"] = new OfdStyle { Time = null },
        ["time in words"] = new OfdStyle { Time = "2026年3月5日 10时30分15秒" },
        ["method by name"] = new OfdStyle { Method = "SM2" },
        ["property as it pleases"] = new OfdStyle { Property = "Signature.xml" },
    };

    private SealWorld world = null!;
    private SigningOffice office = null!;

    [OneTimeSetUp]
    public void CreateWorld()
    {
        world = new SealWorld();
        office = new SigningOffice();
    }

    [OneTimeTearDown]
    public void DisposeWorld()
    {
        world.Dispose();
        office.Dispose();
    }

    private static IEnumerable<string> StyleNames => Styles.Keys;

    [TestCaseSource(nameof(StyleNames))]
    public async Task Judges_the_ways_of_vendors(string name)
    {
        var maker = new OfdMaker(Styles[name].Prefix);
        await maker.SealAsync(world, Styles[name]);

        await ExpectIntactAsync(maker.Zip(), world.Trust);
    }

    [TestCase(1, false, false)]
    [TestCase(1, true, false)]
    [TestCase(4, false, false)]
    [TestCase(4, true, false)]
    [TestCase(4, false, true)]
    [TestCase(5, false, false)]
    [TestCase(5, true, true)]
    public async Task Judges_seals_of_all_versions(int version, bool raw, bool asDigests)
    {
        var maker = new OfdMaker();
        await maker.SealAsync(world, null, version, raw, asDigests);

        var judged = await ExpectIntactAsync(maker.Zip(), world.Trust);
        Assert.That(judged.Signatures[0].Seal!.Version, Is.EqualTo(version));
        Assert.That(judged.Signatures[0].Verdict.SignedAt, Is.EqualTo(SealWorld.Sealed));
    }

    [Test]
    public async Task Judges_every_form_of_CMS()
    {
        using var key = office.Certify(KeyAlgorithm.Sm2);
        using var rsa = office.Certify(KeyAlgorithm.Rsa);
        var trust = office.Store with { Intermediates = [office.Authority.Certificate, office.GmAuthority.Certificate] };
        var style = new OfdStyle { Type = "Sign" };
        Func<byte[], Task<byte[]>>[] forms =
        [
            file => OfdCmsForms.DigestAsContentAsync(key, file),
            file => OfdCmsForms.DigestAsContentAsync(key, file, digest => Encoding.ASCII.GetBytes(Convert.ToBase64String(digest))),
            file => OfdCmsForms.DetachedAsync(key, file),
            file => OfdCmsForms.RawAsync(key, file),
            file => OfdCmsForms.PlainAsync(key, file),
            file => OfdCmsForms.PlainAsync(rsa, file),
        ];
        foreach (var form in forms)
        {
            var maker = new OfdMaker();
            await maker.SignAsync(style, form);
            var judged = await ExpectIntactAsync(maker.Zip(), trust);
            Assert.That(judged.Verdict.Signatures[0].Kind, Is.EqualTo(SignatureKind.Cms));
        }
    }

    [Test]
    public async Task Judges_two_seals_of_two_issuers()
    {
        var maker = new OfdMaker();
        await maker.SealAsync(world);
        await maker.SealAsync(world, new OfdStyle { Protects = path => !path.StartsWith("Doc_0/Signs/", StringComparison.Ordinal) });

        var judged = await ExpectIntactAsync(maker.Zip(), world.Trust);
        Assert.That(judged.Signatures, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Reads_names_in_code_page_936_and_with_backslashes()
    {
        var maker = new OfdMaker();
        maker.Put("Doc_0/附件/说明.xml", "<a/>");
        await maker.SealAsync(world);
        maker.WriteList();

        await ExpectIntactAsync(OfdZips.Raw(maker.Parts, path => CodePagesEncodingProvider.Instance.GetEncoding(936)!.GetBytes(path.Replace('/', '\\'))), world.Trust);
    }

    [Test]
    public async Task Reads_stored_entries_and_blank_bytes_before_and_after_the_zip()
    {
        var maker = new OfdMaker { Compression = CompressionLevel.NoCompression };
        await maker.SealAsync(world);
        var zip = maker.Zip();

        await ExpectIntactAsync(zip, world.Trust);
        await ExpectIntactAsync([.. new byte[24], .. zip], world.Trust);
        await ExpectIntactAsync([.. zip, .. new byte[40]], world.Trust);
    }

    [Test]
    public async Task Reads_what_was_written_to_a_stream_with_descriptors()
    {
        var maker = new OfdMaker();
        await maker.SealAsync(world);
        maker.WriteList();

        await ExpectIntactAsync(OfdZips.Streamed(maker.Parts), world.Trust);
    }

    [Test]
    public async Task Reads_zip64()
    {
        var maker = new OfdMaker();
        await maker.SealAsync(world);
        maker.WriteList();

        await ExpectIntactAsync(OfdZips.Zip64(maker.Parts), world.Trust);
    }

    [Test]
    public async Task Takes_the_time_of_a_time_stamp_token_in_version_1_without_trusting_it()
    {
        var maker = new OfdMaker();
        await maker.SealAsync(world, version: 1, timeInfo: OfdZips.Token(SealWorld.Sealed));

        var judged = await VerifyAsync(maker.Zip(), world.Trust);
        Assert.That(judged.Verdict.Signatures[0].SignedAt, Is.EqualTo(SealWorld.Sealed));
        Assert.That(judged.Verdict.Signatures[0].Findings.Select(finding => finding.Code), Does.Contain("SEAL_TIMESTAMP_NOT_JUDGED"));
    }

    internal static async Task<SignedDocument> VerifyAsync(byte[] file, TrustStore trust, OfdLimits? limits = null)
    {
        var policy = ValidationPolicy.Foreign;
        return await new OfdVerifier(trust, policy, limits).VerifyAsync(new MemoryStream(file), Now, CancellationToken.None);
    }

    private static async Task<SignedDocument> ExpectIntactAsync(byte[] file, TrustStore trust)
    {
        var unknown = await VerifyAsync(file, TrustStore.Empty);
        var known = await VerifyAsync(file, trust);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await OfdVerifier.LooksLikeOfdAsync(new MemoryStream(file), OfdLimits.Default, CancellationToken.None), Is.True);
            Assert.That(known.Signatures, Is.Not.Empty);
            Assert.That(known.Verdict.Indication, Is.EqualTo(Indication.TotalPassed), string.Join("\n", known.Verdict.Faults.Select(fault => fault.English)));
            Assert.That(known.Uncovered, Is.Empty);
            Assert.That(unknown.Verdict.Indication, Is.EqualTo(Indication.Indeterminate), string.Join("\n", unknown.Verdict.Faults.Select(fault => fault.English)));
            Assert.That(unknown.Verdict.SubIndication, Is.EqualTo(SubIndication.NoCertificateChainFound));
            Assert.That(unknown.Signatures.Select(signature => signature.Integrity), Is.All.EqualTo(SignatureIntegrity.Intact));
            Assert.That(unknown.Verdict.Signatures.SelectMany(signature => signature.Findings).Select(finding => finding.Code), Does.Contain("SIGNATURE_INTACT"));
        }

        return known;
    }
}

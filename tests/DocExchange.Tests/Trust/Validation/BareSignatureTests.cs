using System.Security.Cryptography;
using DocExchange.Tests.Trust.Signatures;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Containers;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Validation;
using static DocExchange.Tests.Trust.Signatures.ForgedCms;

namespace DocExchange.Tests.Trust.Validation;

/// <summary>Signatures without signed attributes, whose value covers the content itself (RFC 5652 §5.4), detached from it.</summary>
[TestFixture]
public sealed class BareSignatureTests
{
    private static readonly byte[] Content = "关于做好防汛工作的通知"u8.ToArray();
    private static readonly ValidationPolicy Tolerant = ValidationPolicy.Foreign with { RequiresSignedAttributes = false };

    // Nothing here signs with a key for PSS alone.
    private static readonly IReadOnlyList<KeyAlgorithm> Algorithms = [.. Enum.GetValues<KeyAlgorithm>().Except([KeyAlgorithm.RsaPss])];

    private readonly Dictionary<KeyAlgorithm, ISigningKey> keys = [];
    private SigningOffice office = null!;

    [OneTimeSetUp]
    public void Found()
    {
        office = new SigningOffice();
        foreach (var algorithm in Algorithms)
        {
            keys[algorithm] = office.Certify(algorithm);
        }
    }

    [OneTimeTearDown]
    public void Close()
    {
        foreach (var key in keys.Values)
        {
            key.Dispose();
        }

        office.Dispose();
    }

    [Test]
    public void Is_judged_over_the_content_that_is_given_and_the_want_of_attributes_is_its_only_fault([ValueSource(nameof(Algorithms))] KeyAlgorithm algorithm)
    {
        var cms = Bare(algorithm, Content);

        var strictly = Judge(cms, ValidationPolicy.Foreign, ContentDigests.Of(Content));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(strictly.Faults.Select(fault => (fault.Code, fault.SubIndication)), Is.EqualTo(new[] { ("CMS_NO_SIGNED_ATTRIBUTES", SubIndication.SigConstraintsFailure) }));
            Assert.That(strictly.Signatures[0].Integrity, Is.EqualTo(SignatureIntegrity.Intact));
            Assert.That(Judge(cms, Tolerant, ContentDigests.Of(Content)).Faults, Is.Empty);
        }
    }

    [Test]
    public void Fails_over_other_content([ValueSource(nameof(Algorithms))] KeyAlgorithm algorithm)
    {
        var verdict = Judge(Bare(algorithm, Content), Tolerant, ContentDigests.Of("别的内容"u8.ToArray()));

        Assert.That(verdict.Faults.Select(fault => (fault.Code, fault.Indication, fault.SubIndication)), Is.EqualTo(new[] { ("CMS_SIGNATURE_INVALID", Indication.TotalFailed, SubIndication.SigCryptoFailure) }));
    }

    [Test]
    public void Stays_open_where_no_content_is_given() =>
        Assert.That(
            Judge(Bare(KeyAlgorithm.EcdsaP256, Content), Tolerant, null).Faults.Select(fault => (fault.Code, fault.SubIndication)),
            Is.EqualTo(new[] { ("CMS_CONTENT_MISSING", SubIndication.SignedDataNotFound) }));

    [Test]
    public async Task Is_judged_by_a_file_with_its_content_beside_it([ValueSource(nameof(Algorithms))] KeyAlgorithm algorithm)
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That((await VerifyAsync(Bare(algorithm, Content), Content)).Faults, Is.Empty);
            Assert.That((await VerifyAsync(Bare(algorithm, Content), [.. Content, 0])).SubIndication, Is.EqualTo(SubIndication.SigCryptoFailure));
        }
    }

    // Beyond what is kept there is a digest, under which RSA and ECDSA sign.
    [TestCase(KeyAlgorithm.Rsa, null)]
    [TestCase(KeyAlgorithm.EcdsaP384, null)]
    [TestCase(KeyAlgorithm.Sm2, "CMS_CONTENT_MISSING")]
    [TestCase(KeyAlgorithm.Ed25519, "CMS_CONTENT_MISSING")]
    public async Task Of_content_too_large_to_keep_what_is_signed_by_digest_is_judged(KeyAlgorithm algorithm, string? fault)
    {
        var large = RandomNumberGenerator.GetBytes(200_000);
        var cms = Bare(algorithm, large);
        var limited = Tolerant with { Limits = CmsLimits.Default with { MaxSize = 100_000 } };
        var altered = (byte[])large.Clone();
        altered[150_000] ^= 1;

        using (Assert.EnterMultipleScope())
        {
            Assert.That((await VerifyAsync(cms, large, limited)).Faults.Select(found => found.Code), fault is null ? Is.Empty : Is.EqualTo(new[] { fault }));
            Assert.That((await VerifyAsync(cms, altered, limited)).SubIndication, Is.EqualTo(fault is null ? SubIndication.SigCryptoFailure : SubIndication.SignedDataNotFound));
        }
    }

    [Test]
    public void An_algorithm_that_is_not_supported_is_said_whether_content_or_a_digest_is_given([Values] bool byDigest)
    {
        var cms = Detached(Of(keys[KeyAlgorithm.EcdsaP256], Content) with { HasSignedAttributes = false, SignatureAlgorithm = Algorithm("1.2.840.10040.4.3") });

        var verdict = Judge(cms, Tolerant, byDigest ? ContentDigests.Of(Digests(Content), isLikeAttributes: false) : ContentDigests.Of(Content));

        Assert.That(Codes(verdict), Has.Member("CMS_ALGORITHM_UNKNOWN").And.No.Member("CMS_CONTENT_MISSING"));
    }

    [Test]
    public async Task The_attributes_of_another_signature_are_no_content_however_they_are_given([Values(KeyAlgorithm.EcdsaP256, KeyAlgorithm.Rsa, KeyAlgorithm.Sm2)] KeyAlgorithm algorithm)
    {
        // A long attribute makes the forged content longer than what is kept.
        var honest = Of(keys[algorithm], Content).WithMore(Attribute("1.2.3.4", Octets(new byte[3_000])));
        byte[] attributes = Tlv(0x31, [.. honest.Attributes.SelectMany(attribute => attribute)]);
        var replayed = Detached(honest with { HasSignedAttributes = false, Content = attributes });
        var limited = Tolerant with { Limits = CmsLimits.Default with { MaxSize = attributes.Length - 1 } };

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Codes(Judge(replayed, Tolerant, ContentDigests.Of(attributes))), Has.Member("CMS_ATTRIBUTES_AS_CONTENT"));
            Assert.That(Codes(await VerifyAsync(replayed, attributes)), Has.Member("CMS_ATTRIBUTES_AS_CONTENT"));
            Assert.That(Codes(await VerifyAsync(replayed, attributes, limited)), Has.Member("CMS_ATTRIBUTES_AS_CONTENT"));
            Assert.That(Judge(replayed, Tolerant, ContentDigests.Of(Digests(attributes))).SubIndication, Is.EqualTo(SubIndication.SignedDataNotFound), "nobody has looked");
        }
    }

    [Test]
    public void Content_beside_that_inside_must_be_the_same()
    {
        var cms = (Of(keys[KeyAlgorithm.EcdsaP256], Content) with { HasSignedAttributes = false }).Encode();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Judge(cms, Tolerant, ContentDigests.Of(Content)).Faults, Is.Empty);
            Assert.That(Judge(cms, Tolerant, ContentDigests.Of("别的内容"u8.ToArray())).Faults.Select(fault => (fault.Code, fault.SubIndication)), Is.EqualTo(new[] { ("CMS_DIGEST_MISMATCH", SubIndication.HashFailure) }));
        }
    }

    private byte[] Bare(KeyAlgorithm algorithm, byte[] content) => Detached((algorithm == KeyAlgorithm.Ed25519 ? OfEd25519(content) : Of(keys[algorithm], content)) with { HasSignedAttributes = false });

    // RFC 8419 §3.1. The product itself signs nothing so.
    private ForgedCms OfEd25519(byte[] content)
    {
        var key = keys[KeyAlgorithm.Ed25519];
        var fields = CertificateFields.Of(key.Certificate);
        return Of(keys[KeyAlgorithm.EcdsaP256], content) with
        {
            Signature = signed => key.SignAsync(signed, CancellationToken.None).AsTask().GetAwaiter().GetResult(),
            Certificates = [key.Certificate.Der],
            Identifier = Sequence(fields.Issuer.ToArray(), Tlv(0x02, fields.SerialNumber.ToArray())),
            DigestAlgorithm = Algorithm("2.16.840.1.101.3.4.2.3"),
            SignatureAlgorithm = Algorithm("1.3.101.112"),
        };
    }

    /// <summary>The same signature with the content taken out.</summary>
    private static byte[] Detached(ForgedCms cms)
    {
        var value = CmsSignedData.Parse(cms.Encode(), CmsLimits.Default).Signers[0].Signature.ToArray();
        return (cms with { Content = null, Signature = _ => value }).Encode();
    }

    private static Dictionary<DigestAlgorithm, byte[]> Digests(byte[] content) =>
        Enum.GetValues<DigestAlgorithm>().ToDictionary(algorithm => algorithm, algorithm => DigestAlgorithms.Hash(algorithm, content));

    private static IEnumerable<string> Codes(Verdict verdict) => verdict.Faults.Select(fault => fault.Code);

    private TrustStore Store => office.Store with { Intermediates = [office.Authority.Certificate, office.GmAuthority.Certificate] };

    private Verdict Judge(byte[] cms, ValidationPolicy policy, ContentDigests? content) =>
        new CmsValidator(Store, policy).Judge(cms, content, SigningOffice.Now, CertificateUsage.DocumentSigning);

    private async Task<Verdict> VerifyAsync(byte[] cms, byte[] content, ValidationPolicy? policy = null) => (await FileVerifier.VerifyAsync(
        new MemoryStream(cms), new MemoryStream(content), new FileDemands(Store, policy ?? Tolerant, PackageLimits.Default, SigningOffice.Now), CancellationToken.None)).Verdict;
}

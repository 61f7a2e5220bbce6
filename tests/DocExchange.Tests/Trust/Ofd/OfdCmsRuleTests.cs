using System.Security.Cryptography;
using DocExchange.Tests.Trust.Certificates;
using DocExchange.Tests.Trust.Signatures;
using DocExchange.Tests.Trust.Timestamps;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Ofd;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Timestamps;
using DocExchange.Trust.Validation;
using Org.BouncyCastle.Asn1.X509;

namespace DocExchange.Tests.Trust.Ofd;

/// <summary>A CMS in an OFD is held to the rules and the policy that any other CMS is held to.</summary>
public sealed class OfdCmsRuleTests
{
    private static readonly DateTimeOffset Now = SigningOffice.Now.AddDays(20);
    private static readonly DateTimeOffset Revocation = SigningOffice.Now.AddDays(10);

    private SigningOffice office = null!;
    private ISigningKey key = null!;

    [OneTimeSetUp]
    public void Open()
    {
        office = new SigningOffice();
        key = office.Certify(KeyAlgorithm.Sm2);
    }

    [OneTimeTearDown]
    public void Close()
    {
        key.Dispose();
        office.Dispose();
    }

    [Test]
    public async Task Does_not_take_the_word_of_a_revoked_signer_that_the_signature_is_older()
    {
        var zip = await SignedAsync(file => OfdCmsForms.PlainAsync(key, file));
        var later = await JudgeAsync(zip, ValidationPolicy.Foreign, Now, Revocation);
        var proven = await JudgeAsync(zip, ValidationPolicy.Foreign, Revocation.AddSeconds(-1), Revocation);
        var before = await JudgeAsync(zip, ValidationPolicy.Foreign, Now, SigningOffice.Now.AddDays(-1));
        using (Assert.EnterMultipleScope())
        {
            Assert.That((later.Indication, later.SubIndication), Is.EqualTo((Indication.Indeterminate, SubIndication.RevokedNoPoe)));
            Assert.That(proven.Indication, Is.EqualTo(Indication.TotalPassed), string.Join("\n", proven.Faults));
            Assert.That((before.Indication, before.SubIndication), Is.EqualTo((Indication.TotalFailed, SubIndication.Revoked)));
        }
    }

    [Test]
    public async Task Trusts_an_algorithm_as_long_as_the_policy_does()
    {
        var zip = await SignedAsync(file => OfdCmsForms.PlainAsync(key, file));
        var ended = await JudgeAsync(zip, ValidationPolicy.Foreign with { Algorithms = AlgorithmPolicy.Default.With("SM2", Revocation) }, Now);
        var none = await JudgeAsync(zip, ValidationPolicy.Foreign with { Algorithms = new AlgorithmPolicy(new Dictionary<string, DateTimeOffset?>()) }, Now);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(ended.SubIndication, Is.EqualTo(SubIndication.CryptoConstraintsFailureNoPoe));
            Assert.That(none.Faults.Select(fault => fault.Code), Does.Contain("CMS_ALGORITHM_NOT_ALLOWED"));
        }
    }

    [Test]
    public async Task Refuses_keys_smaller_than_the_policy_demands()
    {
        using var rsa = office.Certify(KeyAlgorithm.Rsa);
        var zip = await SignedAsync(file => OfdCmsForms.PlainAsync(rsa, file));
        var judged = await JudgeAsync(zip, ValidationPolicy.Foreign with { Algorithms = AlgorithmPolicy.Default.With("RSA < 3072", SigningOffice.Start) }, Now);
        Assert.That(judged.Faults.Select(fault => fault.Code), Is.EqualTo(["CMS_ALGORITHM_EXPIRED"]));
    }

    [Test]
    public async Task Leaves_open_what_is_beyond_a_limit()
    {
        byte[][] many = [.. Enumerable.Repeat(ForgedCms.Attribute("1.3.6.1.4.1.99999.1", ForgedCms.Octets([1])), 65)];
        var attributes = await SignedAsync(file => Task.FromResult((ForgedCms.Of(key, file) with { Content = null, UnsignedAttributes = many }).Encode()));
        var signers = await SignedAsync(file => Task.FromResult((ForgedCms.Of(key, file) with { Content = null, Copies = 65 }).Encode()));
        using (Assert.EnterMultipleScope())
        {
            foreach (var judged in new[] { await JudgeAsync(attributes, ValidationPolicy.Foreign, Now), await JudgeAsync(signers, ValidationPolicy.Foreign, Now) })
            {
                Assert.That(judged.Indication, Is.Not.EqualTo(Indication.TotalPassed));
                Assert.That(judged.Faults.Select(fault => (fault.Code, fault.SubIndication)), Does.Contain(("CMS_LIMIT", SubIndication.Generic)));
            }
        }
    }

    // rsaEncryption leaves the digest to the field beside it: that one, and no other that happens to fit.
    [TestCase("SHA256", "SHA256", null)]
    [TestCase("SHA384", "SHA384", null)]
    [TestCase("SHA512", "SHA512", null)]
    [TestCase("SHA256", "SHA1", "CMS_SIGNATURE_INVALID")]
    [TestCase("SHA1", "SHA1", "CMS_ALGORITHM_EXPIRED")]
    public async Task Verifies_an_RSA_value_with_the_digest_that_is_named(string named, string used, string? fault)
    {
        using var rsa = RSA.Create(2048);
        var pkcs8 = rsa.ExportEncryptedPkcs8PrivateKey("of the test", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000));
        using var pair = KeyPair.FromEncryptedPkcs8(pkcs8, "of the test");
        using var signer = office.Certify(pair, "签名人");
        var zip = await SignedAsync(file =>
        {
            var digest = CryptographicOperations.HashData(new HashAlgorithmName(named), file);
            var cms = ForgedCms.Of(signer, file).WithAttribute("1.2.840.113549.1.9.52", null).WithAttribute("1.2.840.113549.1.9.4", ForgedCms.Octets(digest));
            return Task.FromResult((cms with
            {
                Content = null,
                DigestAlgorithm = ForgedCms.Algorithm(CryptoConfig.MapNameToOID(named)!),
                SignatureAlgorithm = ForgedCms.Algorithm("1.2.840.113549.1.1.1"),
                Signature = signed => rsa.SignData(signed, new HashAlgorithmName(used), RSASignaturePadding.Pkcs1),
            }).Encode());
        });

        var judged = await JudgeAsync(zip, ValidationPolicy.Foreign, Now);

        Assert.That(judged.Faults.Select(each => each.Code).Distinct(), fault is null ? Is.Empty : Is.EqualTo(new[] { fault }));
    }

    // As the digest that is signed, so those of the parts: by the policy, and by what is proven of the age.
    [TestCase("ecdsa", "2027-01-01", null)]
    [TestCase("ecdsa", "2020-01-01", "CMS_ALGORITHM_EXPIRED")]
    [TestCase("parts", "2027-01-01", null)]
    [TestCase("parts", "2020-01-01", "OFD_DIGEST_WEAK")]
    public async Task Judges_SHA_1_by_the_end_that_the_policy_sets(string where, string end, string? fault)
    {
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var pair = KeyPair.FromEncryptedPkcs8(ecdsa.ExportEncryptedPkcs8PrivateKey("of the test", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000)), "of the test");
        using var signer = office.Certify(pair, "签名人");
        var maker = new OfdMaker();
        var style = where == "parts" ? new OfdStyle { Type = "Sign", CheckMethod = "SHA1", Hash = SHA1.HashData } : new OfdStyle { Type = "Sign" };
        await maker.SignAsync(style, file =>
        {
            var hash = where == "parts" ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA1;
            var cms = ForgedCms.Of(signer, file).WithAttribute("1.2.840.113549.1.9.52", null).WithAttribute("1.2.840.113549.1.9.4", ForgedCms.Octets(CryptographicOperations.HashData(hash, file)));
            return Task.FromResult((cms with
            {
                Content = null,
                DigestAlgorithm = ForgedCms.Algorithm(CryptoConfig.MapNameToOID(hash.Name!)!),
                SignatureAlgorithm = ForgedCms.Algorithm(where == "parts" ? "1.2.840.10045.4.3.2" : "1.2.840.10045.4.1"),
                Signature = signed => ecdsa.SignData(signed, hash, DSASignatureFormat.Rfc3279DerSequence),
            }).Encode());
        });
        var algorithms = AlgorithmPolicy.Default.With("SHA-1", DateTimeOffset.Parse(end, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal));

        var judged = await JudgeAsync(maker.Zip(), ValidationPolicy.Foreign with { Algorithms = algorithms }, Now);

        Assert.That(judged.Faults.Select(each => each.Code), fault is null ? Is.Empty : Is.EqualTo(new[] { fault }));
    }

    [TestCase(new byte[] { 0, 0, 0 }, null)]
    [TestCase(new byte[] { 0, 1, 0 }, "CMS_TRAILING_BYTES")]
    public async Task Fails_bytes_behind_the_signature_that_are_no_padding(byte[] more, string? code)
    {
        var zip = await SignedAsync(async file => [.. await OfdCmsForms.PlainAsync(key, file), .. more]);
        var judged = await JudgeAsync(zip, ValidationPolicy.Foreign, Now);
        Assert.That(judged.Faults.Select(fault => (fault.Code, fault.SubIndication)), code is null ? Is.Empty : Is.EqualTo(new[] { (code, SubIndication.FormatFailure) }));
    }

    [Test]
    public async Task Fails_an_attribute_that_is_there_twice()
    {
        var zip = await SignedAsync(file =>
        {
            var cms = ForgedCms.Of(key, file);
            const string SigningTime = "1.2.840.113549.1.9.5";
            return Task.FromResult((cms with { Content = null }).WithMore(ForgedCms.Attribute(SigningTime, ForgedCms.UtcTime(SigningOffice.Now.AddYears(-1)))).Encode());
        });
        var judged = await JudgeAsync(zip, ValidationPolicy.Foreign, Now);
        Assert.That((judged.Indication, judged.Faults.First().Code), Is.EqualTo((Indication.TotalFailed, "CMS_ATTRIBUTE_NOT_SINGLE")));
    }

    [Test]
    public async Task Is_judged_at_the_time_its_time_stamp_proves_and_each_time_stamp_names_its_signature()
    {
        using var site = new StampingSite();
        using var signer = site.Office.Certify(KeyAlgorithm.EcdsaP256);
        var maker = new OfdMaker();
        for (var i = 0; i < 2; i++)
        {
            await maker.SignAsync(new OfdStyle { Type = "Sign" }, async file => await SignatureLevels.AddTimestampsAsync(
                await CmsSigner.SignAsync(file, signer, SigningOffice.Now, CmsForm.Encapsulated, CancellationToken.None), site.Client(), CancellationToken.None));
        }

        var trust = site.StoreWith(new RevokedCertificate(signer.Certificate.SerialNumber, Revocation, RevocationReason.KeyCompromise));
        var judged = (await new OfdVerifier(trust, ValidationPolicy.Foreign).VerifyAsync(new MemoryStream(maker.Zip()), Now, CancellationToken.None)).Verdict;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(judged.Indication, Is.EqualTo(Indication.TotalPassed), string.Join("\n", judged.Faults));
            Assert.That(judged.Signatures.Select(signature => (signature.Kind, signature.Of)), Is.EqualTo(new (SignatureKind, int?)[]
            {
                (SignatureKind.Cms, null), (SignatureKind.Timestamp, 0), (SignatureKind.Cms, null), (SignatureKind.Timestamp, 2),
            }));
            Assert.That(judged.Signatures[2].Proof!.Time, Is.EqualTo(SigningOffice.Now + TimestampAuthority.Accuracy));
        }
    }

    // As in any other CMS: nobody signs it.
    [Test]
    public async Task Leaves_out_a_time_stamp_that_anybody_can_add()
    {
        using var site = new StampingSite();
        using var signer = site.Office.Certify(KeyAlgorithm.EcdsaP256);
        var maker = new OfdMaker();
        var ofAnother = await site.StampAsync();
        await maker.SignAsync(new OfdStyle { Type = "Sign" }, file => Task.FromResult(
            (ForgedCms.Of(signer, file) with { UnsignedAttributes = [ForgedCms.Attribute("1.2.840.113549.1.9.16.2.14", ofAnother)] }).Encode()));
        var store = site.StoreWith() with { Intermediates = [site.Office.Authority.Certificate] };

        var judged = (await new OfdVerifier(store, ValidationPolicy.Foreign).VerifyAsync(new MemoryStream(maker.Zip()), SigningOffice.Now, CancellationToken.None)).Verdict;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(judged.Indication, Is.EqualTo(Indication.TotalPassed), string.Join("\n", judged.Faults));
            Assert.That((judged.Signatures[1].Kind, judged.Signatures[1].IsLeftOut, judged.Signatures[1].Indication), Is.EqualTo((SignatureKind.Timestamp, true, Indication.TotalFailed)));
            Assert.That(judged.Signatures[0].Findings.Select(finding => finding.Code), Does.Contain("TIMESTAMP_LEFT_OUT"));
        }
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Believes_the_revocation_data_that_came_inside(bool isRevoked)
    {
        RevokedCertificate[] entries = isRevoked ? [new RevokedCertificate(key.Certificate.SerialNumber, Revocation, RevocationReason.KeyCompromise)] : [];
        var list = office.GmAuthority.IssueRevocationList(entries, SamplePki.Told(SigningOffice.Start, entries), SigningOffice.End, 1);
        var zip = await SignedAsync(async file => SignatureLevels.AddValidationData(await OfdCmsForms.PlainAsync(key, file), [], [list], []));
        var trust = office.Store with { Intermediates = [office.Authority.Certificate, office.GmAuthority.Certificate], RevocationLists = [office.GmRoot.IssueRevocationList([], SigningOffice.Start, SigningOffice.End, 1)] };
        var judged = await JudgeAsync(zip, trust, ValidationPolicy.Foreign with { RevocationRequired = true });
        Assert.That((judged.Indication, judged.SubIndication), Is.EqualTo(isRevoked
            ? (Indication.Indeterminate, SubIndication.RevokedNoPoe)
            : (Indication.TotalPassed, SubIndication.None)), string.Join("\n", judged.Faults));
    }

    [Test]
    public async Task Believes_an_OCSP_answer_that_came_inside()
    {
        using var issuer = KeyPair.Generate(Suite.Intl);
        using var pair = KeyPair.Generate(Suite.Intl);
        var name = new DistinguishedName("签发", null, null);
        var root = SamplePki.Odd(issuer, name, issuer, name, extensions => extensions.AddExtension(X509Extensions.BasicConstraints, true, new BasicConstraints(true)));
        using var signer = pair.Certified(SamplePki.Odd(issuer, name, pair, SamplePki.OfficeName), []);
        var answer = OcspAnswers.Make(issuer, root, signer.Certificate, root, OcspAnswers.RevokedAt(Revocation), Revocation, SigningOffice.End);
        var zip = await SignedAsync(async file => SignatureLevels.AddValidationData(await OfdCmsForms.PlainAsync(signer, file), [], [], [answer.Der]));
        var judged = await JudgeAsync(zip, new TrustStore([root], [], []), ValidationPolicy.Foreign);
        Assert.That((judged.Indication, judged.SubIndication), Is.EqualTo((Indication.Indeterminate, SubIndication.RevokedNoPoe)), string.Join("\n", judged.Faults));
    }

    [Test]
    public async Task Lists_counter_signatures_behind_the_signature_they_belong_to()
    {
        using var other = office.Certify(KeyAlgorithm.EcdsaP256, "市政府法制办");
        var maker = new OfdMaker();
        for (var i = 0; i < 2; i++)
        {
            await maker.SignAsync(new OfdStyle { Type = "Sign" }, file => Task.FromResult(
                (ForgedCms.Of(key, file) with { Content = null, Certificates = [key.Certificate.Der, other.Certificate.Der] })
                .CounterSigned(CounterSigning.Counter(other), CounterSigning.Counter(other) with { Signature = static _ => ForgedCms.Pair(5, 7) })));
        }

        var judged = await JudgeAsync(maker.Zip(), ValidationPolicy.Foreign, Now);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(judged.Signatures.Select(signature => (signature.Of, signature.Indication)), Is.EqualTo(new (int?, Indication)[]
            {
                (null, Indication.TotalPassed), (0, Indication.TotalPassed), (0, Indication.TotalFailed),
                (null, Indication.TotalPassed), (3, Indication.TotalPassed), (3, Indication.TotalFailed),
            }), string.Join("\n", judged.Faults));
            Assert.That(judged.Signatures[1].Signer, Is.EqualTo(other.Certificate));
            Assert.That(judged.Indication, Is.EqualTo(Indication.TotalPassed), "whoever has the file may have added the other");
            Assert.That(judged.Signatures.Select(signature => signature.Findings.Count(finding => finding.Code == "COUNTER_SIGNATURE_LEFT_OUT")), Is.EqualTo(new[] { 1, 0, 0, 1, 0, 0 }));
        }
    }

    private static async Task<byte[]> SignedAsync(Func<byte[], Task<byte[]>> sign)
    {
        var maker = new OfdMaker();
        await maker.SignAsync(new OfdStyle { Type = "Sign" }, sign);
        return maker.Zip();
    }

    private async Task<Verdict> JudgeAsync(byte[] zip, ValidationPolicy policy, DateTimeOffset at, DateTimeOffset? revoked = null)
    {
        RevokedCertificate[] entries = revoked is { } since ? [new RevokedCertificate(key.Certificate.SerialNumber, since, RevocationReason.KeyCompromise)] : [];
        var list = office.GmAuthority.IssueRevocationList(entries, SamplePki.Told(SigningOffice.Start, entries), SigningOffice.End, 1);
        var trust = office.Store with { Intermediates = [office.Authority.Certificate, office.GmAuthority.Certificate], RevocationLists = [list] };
        return await JudgeAsync(zip, trust, policy, at);
    }

    private static async Task<Verdict> JudgeAsync(byte[] zip, TrustStore trust, ValidationPolicy policy, DateTimeOffset? at = null) =>
        (await new OfdVerifier(trust, policy).VerifyAsync(new MemoryStream(zip), at ?? Now, CancellationToken.None)).Verdict;
}

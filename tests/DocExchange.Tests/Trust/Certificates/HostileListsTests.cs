using System.Security.Cryptography;
using DocExchange.Tests.Fuzzing;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Validation;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.Ocsp;
using Org.BouncyCastle.Asn1.X509;
using OcspResponse = DocExchange.Trust.Certificates.OcspResponse;

namespace DocExchange.Tests.Trust.Certificates;

/// <summary>Revocation data made to exhaust whoever judges by it: what is spent is counted, and stays under 2 s and 256 MiB.</summary>
internal sealed class HostileListsTests
{
    private static readonly DistinguishedName RootName = new("宽密钥根", null, null);
    private static readonly CertificatePathOptions Strict = CertificateCheck.Strict with { RequiresProfile = false };

    [Test]
    public void Spends_its_budget_on_lists_of_an_issuer_with_the_costliest_key()
    {
        var wide = new WideRsa();
        var root = wide.Certify(wide.Info, RootName, isAuthority: true);
        using var key = KeyPair.Generate(Suite.Intl);
        var leaf = wide.Certify(key.PublicKeyInfo, SamplePki.OfficeName, isAuthority: false);
        var lists = Enumerable.Range(0, 3000).Select(i => wide.ForgedList(i)).ToList();
        var paths = new CertificatePaths(new TrustStore([root], [], lists), CertificatePathOptions.Default);

        var result = Bounded(() => paths.Build(leaf, [], SamplePki.Noon, CertificateUsage.Any));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(result.Chain, Has.Count.EqualTo(2));
            Assert.That(result.Findings.Select(finding => (finding.Code, finding.Indication)), Does.Contain(("CRL_LIMIT", Indication.Indeterminate)));
            Assert.That(result.Findings.Count(finding => finding.Code == "CRL_SIGNATURE"), Is.EqualTo(16 + 1));
            Assert.That(result.Findings.Last(finding => finding.Code == "CRL_SIGNATURE").English, Does.StartWith("So it is with 2984 more"));
            Assert.That(paths.Work, Is.InRange(900_000, CertificatePathOptions.Default.MaxWork));
        }
    }

    [Test]
    public void Hashes_a_huge_SM2_list_for_few_of_the_many_that_may_have_signed_it()
    {
        var keys = Enumerable.Range(0, 33).Select(_ => KeyPair.Generate(KeyAlgorithm.Sm2)).ToList();
        try
        {
            var namesakes = keys.ConvertAll(key => SamplePki.Odd(keys[0], RootName, key, RootName, AddAuthority));
            var leaf = SamplePki.Odd(keys[0], RootName, keys[1], SamplePki.OfficeName);
            var der = LargeLists.Make(370_000, keys[32], RootName);
            var store = new TrustStore([namesakes[0]], namesakes[1..], []);
            CertificatePaths paths = null!;

            var result = Bounded(() =>
            {
                paths = new CertificatePaths(store with { RevocationLists = [RevocationList.Parse(der)] }, Strict);
                return paths.Build(leaf, [], SamplePki.Noon, CertificateUsage.Any);
            });

            using (Assert.EnterMultipleScope())
            {
                Assert.That(der, Has.Length.GreaterThan(8_000_000));
                Assert.That(result.Findings.Select(finding => finding.Code), Does.Contain("CRL_LIMIT"));
                Assert.That(paths.Work, Is.InRange(800_000, Strict.MaxWork));
            }
        }
        finally
        {
            keys.ForEach(key => key.Dispose());
        }
    }

    [Test]
    public void Finds_one_of_hundreds_of_thousands_of_entries_in_little_memory()
    {
        using var key = KeyPair.Generate(KeyAlgorithm.Sm2);
        var root = SamplePki.Odd(key, RootName, key, RootName, AddAuthority);
        var leaf = SamplePki.Odd(key, RootName, key, SamplePki.OfficeName);
        var der = LargeLists.Make(370_000, key, RootName, leaf);

        var result = Bounded(
            () => new CertificatePaths(new TrustStore([root], [], [RevocationList.Parse(der)]), Strict).Build(leaf, [], SamplePki.Noon, CertificateUsage.Any), mebibytes: 64);

        Assert.That(result.Findings.Select(finding => finding.Code), Does.Contain("CERT_REVOKED"));
    }

    [Test]
    public void Does_not_depend_on_what_earlier_judgements_have_verified()
    {
        using var pki = new SamplePki(Suite.Intl);
        var lists = Enumerable.Range(1, 40).Select(i => pki.Authority.IssueRevocationList([], SamplePki.Noon.AddDays(-i), SamplePki.Noon.AddDays(6), i)).ToList();
        var store = pki.Store with { RevocationLists = [pki.RootList, .. lists] };
        var options = CertificatePathOptions.Default with { MaxWork = 2_000 };

        var cold = new CertificatePaths(store, options);
        var first = cold.Build(pki.Office, [], SamplePki.Noon, CertificateUsage.DocumentSigning).Findings;
        var all = new CertificatePaths(store, CertificatePathOptions.Default).Build(pki.Office, [], SamplePki.Noon, CertificateUsage.DocumentSigning).Findings;
        var again = new CertificatePaths(store, options).Build(pki.Office, [], SamplePki.Noon, CertificateUsage.DocumentSigning).Findings;

        using (Assert.EnterMultipleScope())
        {
            Assert.That(first.Select(finding => finding.Code), Does.Contain("CRL_LIMIT"));
            Assert.That(all, Is.Empty);
            Assert.That(again, Is.EqualTo(first));
            Assert.That(cold.Work, Is.LessThanOrEqualTo(options.MaxWork));
        }
    }

    [Test]
    public void Hashes_the_issuer_once_for_thousands_of_answers_and_verifies_few()
    {
        using var key = KeyPair.Generate(Suite.Intl);
        var root = SamplePki.Odd(key, RootName, key, RootName, AddAuthority);
        var leaf = SamplePki.Odd(key, RootName, key, SamplePki.OfficeName);
        var answers = Enumerable.Range(0, 200).Select(i => Flood(OcspAnswers.Make(key, root, leaf, root, OcspAnswers.Good, SamplePki.Noon.AddSeconds(-i), SamplePki.Noon.AddDays(1)))).ToList();
        var paths = new CertificatePaths(new TrustStore([root], [], []) { OcspResponses = answers }, Strict);

        var result = Bounded(() => paths.Build(leaf, [], SamplePki.Noon, CertificateUsage.Any));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(result.Findings.Count(finding => finding.Code == "OCSP_SIGNATURE"), Is.LessThanOrEqualTo(answers.Count));
            Assert.That(paths.SignatureChecks, Is.InRange(1, Strict.MaxSignatureChecks));
        }
    }

    [Test]
    public void Keeps_few_of_the_statements_of_answers_that_repeat_themselves_for_many_signers()
    {
        using var key = KeyPair.Generate(Suite.Intl);
        var root = SamplePki.Odd(key, RootName, key, RootName, AddAuthority);
        var authority = SamplePki.Odd(key, RootName, key, SamplePki.OfficeName, AddAuthority);
        var leaves = Enumerable.Range(0, 62).Select(i => SamplePki.Odd(key, SamplePki.OfficeName, key, new DistinguishedName($"人员 {i}", null, null))).ToList();
        var answers = Enumerable.Range(0, 24).Select(i => Flood(OcspAnswers.Make(key, root, authority, root, OcspAnswers.Good, SamplePki.Noon.AddSeconds(-i), SamplePki.Noon.AddDays(1)), key)).ToList();
        var paths = new CertificatePaths(new TrustStore([root], [authority], []) { OcspResponses = answers }, CertificatePathOptions.Default);

        var results = Bounded(() => leaves.ConvertAll(leaf => paths.Build(leaf, [], SamplePki.Noon, CertificateUsage.Any)), mebibytes: 160);

        // Sixteen are named, the others counted.
        Assert.That(results.SelectMany(result => result.Findings).Count(finding => finding.Code == "CRL_LIMIT"), Is.EqualTo((16 + 1) * 62));
    }

    [Test]
    public void Reads_few_of_the_thousands_of_names_that_distribution_points_hold()
    {
        using var key = KeyPair.Generate(Suite.Intl);
        var root = SamplePki.Odd(key, RootName, key, RootName, AddAuthority);
        var names = new GeneralNames([.. Enumerable.Range(0, 2700).Select(i => new GeneralName(X509Name.GetInstance(new DerSequence(new DerSet(new DerSequence(X509Name.CN, new DerUtf8String($"{i:x4}")))))))]);
        void AddPoint(X509ExtensionsGenerator extensions) => extensions.AddExtension(X509Extensions.CrlDistributionPoints, false, new CrlDistPoint([new DistributionPoint(null, null, names)]));
        var middle = Enumerable.Range(0, 3).Select(_ => SamplePki.Odd(key, RootName, key, RootName, extensions =>
        {
            AddAuthority(extensions);
            AddPoint(extensions);
        })).ToList();
        var leaf = SamplePki.Odd(key, RootName, key, SamplePki.OfficeName, AddPoint);
        var lists = Enumerable.Range(0, 250).Select(i => Indirect(key, i)).ToList();

        var verdict = Bounded(() => CertificateCheck.Judge(leaf, new TrustStore([root], middle, lists), SamplePki.Noon, CertificateUsage.Any, Strict));

        Assert.That(verdict.Findings.Select(finding => (finding.Code, finding.SubIndication)), Has.Member(("CRL_LIMIT", SubIndication.TryLater)));
    }

    private static RevocationList Indirect(KeyPair key, int number)
    {
        var generator = new V2TbsCertListGenerator();
        generator.SetSignature(SignatureScheme.IdentifierFor(key.Algorithm));
        generator.SetIssuer(RootName.ToName());
        generator.SetThisUpdate(CertificateIssuing.TimeOf(SamplePki.Noon.AddDays(-1)));
        generator.SetNextUpdate(CertificateIssuing.TimeOf(SamplePki.Noon.AddDays(6)));
        var extensions = new X509ExtensionsGenerator();
        extensions.AddExtension(X509Extensions.CrlNumber, false, DerInteger.ValueOf(number));
        extensions.AddExtension(X509Extensions.IssuingDistributionPoint, true, new IssuingDistributionPoint(null, false, false, null, true, false));
        generator.SetExtensions(extensions.Generate());
        return RevocationList.Parse(CertificateIssuing.Sign(key, generator.GenerateTbsCertList()));
    }

    [Test]
    public void Takes_no_key_with_an_exponent_beyond_32_bits()
    {
        var (largest, larger) = (new WideRsa(2048), new WideRsa(2048, (1L << 32) + 1));
        var scheme = new SignatureScheme(SignatureFamily.RsaPkcs1, HashAlgorithmName.SHA256);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(VerificationKey.Open(largest.Info)!.Verify(scheme, "公文"u8, largest.Sign("公文"u8.ToArray())), Is.True);
            Assert.That(VerificationKey.Open(larger.Info), Is.Null);
        }
    }

    [Test]
    public void Verifies_PSS_of_odd_parameters_without_a_search_for_primes()
    {
        var wide = new WideRsa();
        var scheme = new SignatureScheme(SignatureFamily.RsaPss, HashAlgorithmName.SHA256, HashAlgorithmName.SHA1, 20);
        var value = wide.Raw(EncodedPss(wide.Modulus.BitLength - 1, "公文"u8.ToArray(), 20));

        var (right, wrong) = Bounded(
            () => (VerificationKey.Open(wide.Info)!.Verify(scheme, "公文"u8, value), VerificationKey.Open(wide.Info)!.Verify(scheme, "别文"u8, value)), TimeSpan.FromMilliseconds(500));

        Assert.That((right, wrong), Is.EqualTo((true, false)));
    }

    private static T Bounded<T>(Func<T> judge, TimeSpan? limit = null, int mebibytes = 256)
    {
        var (bytes, time) = (GC.GetAllocatedBytesForCurrentThread(), ThreadTime.Now);
        var result = judge();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(ThreadTime.Now - time, Is.LessThan(limit ?? TimeSpan.FromSeconds(2)));
            Assert.That((GC.GetAllocatedBytesForCurrentThread() - bytes) / (1024 * 1024), Is.LessThan(mebibytes));
        }

        return result;
    }

    private static void AddAuthority(X509ExtensionsGenerator extensions)
    {
        extensions.AddExtension(X509Extensions.BasicConstraints, true, new BasicConstraints(true));
        extensions.AddExtension(X509Extensions.KeyUsage, true, new KeyUsage(KeyUsage.KeyCertSign | KeyUsage.CrlSign));
    }

    /// <summary>The same statement a thousand times over, so that the signature no longer fits, or another signed anew.</summary>
    private static OcspResponse Flood(OcspResponse answer, KeyPair? key = null)
    {
        var whole = Org.BouncyCastle.Asn1.Ocsp.OcspResponse.GetInstance(Asn1Object.FromByteArray(answer.Der));
        var basic = BasicOcspResponse.GetInstance(Asn1Object.FromByteArray(whole.ResponseBytes.Response.GetOctets()));
        var data = basic.TbsResponseData;
        var many = new ResponseData(data.ResponderID, data.ProducedAt, new DerSequence(Enumerable.Repeat(data.Responses[0], 1024).ToArray()), (X509Extensions?)null);
        var forged = new BasicOcspResponse(many, basic.SignatureAlgorithm, key is null ? basic.Signature : new DerBitString(key.Secret.Sign(many.GetDerEncoded())), null);
        return OcspResponse.Parse(new Org.BouncyCastle.Asn1.Ocsp.OcspResponse(
            whole.ResponseStatus, new ResponseBytes(whole.ResponseBytes.ResponseType, new DerOctetString(forged.GetDerEncoded()))).GetDerEncoded());
    }

    /// <summary>EMSA-PSS (RFC 8017 §9.1.1) with SHA-256 and a mask of SHA-1.</summary>
    private static byte[] EncodedPss(int bits, byte[] data, int saltSize)
    {
        var salt = RandomNumberGenerator.GetBytes(saltSize);
        var hash = SHA256.HashData([.. new byte[8], .. SHA256.HashData(data), .. salt]);
        var size = (bits + 7) / 8;
        byte[] block = [.. new byte[size - saltSize - hash.Length - 2], 1, .. salt];
        for (var i = 0; i < block.Length; i++)
        {
            var counter = i / 20;
            block[i] ^= SHA1.HashData([.. hash, 0, 0, (byte)(counter >> 8), (byte)counter])[i % 20];
        }

        block[0] &= 0x7F;
        return [.. block, .. hash, 0xBC];
    }
}

using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Validation;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;

namespace DocExchange.Tests.Trust.Certificates;

[TestFixture]
public sealed class CertificatePathsTests
{
    private static readonly DateTimeOffset Noon = SamplePki.Noon;
    private static readonly DistinguishedName RootName = new("odd root", null, null);
    private static readonly DistinguishedName SubName = new("odd sub", null, null);

    private SamplePki pki = null!;

    [SetUp]
    public void SetUp() => pki = new SamplePki(Suite.Intl);

    [TearDown]
    public void TearDown() => pki.Dispose();

    [Test]
    public void Trusts_an_office_below_an_anchor([Values] Suite suite)
    {
        using var own = new SamplePki(suite);

        var result = own.PathsWith().Build(own.Office, [], Noon, CertificateUsage.DocumentSigning);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(result.Findings, Is.Empty);
            Assert.That(result.Chain, Is.EqualTo(new[] { own.Office, own.Authority.Certificate, own.Root.Certificate }));
        }
    }

    [Test]
    public void Takes_an_intermediate_that_came_along()
    {
        var paths = new CertificatePaths(pki.Store with { Intermediates = [] }, CertificatePathOptions.Default);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(paths.Build(pki.Office, [pki.Authority.Certificate], Noon, CertificateUsage.Seal).IsTrusted, Is.True);
            Assert.That(Codes(paths.Build(pki.Office, [], Noon, CertificateUsage.Seal)), Is.EqualTo(new[] { "CERT_ISSUER_UNKNOWN" }));
        }
    }

    [Test]
    public void Does_not_trust_a_root_that_came_along()
    {
        var paths = new CertificatePaths(TrustStore.Empty, CertificatePathOptions.Default);

        var result = paths.Build(pki.Office, [pki.Authority.Certificate, pki.Root.Certificate], Noon, CertificateUsage.DocumentSigning);

        Assert.That(Find(result, "CERT_ROOT_NOT_TRUSTED").SubIndication, Is.EqualTo(SubIndication.NoCertificateChainFound));
    }

    [Test]
    public void Sees_a_forged_authority_under_a_known_name()
    {
        using var forger = KeyPair.Generate(Suite.Intl);
        var forged = SamplePki.Odd(forger, new DistinguishedName("测试签发", "北京市", null), pki.OfficeKey, SamplePki.OfficeName);

        var result = pki.PathsWith().Build(forged, [], Noon, CertificateUsage.Any);

        Assert.That(Codes(result), Is.EqualTo(new[] { "CERT_SIGNATURE" }));
    }

    [TestCase(-1, "CERT_NOT_YET_VALID", SubIndication.NotYetValid)]
    [TestCase(400 * 86400, "CERT_EXPIRED", SubIndication.Expired)]
    [TestCase((365 * 86400) + 1, "CERT_EXPIRED", SubIndication.Expired)]
    public void Fails_outside_the_leafs_period(int seconds, string code, SubIndication sub)
    {
        var finding = Find(pki.PathsWith().Build(pki.Office, [], SamplePki.Start.AddSeconds(seconds), CertificateUsage.DocumentSigning), code);

        Assert.That((finding.Indication, finding.SubIndication), Is.EqualTo((Indication.TotalFailed, sub)));
    }

    [Test]
    public void Is_valid_through_its_last_second()
    {
        var result = pki.PathsWith().Build(pki.Office, [], pki.Office.NotAfter, CertificateUsage.DocumentSigning);

        Assert.That(Codes(result), Does.Not.Contain("CERT_EXPIRED"));
    }

    [Test]
    public void Lists_every_finding_not_only_the_first()
    {
        using var rootKey = KeyPair.Generate(Suite.Intl);
        var root = SamplePki.Odd(rootKey, RootName, rootKey, RootName);
        var leaf = SamplePki.Odd(rootKey, RootName, pki.OfficeKey, SamplePki.OfficeName, extensions =>
        {
            extensions.AddExtension(X509Extensions.KeyUsage, true, new KeyUsage(KeyUsage.KeyEncipherment));
            extensions.AddExtension(new DerObjectIdentifier("1.2.156.1.2.3"), true, DerNull.Instance);
            extensions.AddExtension(X509Extensions.ExtendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeID.id_kp_serverAuth));
        });

        var result = Paths(root).Build(leaf, [], SamplePki.Start.AddYears(2), CertificateUsage.DocumentSigning);

        Assert.That(Codes(result), Is.EquivalentTo(new[]
        {
            "CERT_CRITICAL_EXTENSION", "CERT_NOT_AUTHORITY", "CERT_KEY_USAGE", "CERT_PURPOSE", "CERT_EXPIRED", "CERT_EXPIRED", "CRL_MISSING",
        }));
    }

    [TestCase(CertificateProfile.Tls, CertificateUsage.DocumentSigning, false)]
    [TestCase(CertificateProfile.Tls, CertificateUsage.TlsClient, true)]
    [TestCase(CertificateProfile.Tls, CertificateUsage.TlsServer, true)]
    [TestCase(CertificateProfile.DocumentSigning, CertificateUsage.TlsServer, false)]
    [TestCase(CertificateProfile.DocumentSigning, CertificateUsage.TimeStamping, false)]
    [TestCase(CertificateProfile.DocumentSigning, CertificateUsage.OcspSigning, false)]
    [TestCase(CertificateProfile.MachineSigning, CertificateUsage.MachineSigning, true)]
    [TestCase(CertificateProfile.SealMaker, CertificateUsage.SealMaker, true)]
    [TestCase(CertificateProfile.TimeStamping, CertificateUsage.TimeStamping, true)]
    [TestCase(CertificateProfile.TimeStamping, CertificateUsage.DocumentSigning, false)]
    [TestCase(CertificateProfile.OcspResponder, CertificateUsage.OcspSigning, true)]
    [TestCase(CertificateProfile.Tls, CertificateUsage.Any, true)]
    public void Allows_a_profile_for_its_own_usage_only(CertificateProfile profile, CertificateUsage usage, bool isAllowed)
    {
        using var own = new SamplePki(Suite.Intl, profile);

        var result = own.PathsWith().Build(own.Office, [], Noon, usage);

        Assert.That(Codes(result), isAllowed ? Is.Empty : Is.EqualTo(new[] { "CERT_PURPOSE" }));
    }

    [TestCase("1.3.6.1.5.5.7.3.36", true)]
    [TestCase("1.3.6.1.4.1.311.10.3.12", true)]
    [TestCase("1.2.840.113583.1.1.5", true)]
    [TestCase("1.3.6.1.4.1.311.10.3.4", false)]
    public void Takes_the_purposes_that_stood_for_signing_documents_before_RFC_9336(string purpose, bool isAllowed)
    {
        using var rootKey = KeyPair.Generate(Suite.Intl);
        var leaf = SamplePki.Odd(rootKey, RootName, pki.OfficeKey, SamplePki.OfficeName, extensions =>
            extensions.AddExtension(X509Extensions.ExtendedKeyUsage, false, ExtendedKeyUsage.GetInstance(new DerSequence(new DerObjectIdentifier(purpose)))));
        var paths = new CertificatePaths(TrustStore.Of([Root(rootKey)], []), CertificatePathOptions.Default with { Revocation = RevocationDemand.Ignored });

        Assert.That(Codes(paths.Build(leaf, [], Noon, CertificateUsage.DocumentSigning)), isAllowed ? Is.Empty : Is.EqualTo(new[] { "CERT_PURPOSE" }));
        Assert.That(Codes(paths.Build(leaf, [], Noon, CertificateUsage.TlsServer)), Is.EqualTo(new[] { "CERT_PURPOSE" }));
    }

    [Test]
    public void Refuses_an_issuer_that_is_no_authority()
    {
        var below = SamplePki.Odd(pki.OfficeKey, SamplePki.OfficeName, pki.OfficeKey, new DistinguishedName("below", null, null));

        var result = pki.PathsWith().Build(below, [pki.Office], Noon, CertificateUsage.Any);

        Assert.That(Codes(result), Does.Contain("CERT_NOT_AUTHORITY").And.Contain("CERT_MAY_NOT_ISSUE"));
        Assert.That(Find(result, "CERT_NOT_AUTHORITY").SubIndication, Is.EqualTo(SubIndication.ChainConstraintsFailure));
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Refuses_an_issuer_whose_only_fault_is_that_the_CA_flag_is_missing(bool hasConstraints)
    {
        using var rootKey = KeyPair.Generate(Suite.Intl);
        var middle = SamplePki.Odd(rootKey, RootName, pki.OfficeKey, SubName, extensions =>
        {
            extensions.AddExtension(X509Extensions.KeyUsage, true, new KeyUsage(KeyUsage.KeyCertSign | KeyUsage.CrlSign));
            if (hasConstraints)
            {
                extensions.AddExtension(X509Extensions.BasicConstraints, true, new BasicConstraints(false));
            }
        });
        var below = SamplePki.Odd(pki.OfficeKey, SubName, rootKey, SamplePki.OfficeName);
        var paths = new CertificatePaths(TrustStore.Of([Root(rootKey)], []), CertificatePathOptions.Default with { Revocation = RevocationDemand.Ignored });

        var result = paths.Build(below, [middle], Noon, CertificateUsage.Any);

        Assert.That(result.Findings.Select(finding => (finding.Code, finding.SubIndication)), Is.EqualTo(new[] { ("CERT_NOT_AUTHORITY", SubIndication.ChainConstraintsFailure) }));
    }

    [Test]
    public void Refuses_an_authority_below_one_that_allows_none()
    {
        using var lower = pki.Authority.CreateSubordinate(new DistinguishedName("lower", null, null), SamplePki.Start, SamplePki.Start.AddYears(2));
        var leaf = lower.Issue(pki.OfficeKey.CreateRequest(SamplePki.OfficeName), CertificateProfile.Seal, SamplePki.OfficeName, null, SamplePki.Start, SamplePki.Start.AddYears(1));
        var paths = new CertificatePaths(pki.Store.With(SamplePki.ListOf(lower)), CertificatePathOptions.Default);

        var result = paths.Build(leaf, [lower.Certificate], Noon, CertificateUsage.Seal);

        Assert.That(Codes(result), Is.EqualTo(new[] { "CERT_PATH_LENGTH" }));
    }

    [Test]
    public void Reports_an_authority_key_identifier_of_another_key()
    {
        using var rootKey = KeyPair.Generate(Suite.Intl);
        var root = Root(rootKey);
        var leaf = SamplePki.Odd(rootKey, RootName, pki.OfficeKey, SubName, issuerKeyId: new byte[20]);

        Assert.That(Codes(Paths(root).Build(leaf, [], Noon, CertificateUsage.Any)), Does.Contain("CERT_KEY_IDENTIFIER"));
    }

    [Test]
    public void Reports_a_malformed_extension()
    {
        using var rootKey = KeyPair.Generate(Suite.Intl);
        var leaf = SamplePki.Odd(rootKey, RootName, pki.OfficeKey, SubName, extensions =>
            extensions.AddExtension(X509Extensions.ExtendedKeyUsage, false, new byte[] { 0x30, 0x05, 0x01 }));

        Assert.That(Codes(Paths(Root(rootKey)).Build(leaf, [], Noon, CertificateUsage.Seal)), Does.Contain("CERT_MALFORMED"));
    }

    [Test]
    public void Names_the_authority_whose_extension_is_malformed_and_goes_on()
    {
        using var rootKey = KeyPair.Generate(Suite.Intl);
        using var subKey = KeyPair.Generate(Suite.Intl);
        var root = Root(rootKey);
        var sub = SamplePki.Odd(rootKey, RootName, subKey, SubName, extensions =>
        {
            extensions.AddExtension(X509Extensions.BasicConstraints, true, new BasicConstraints(cA: true));
            extensions.AddExtension(X509Extensions.ExtendedKeyUsage, false, new byte[] { 0x04, 0x01, 0x01 });
            extensions.AddExtension(X509Extensions.NameConstraints, true, new byte[] { 0x04, 0x01, 0x01 });
        });
        var leaf = SamplePki.Odd(subKey, SubName, pki.OfficeKey, new DistinguishedName("leaf", null, null), extensions =>
        {
            extensions.AddExtension(X509Extensions.KeyUsage, true, new KeyUsage(KeyUsage.DigitalSignature));
            extensions.AddExtension(X509Extensions.AuthorityInfoAccess, true, DerSequence.Empty);
        });

        var demanding = new CertificatePaths(new TrustStore([root], [], []), CertificatePathOptions.Default with { Revocation = RevocationDemand.Ignored, RequiresProfile = true });
        var findings = demanding.Build(leaf, [sub], Noon, CertificateUsage.Any).Findings;

        Assert.That(findings.Where(finding => finding.Code == "CERT_MALFORMED").Select(finding => finding.English), Is.EqualTo(new[]
        {
            $"The extension 2.5.29.30 of the certificate {sub} is malformed.", $"The extension 2.5.29.37 of the certificate {sub} is malformed.",
        }));
        Assert.That(findings.Select(finding => finding.Code), Does.Contain("CERT_CRITICALITY"));
    }

    [Test]
    public void Trusts_no_certificate_altered_at_any_byte([Values] Suite suite)
    {
        using var own = new SamplePki(suite);
        var paths = own.PathsWith();
        var der = own.Office.Der;
        var judged = 0;
        using (Assert.EnterMultipleScope())
        {
            for (var i = 0; i < der.Length; i++)
            {
                if (ParseAltered(der, i) is not { } altered)
                {
                    continue;
                }

                judged++;
                Assert.That(paths.Build(altered, [], Noon, CertificateUsage.DocumentSigning).IsTrusted, Is.False, $"byte {i} altered");
            }

            Assert.That(judged, Is.GreaterThan(der.Length / 2));
        }
    }

    [TestCase("rsa -pkeyopt rsa_keygen_bits:1024", "-sha256", "CERT_KEY_WEAK", "1024")]
    [TestCase("rsa -pkeyopt rsa_keygen_bits:2048", "-sha1", "CERT_ALGORITHM", "SHA-1")]
    [TestCase("ec -pkeyopt ec_paramgen_curve:secp256k1", "-sha256", "CERT_KEY_WEAK", "曲线（1.3.132.0.10）")]
    public void Names_an_algorithm_it_does_not_accept(string algorithm, string digest, string code, string named)
    {
        using var openssl = new OpenSsl();
        openssl.Do($"genpkey -algorithm {algorithm} -out root.key");
        openssl.Do($"req -x509 -new -key root.key -subj /CN=Root {digest} -out root.pem");
        openssl.Do($"req -new -key root.key -subj /CN=Leaf {digest} -out leaf.csr");
        openssl.Do($"x509 -req -in leaf.csr -CA root.pem -CAkey root.key {digest} -out leaf.pem");
        var leaf = Certificate.Parse(openssl.Read("leaf.pem"));

        var result = Paths(Certificate.Parse(openssl.Read("root.pem"))).Build(leaf, [], leaf.NotBefore, CertificateUsage.Any);

        Assert.That(result.Findings.Where(finding => finding.SubIndication == SubIndication.CryptoConstraintsFailure).Where(finding => finding.Chinese.Contains(named, StringComparison.Ordinal)).Select(finding => finding.Code), Does.Contain(code));
    }

    [TestCase(KeyAlgorithm.EcdsaP256)]
    [TestCase(KeyAlgorithm.EcdsaP384)]
    [TestCase(KeyAlgorithm.EcdsaP521)]
    [TestCase(KeyAlgorithm.Rsa)]
    [TestCase(KeyAlgorithm.Ed25519)]
    [TestCase(KeyAlgorithm.Sm2)]
    public void OpenSSL_accepts_a_chain_of_ours(KeyAlgorithm algorithm)
    {
        using var rootKey = KeyPair.Generate(algorithm, 2048);
        using var leafKey = KeyPair.Generate(algorithm, 2048);
        using var openssl = new OpenSsl();
        var rootName = new DistinguishedName("自有根", null, null);
        var root = SamplePki.Odd(rootKey, rootName, rootKey, rootName, extensions => extensions.AddExtension(X509Extensions.BasicConstraints, true, new BasicConstraints(true)));
        var leaf = SamplePki.Odd(rootKey, rootName, leafKey, SamplePki.OfficeName);
        openssl.Write("root.pem", root.ToPem());
        openssl.Write("leaf.pem", leaf.ToPem());
        openssl.Write("list.pem", Pem.Write("X509 CRL", LargeLists.Make(3, rootKey, rootName, issuer: root)));
        openssl.Write("revoking.pem", Pem.Write("X509 CRL", LargeLists.Make(3, rootKey, rootName, leaf, root)));

        // What it has no option for is the user id on a list of SM2.
        var lists = algorithm == KeyAlgorithm.Sm2 ? "" : "-crl_check -CRLfile";
        var verify = $"verify -attime {Noon.ToUnixTimeSeconds()} -CAfile root.pem {(algorithm == KeyAlgorithm.Sm2 ? "-vfyopt distid:1234567812345678" : "")}";
        Assert.That(openssl.Do($"{verify} {(lists.Length > 0 ? lists + " list.pem" : "")} leaf.pem"), Does.Contain("OK"));
        if (lists.Length > 0)
        {
            Assert.That(openssl.Run($"{verify} {lists} revoking.pem leaf.pem").Output, Does.Contain("certificate revoked"));
        }
    }

    [Test]
    public void Accepts_a_chain_of_OpenSSL(
        [Values("ec -pkeyopt ec_paramgen_curve:P-384", "ec -pkeyopt ec_paramgen_curve:P-521", "rsa -pkeyopt rsa_keygen_bits:2048", "ed25519", "ec -pkeyopt ec_paramgen_curve:SM2")] string algorithm)
    {
        using var openssl = new OpenSsl();
        var sign = algorithm.EndsWith("SM2", StringComparison.Ordinal) ? "-sm3 -sigopt distid:1234567812345678" : algorithm == "ed25519" ? "" : "-sha384";
        var verify = algorithm.EndsWith("SM2", StringComparison.Ordinal) ? "-vfyopt distid:1234567812345678" : "";
        openssl.Do($"genpkey -algorithm {algorithm} -out root.key");
        openssl.Do($"genpkey -algorithm {algorithm} -out leaf.key");
        openssl.Do($"req -x509 -new -key root.key -subj /O=OpenSSL/CN=Root -days 30 {sign} -addext keyUsage=critical,keyCertSign,cRLSign -out root.pem");
        openssl.Do($"req -new -key leaf.key -subj /O=OpenSSL/CN=Leaf {sign} -out leaf.csr");
        openssl.Write("leaf.cnf", "keyUsage=critical,nonRepudiation\nextendedKeyUsage=emailProtection\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n");
        openssl.Do($"x509 -req -in leaf.csr -CA root.pem -CAkey root.key -days 20 -extfile leaf.cnf {sign} {verify} -out leaf.pem");
        openssl.Write("ca.cnf", $"[ca]\ndefault_ca=x\n[x]\ndatabase=index.txt\ncrlnumber=number\ndefault_md={(algorithm == "ed25519" ? "default" : "sha384")}\n");
        openssl.Write("index.txt", "");
        openssl.Write("number", "01");
        var root = Certificate.Parse(openssl.Read("root.pem"));
        var leaf = Certificate.Parse(openssl.Read("leaf.pem"));
        IReadOnlyList<RevocationList> lists = [];
        if (verify.Length == 0)
        {
            openssl.Do("ca -config ca.cnf -gencrl -keyfile root.key -cert root.pem -crldays 9 -out root.crl");
            lists = [RevocationList.Parse(openssl.Read("root.crl"))];
        }

        var result = new CertificatePaths(TrustStore.Of([root], lists), CertificatePathOptions.Default).Build(leaf, [], leaf.NotBefore.AddHours(1), CertificateUsage.DocumentSigning);

        // `openssl ca` cannot write a list with an SM2 user id.
        Assert.That(Codes(result), verify.Length == 0 ? Is.Empty : Is.EqualTo(new[] { "CRL_MISSING" }));
    }

    [Test]
    public void Costs_no_more_for_a_hostile_set_of_same_subject_certificates()
    {
        using var key = KeyPair.Generate(Suite.Intl);
        var names = Enumerable.Range(0, 6).Select(i => new DistinguishedName($"layer {i}", null, null)).ToArray();
        var leaf = SamplePki.Odd(key, names[0], key, SamplePki.OfficeName);
        var hostile = (
            from layer in Enumerable.Range(0, 6)
            from copy in Enumerable.Range(0, 30)
            select SamplePki.Odd(key, names[(layer + 1) % 6], key, names[layer], extensions => extensions.AddExtension(X509Extensions.BasicConstraints, true, new BasicConstraints(true)))).ToList();
        var options = CertificatePathOptions.Default with { MaxCertificates = 1000 };
        var paths = new CertificatePaths(pki.Store, options);

        var result = paths.Build(leaf, hostile, Noon, CertificateUsage.Any);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Find(result, "PATH_SEARCH_LIMIT").SubIndication, Is.EqualTo(SubIndication.CertificateChainGeneralFailure));
            Assert.That(result.IsTrusted, Is.False);
            Assert.That(paths.SignatureChecks, Is.InRange(options.MaxDepth - 1, options.MaxSignatureChecks));
            paths.Build(leaf, hostile, Noon.AddDays(1), CertificateUsage.Any);
            Assert.That(paths.SignatureChecks, Is.LessThanOrEqualTo(options.MaxSignatureChecks), "the second judgement searches nothing");
        }
    }

    [Test]
    public void Finds_the_right_issuer_among_namesakes()
    {
        var impostors = Enumerable.Range(0, 40).Select(i =>
        {
            using var key = KeyPair.Generate(Suite.Intl);
            return SamplePki.Odd(key, new DistinguishedName("测试根", "北京市", null), key, new DistinguishedName("测试签发", "北京市", null));
        }).ToList();

        Assert.That(pki.PathsWith().Build(pki.Office, impostors, Noon, CertificateUsage.DocumentSigning).IsTrusted, Is.True);
    }

    [Test]
    public void Says_how_many_certificates_it_did_not_look_at()
    {
        var result = pki.PathsWith().Build(pki.Office, [.. Enumerable.Repeat(pki.Office, 70)], Noon, CertificateUsage.DocumentSigning);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(result.IsTrusted, Is.True);
            Assert.That(Find(result, "PATH_CERTIFICATES_IGNORED").English, Does.StartWith("6 "));
        }
    }

    [Test]
    public void Judges_on_many_threads_at_once()
    {
        var paths = pki.PathsWith();
        var trusted = 0;

        Parallel.For(0, 500, i =>
        {
            if (paths.Build(pki.Office, [], i % 2 == 0 ? Noon : Noon.AddYears(5), CertificateUsage.DocumentSigning).IsTrusted)
            {
                Interlocked.Increment(ref trusted);
            }
        });

        Assert.That(trusted, Is.EqualTo(250));
    }

    private static Certificate? ParseAltered(byte[] der, int at)
    {
        var altered = (byte[])der.Clone();
        altered[at] ^= 0x01;
        try
        {
            return Certificate.Parse(altered);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static Certificate Root(KeyPair key) => SamplePki.Odd(key, RootName, key, RootName, extensions =>
        extensions.AddExtension(X509Extensions.BasicConstraints, true, new BasicConstraints(true)));

    private static CertificatePaths Paths(Certificate root) => new(TrustStore.Of([root], []), CertificatePathOptions.Default);

    private static IEnumerable<string> Codes(PathResult result) => result.Findings.Select(finding => finding.Code);

    private static Finding Find(PathResult result, string code) => result.Findings.Single(finding => finding.Code == code);
}

using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Validation;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Math;

namespace DocExchange.Tests.Trust.Certificates;

/// <summary>RFC 5280 §4: what conforming issuers write; <c>docex cert check</c> names each departure.</summary>
internal sealed class CertificateProfileTests
{
    private static readonly DistinguishedName RootName = new("规范根", null, null);

    private readonly KeyPair key = KeyPair.Generate(Suite.Intl);

    [OneTimeTearDown]
    public void Dispose() => key.Dispose();

    [Test]
    public void Finds_nothing_in_a_regular_one() => Assert.That(CodesOf(new Form()), Is.Empty);

    [Test]
    public void Names_each_departure()
    {
        (string Code, Form Form)[] cases =
        [
            ("CERT_SUBJECT_EMPTY", new Form { Subject = X509Name.GetInstance(DerSequence.Empty) }),
            ("CERT_SERIAL_NUMBER", new Form { Serial = BigInteger.Zero }),
            ("CERT_SERIAL_NUMBER", new Form { Serial = BigInteger.One.ShiftLeft(170) }),
            ("CERT_AUTHORITY_KEY_IDENTIFIER", new Form { HasAuthorityKeyIdentifier = false }),
            ("CERT_CRITICALITY", new Form { Add = extensions => extensions.AddExtension(X509Extensions.SubjectKeyIdentifier, true, new SubjectKeyIdentifier([1, 2, 3])) }),
            ("CERT_NOT_DER", new Form { Add = extensions => extensions.AddExtension(X509Extensions.SubjectInfoAccess, false, [0x30, 0x80, 0, 0]) }),
            ("CERT_TIME_FORMAT", new Form { NotAfter = new Time(new DerGeneralizedTime("20261231235959.5Z")) }),
            ("CERT_VERSION", new Form { HasExtensions = false }),
        ];

        Assert.Multiple(() =>
        {
            foreach (var (code, form) in cases)
            {
                Assert.That(FindingsOf(form), Does.Contain((code, Indication.TotalFailed, SubIndication.ChainConstraintsFailure)));
            }
        });
    }

    // RFC 5280 §4.2.1.1.
    [TestCase("规范根", 77, false)]
    [TestCase("another", 77, true)]
    [TestCase("规范根", 78, true)]
    public void Holds_name_and_number_of_the_issuer_against_it(string name, int number, bool isNamed)
    {
        var named = new GeneralNames(new GeneralName(new DistinguishedName(name, null, null).ToName()));
        var withKey = With(new AuthorityKeyIdentifier(CertificateIssuing.KeyIdOf(key.PublicKeyInfo), named, BigInteger.ValueOf(number)));
        var withoutKey = With(new AuthorityKeyIdentifier(named, BigInteger.ValueOf(number)));
        var failed = ("CERT_KEY_IDENTIFIER", Indication.TotalFailed, SubIndication.ChainConstraintsFailure);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(FindingsOf(withKey), Is.Empty, "the authority may have been certified anew for its key");
            Assert.That(Judge(withKey).Findings.Any(finding => finding.Code == "CERT_ISSUER_RENEWED"), Is.EqualTo(isNamed));
            Assert.That(FindingsOf(withoutKey).Contains(failed), Is.EqualTo(isNamed));
        }

        Form With(AuthorityKeyIdentifier identifier) => new()
        {
            HasAuthorityKeyIdentifier = false,
            Add = extensions => extensions.AddExtension(X509Extensions.AuthorityKeyIdentifier, false, identifier),
        };
    }

    // RFC 5280 §4.2.1.1, §4.2.1.2.
    [TestCase("its own key", false)]
    [TestCase("its own name and number", false)]
    [TestCase("another key", true)]
    [TestCase("another number", true)]
    [TestCase("another name", true)]
    public void Refuses_a_root_that_names_another_as_its_issuer(string says, bool isRefused)
    {
        var own = new GeneralNames(new GeneralName(RootName.ToName()));
        var identifier = says switch
        {
            "its own key" => new AuthorityKeyIdentifier(CertificateIssuing.KeyIdOf(key.PublicKeyInfo)),
            "another key" => new AuthorityKeyIdentifier([1, 2, 3]),
            "its own name and number" => new AuthorityKeyIdentifier(own, BigInteger.ValueOf(77)),
            "another number" => new AuthorityKeyIdentifier(own, BigInteger.ValueOf(78)),
            _ => new AuthorityKeyIdentifier(new GeneralNames(new GeneralName(SamplePki.OfficeName.ToName())), BigInteger.ValueOf(77)),
        };

        var findings = Judge(new Form(), addToRoot: extensions => extensions.AddExtension(X509Extensions.AuthorityKeyIdentifier, false, identifier)).Findings;

        Assert.That(
            findings.Where(finding => finding.Indication != Indication.TotalPassed).Select(finding => (finding.Code, finding.Indication)),
            isRefused ? Is.EqualTo(new[] { ("CERT_KEY_IDENTIFIER", Indication.TotalFailed) }) : Is.Empty);
    }

    // RFC 5280 §4.1.2.4.
    [Test]
    public void Takes_what_names_no_issuer_for_no_certificate() =>
        Assert.That(() => Make(new Form { Issuer = X509Name.GetInstance(DerSequence.Empty) }), Throws.InstanceOf<FormatException>().With.Message.Contains("issuer"));

    [Test]
    public void Wants_the_key_of_an_authority_named() =>
        Assert.That(CodesOf(new Form(), rootHasIdentifier: false), Does.Contain("CERT_SUBJECT_KEY_IDENTIFIER"));

    [Test]
    public void Refuses_two_different_algorithms_in_one_certificate()
    {
        var form = new Form { InnerAlgorithm = new AlgorithmIdentifier(Org.BouncyCastle.Asn1.X9.X9ObjectIdentifiers.ECDsaWithSha384) };

        Assert.That(CodesOf(form), Does.Contain("CERT_ALGORITHM_MISMATCH"));
    }

    // X.690 §11.5.
    [Test]
    public void Remarks_upon_a_default_that_is_written([Values] bool isInExtension)
    {
        var value = new DerOctetString(isInExtension ? DerSequence.Empty : new DerSequence(DerBoolean.False));
        var extension = isInExtension ? new DerSequence(X509Extensions.BasicConstraints, DerBoolean.False, value) : new DerSequence(X509Extensions.BasicConstraints, DerBoolean.True, value);

        var findings = Judge(new Form { Extension = extension }).Findings;

        Assert.That(findings.Select(finding => (finding.Code, finding.Indication)), Is.EqualTo(new[] { ("CERT_DEFAULT_WRITTEN", Indication.TotalPassed) }));
    }

    // RFC 5758 §3.2.
    [Test]
    public void Refuses_parameters_of_an_ECDSA_signature()
    {
        var algorithm = new AlgorithmIdentifier(SignatureScheme.IdentifierFor(key.Algorithm).Algorithm, DerNull.Instance);

        Assert.That(CodesOf(new Form { InnerAlgorithm = algorithm, OuterAlgorithm = algorithm }), Is.EqualTo(new[] { "CERT_ALGORITHM_PARAMETERS" }));
    }

    private static IEnumerable<TestCaseData> UselessKeys()
    {
        using var pair = KeyPair.Generate(Suite.Intl);
        var curve = pair.PublicKeyInfo.Algorithm;
        var point = pair.PublicKeyInfo.PublicKey.GetBytes();
        yield return Case("off the curve", new SubjectPublicKeyInfo(curve, [.. point[..^1], (byte)(point[^1] ^ 1)]));
        yield return Case("infinity", new SubjectPublicKeyInfo(curve, [0]));
        yield return Case("empty", new SubjectPublicKeyInfo(curve, []));
        var modulus = BigInteger.One.ShiftLeft(2048).Subtract(BigInteger.One);
        yield return Case("even modulus", Rsa(modulus.Subtract(BigInteger.One), BigInteger.ValueOf(65537)));
        yield return Case("negative modulus", Rsa(modulus.Negate(), BigInteger.ValueOf(65537)));
        yield return Case("even exponent", Rsa(modulus, BigInteger.ValueOf(65536)));
        yield return Case("negative exponent", Rsa(modulus, BigInteger.ValueOf(-65537)));
        yield return Case("exponent 1", Rsa(modulus, BigInteger.One));

        static SubjectPublicKeyInfo Rsa(BigInteger modulus, BigInteger exponent) =>
            new(new AlgorithmIdentifier(Org.BouncyCastle.Asn1.Pkcs.PkcsObjectIdentifiers.RsaEncryption, DerNull.Instance), new DerSequence(new DerInteger(modulus), new DerInteger(exponent)));

        static TestCaseData Case(string name, SubjectPublicKeyInfo info) => new TestCaseData(info).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(UselessKeys))]
    public void Refuses_a_key_that_nothing_can_be_verified_with(object info) =>
        Assert.That(CodesOf(new Form { PublicKey = (SubjectPublicKeyInfo)info }), Is.EqualTo(new[] { "CERT_KEY_WEAK" }));

    private List<string> CodesOf(Form form, bool rootHasIdentifier = true) => FindingsOf(form, rootHasIdentifier).ConvertAll(finding => finding.Code);

    private List<(string Code, Indication Indication, SubIndication SubIndication)> FindingsOf(Form form, bool rootHasIdentifier = true) =>
        [.. Judge(form, rootHasIdentifier).Findings.Where(finding => finding.Indication != Indication.TotalPassed).Select(finding => (finding.Code, finding.Indication, finding.SubIndication))];

    private CertificateVerdict Judge(Form form, bool rootHasIdentifier = true, Action<X509ExtensionsGenerator>? addToRoot = null)
    {
        var root = Make(new Form
        {
            Issuer = form.Issuer ?? RootName.ToName(),
            Subject = form.Issuer ?? RootName.ToName(),
            HasAuthorityKeyIdentifier = addToRoot is null,
            Add = extensions =>
            {
                extensions.AddExtension(X509Extensions.BasicConstraints, true, new BasicConstraints(true));
                extensions.AddExtension(X509Extensions.KeyUsage, true, new KeyUsage(KeyUsage.KeyCertSign | KeyUsage.CrlSign));
                addToRoot?.Invoke(extensions);
                if (rootHasIdentifier)
                {
                    extensions.AddExtension(X509Extensions.SubjectKeyIdentifier, false, new SubjectKeyIdentifier(CertificateIssuing.KeyIdOf(key.PublicKeyInfo)));
                }
            },
        });
        return CertificateCheck.Judge(
            Make(form), new TrustStore([root], [], []), SamplePki.Noon, CertificateUsage.Any, CertificateCheck.Strict with { Revocation = RevocationDemand.Ignored });
    }

    private Certificate Make(Form form)
    {
        var algorithm = SignatureScheme.IdentifierFor(key.Algorithm);
        var extensions = new X509ExtensionsGenerator();
        if (form.HasAuthorityKeyIdentifier)
        {
            extensions.AddExtension(X509Extensions.AuthorityKeyIdentifier, false, new AuthorityKeyIdentifier(CertificateIssuing.KeyIdOf(key.PublicKeyInfo)));
        }

        form.Add(extensions);
        List<Asn1Encodable> fields =
        [
            .. form.HasExtensions ? [new DerTaggedObject(true, 0, DerInteger.ValueOf(2))] : Array.Empty<Asn1Encodable>(),
            new DerInteger(form.Serial), form.InnerAlgorithm ?? algorithm, form.Issuer ?? RootName.ToName(),
            new DerSequence(CertificateIssuing.TimeOf(SamplePki.Start), form.NotAfter ?? CertificateIssuing.TimeOf(SamplePki.Start.AddYears(1))),
            form.Subject ?? SamplePki.OfficeName.ToName(), form.PublicKey ?? key.PublicKeyInfo,
            .. form.HasExtensions ? [new DerTaggedObject(true, 3, WithMore())] : Array.Empty<Asn1Encodable>(),
        ];
        var signed = new DerSequence(fields.ToArray());
        return Certificate.Parse(new DerSequence(signed, form.OuterAlgorithm ?? algorithm, new DerBitString(key.Secret.Sign(signed.GetDerEncoded()))).GetDerEncoded());

        Asn1Encodable WithMore() => form.Extension is { } more ? new DerSequence(Asn1Sequence.GetInstance(extensions.Generate().ToAsn1Object()).Append(more).ToArray()) : extensions.Generate();
    }

    private sealed record Form
    {
        public X509Name? Issuer { get; init; }

        public X509Name? Subject { get; init; }

        public BigInteger Serial { get; init; } = BigInteger.ValueOf(77);

        public AlgorithmIdentifier? InnerAlgorithm { get; init; }

        public AlgorithmIdentifier? OuterAlgorithm { get; init; }

        public SubjectPublicKeyInfo? PublicKey { get; init; }

        /// <summary>One more, written as no generator writes it.</summary>
        public DerSequence? Extension { get; init; }

        public Time? NotAfter { get; init; }

        public bool HasAuthorityKeyIdentifier { get; init; } = true;

        public bool HasExtensions { get; init; } = true;

        public Action<X509ExtensionsGenerator> Add { get; init; } = _ => { };
    }
}

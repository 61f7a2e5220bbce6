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

    private List<string> CodesOf(Form form, bool rootHasIdentifier = true) => FindingsOf(form, rootHasIdentifier).ConvertAll(finding => finding.Code);

    private List<(string Code, Indication Indication, SubIndication SubIndication)> FindingsOf(Form form, bool rootHasIdentifier = true) =>
        [.. Judge(form, rootHasIdentifier).Findings.Where(finding => finding.Indication != Indication.TotalPassed).Select(finding => (finding.Code, finding.Indication, finding.SubIndication))];

    private CertificateVerdict Judge(Form form, bool rootHasIdentifier = true)
    {
        var root = Make(new Form
        {
            Issuer = form.Issuer ?? RootName.ToName(),
            Subject = form.Issuer ?? RootName.ToName(),
            Add = extensions =>
            {
                extensions.AddExtension(X509Extensions.BasicConstraints, true, new BasicConstraints(true));
                extensions.AddExtension(X509Extensions.KeyUsage, true, new KeyUsage(KeyUsage.KeyCertSign | KeyUsage.CrlSign));
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
            form.Subject ?? SamplePki.OfficeName.ToName(), key.PublicKeyInfo,
            .. form.HasExtensions ? [new DerTaggedObject(true, 3, extensions.Generate())] : Array.Empty<Asn1Encodable>(),
        ];
        var signed = new DerSequence(fields.ToArray());
        return Certificate.Parse(new DerSequence(signed, algorithm, new DerBitString(key.Secret.Sign(signed.GetDerEncoded()))).GetDerEncoded());
    }

    private sealed record Form
    {
        public X509Name? Issuer { get; init; }

        public X509Name? Subject { get; init; }

        public BigInteger Serial { get; init; } = BigInteger.ValueOf(77);

        public AlgorithmIdentifier? InnerAlgorithm { get; init; }

        public Time? NotAfter { get; init; }

        public bool HasAuthorityKeyIdentifier { get; init; } = true;

        public bool HasExtensions { get; init; } = true;

        public Action<X509ExtensionsGenerator> Add { get; init; } = _ => { };
    }
}

using System.Security.Cryptography;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Validation;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.Ocsp;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Asn1.X9;
using OcspResponse = DocExchange.Trust.Certificates.OcspResponse;

namespace DocExchange.Tests.Trust.Certificates;

/// <summary>Lists and answers that are signed by SHA-1, or by what nobody here can verify: they clear nobody, and nothing untrue is said of them.</summary>
internal sealed class StatusSignatureTests
{
    private static readonly DateTimeOffset Noon = SamplePki.Noon;
    private static readonly DistinguishedName RootName = new("状态根", null, null);
    private static readonly AlgorithmIdentifier Sha1 = new(X9ObjectIdentifiers.ECDsaWithSha1);
    private static readonly AlgorithmIdentifier Unknown = new(new DerObjectIdentifier("1.2.156.99.1"));
    private static readonly (string Code, SubIndication SubIndication)[] Revoked = [("CERT_REVOKED", SubIndication.Revoked)];

    private readonly KeyPair key = KeyPair.Generate(KeyAlgorithm.EcdsaP256);
    private Certificate root = null!;
    private Certificate leaf = null!;

    [OneTimeSetUp]
    public void Issue()
    {
        root = SamplePki.Odd(key, RootName, key, RootName, extensions => extensions.AddExtension(X509Extensions.BasicConstraints, true, new BasicConstraints(true)));
        leaf = SamplePki.Odd(key, RootName, key, SamplePki.OfficeName);
    }

    [OneTimeTearDown]
    public void Dispose() => key.Dispose();

    [TestCase(RevocationDemand.Required)]
    [TestCase(RevocationDemand.WhenAvailable)]
    public void A_list_signed_with_SHA_1_revokes_and_clears_nobody(RevocationDemand demand)
    {
        var (naming, silent) = (List(Sha1, leaf), List(Sha1));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Faults(Judge(demand, lists: [naming])), Is.EqualTo(Revoked));
            Assert.That(Faults(Judge(demand, lists: [naming, List(Trusted)])), Is.EqualTo(Revoked), "a list of the same day that does not name it");
            Assert.That(Codes(Judge(demand, lists: [silent])), Is.EqualTo(new[] { "CRL_ALGORITHM", "CRL_STALE" }));
            Assert.That(Faults(Judge(demand, lists: [silent, List(Trusted)])), Is.Empty);
            Assert.That(Judge(demand, lists: [silent])[0].English, Does.Contain("SHA-1").And.Not.Contain("is not signed by"));
            Assert.That((naming.IsSignedBy(root), List(Trusted).IsSignedBy(root)), Is.EqualTo((false, true)), "a list to be given out");
        }
    }

    [Test]
    public void Of_a_list_by_an_unknown_algorithm_it_is_not_said_that_its_issuer_did_not_sign_it()
    {
        var findings = Judge(RevocationDemand.Required, lists: [List(Unknown, leaf)]);

        Assert.That(Codes(findings), Is.EqualTo(new[] { "CRL_ALGORITHM", "CRL_MISSING" }));
        Assert.That(findings[0].English, Does.Contain(Unknown.Algorithm.Id).And.Contain("not supported"));
    }

    [TestCase(RevocationDemand.Required)]
    [TestCase(RevocationDemand.WhenAvailable)]
    public void An_answer_signed_with_SHA_1_revokes_and_clears_nobody(RevocationDemand demand)
    {
        var (revoking, good) = (Answer(Sha1, OcspAnswers.RevokedAt(Noon.AddDays(-3))), Answer(Sha1, OcspAnswers.Good));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Faults(Judge(demand, answers: [revoking])), Is.EqualTo(Revoked));
            Assert.That(Faults(Judge(demand, lists: [List(Trusted)], answers: [revoking])), Is.EqualTo(Revoked));
            Assert.That(Codes(Judge(demand, answers: [good])), Is.EqualTo(new[] { "OCSP_ALGORITHM", "OCSP_STALE" }));
            Assert.That(Codes(Judge(demand, answers: [Answer(Unknown, OcspAnswers.Good)])), Is.EqualTo(new[] { "OCSP_ALGORITHM", "CRL_MISSING" }));
            Assert.That(Codes(Judge(demand, answers: [Answer(Trusted, OcspAnswers.Good)])), Is.Empty);
        }
    }

    [TestCase(16, "")]
    [TestCase(17, "CRL_LIMIT")]
    public void An_answer_that_says_too_much_about_one_certificate_leaves_it_open(int statements, string expected)
    {
        var single = Data(Answer(Trusted, OcspAnswers.Good)).Responses[0];
        var revoking = Data(Answer(Trusted, OcspAnswers.RevokedAt(Noon.AddDays(-3)))).Responses[0];

        using (Assert.EnterMultipleScope())
        {
            Assert.That(string.Join(' ', Codes(Judge(RevocationDemand.Required, answers: [Many(Enumerable.Repeat(single, statements))]))), Is.EqualTo(expected));
            Assert.That(
                Faults(Judge(RevocationDemand.Required, answers: [Many(Enumerable.Repeat(single, statements - 1).Append(revoking))])), Has.Member(Revoked[0]), "wherever it says so");
        }
    }

    private static AlgorithmIdentifier Trusted => SignatureScheme.IdentifierFor(KeyAlgorithm.EcdsaP256);

    private IReadOnlyList<Finding> Judge(RevocationDemand demand, RevocationList[]? lists = null, OcspResponse[]? answers = null) =>
        new CertificatePaths(new TrustStore([root], [], lists ?? []) { OcspResponses = answers ?? [] }, CertificatePathOptions.Default with { Revocation = demand })
            .Build(leaf, [], Noon, CertificateUsage.DocumentSigning).Findings;

    private static IEnumerable<string> Codes(IEnumerable<Finding> findings) => findings.Select(finding => finding.Code);

    private static IEnumerable<(string, SubIndication)> Faults(IEnumerable<Finding> findings) =>
        findings.Where(finding => finding.Indication != Indication.TotalPassed).Select(finding => (finding.Code, finding.SubIndication));

    private RevocationList List(AlgorithmIdentifier algorithm, params Certificate[] revoked)
    {
        var generator = new V2TbsCertListGenerator();
        generator.SetSignature(algorithm);
        generator.SetIssuer(RootName.ToName());
        generator.SetThisUpdate(CertificateIssuing.TimeOf(Noon.AddDays(-1)));
        generator.SetNextUpdate(CertificateIssuing.TimeOf(Noon.AddDays(6)));
        foreach (var certificate in revoked)
        {
            generator.AddCrlEntry(new DerInteger(certificate.Inner.SerialNumber), CertificateIssuing.TimeOf(Noon.AddDays(-3)), CrlReason.KeyCompromise);
        }

        var signed = generator.GenerateTbsCertList();
        return RevocationList.Parse(new DerSequence(signed, algorithm, new DerBitString(Sign(signed.GetDerEncoded(), algorithm))).GetDerEncoded());
    }

    private OcspResponse Answer(AlgorithmIdentifier algorithm, CertStatus status) =>
        Resigned(Data(OcspAnswers.Make(key, root, leaf, root, status, Noon.AddDays(-1), Noon.AddDays(6))), algorithm);

    private OcspResponse Many(IEnumerable<Asn1Encodable> singles)
    {
        var data = Data(Answer(Trusted, OcspAnswers.Good));
        return Resigned(new ResponseData(data.ResponderID, data.ProducedAt, new DerSequence(singles.ToArray()), (X509Extensions?)null), Trusted);
    }

    private OcspResponse Resigned(ResponseData data, AlgorithmIdentifier algorithm)
    {
        var basic = new BasicOcspResponse(data, algorithm, new DerBitString(Sign(data.GetDerEncoded(), algorithm)), null);
        return OcspResponse.Parse(new Org.BouncyCastle.Asn1.Ocsp.OcspResponse(
            new OcspResponseStatus(0), new ResponseBytes(OcspObjectIdentifiers.PkixOcspBasic, new DerOctetString(basic.GetDerEncoded()))).GetDerEncoded());
    }

    private static ResponseData Data(OcspResponse answer)
    {
        var whole = Org.BouncyCastle.Asn1.Ocsp.OcspResponse.GetInstance(Asn1Object.FromByteArray(answer.Der));
        return BasicOcspResponse.GetInstance(Asn1Object.FromByteArray(whole.ResponseBytes.Response.GetOctets())).TbsResponseData;
    }

    private byte[] Sign(byte[] data, AlgorithmIdentifier algorithm)
    {
        using var ecdsa = ECDsa.Create();
        ecdsa.ImportPkcs8PrivateKey(key.Secret.ExportPkcs8(), out _);
        return ecdsa.SignData(data, algorithm.Equals(Sha1) ? HashAlgorithmName.SHA1 : HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }
}

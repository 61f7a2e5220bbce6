using DocExchange.Tests.Trust.Certificates;
using DocExchange.Tests.Trust.Signatures;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.Ocsp;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Math;

namespace DocExchange.Tests.Fuzzing;

/// <summary>Revocation lists and OCSP answers in the forms that are met, so that alterations of them reach every rule.</summary>
internal static class FuzzSeeds
{
    private static readonly DateTimeOffset Now = SigningOffice.Now;

    /// <summary>Says something in every place a policy has.</summary>
    public static byte[] PolicyOfLists => """
        { "name": null, "revocation": { "required": true, "maxListAgeDays": 3 }, "certificates": { "minRsaBits": 3072 }, "algorithms": { "SHA-1": null, "RSA < 3072": "2031-01-01" },
          "signaturePolicies": [ { "oid": "1.2.3" }, { "oid": "1.2.156.3003.1.1", "digest": null, "hash": null } ],
          "constraints": { "signedAttributes": true, "signingTimeToleranceMinutes": 5, "unsignedAttributes": ["1.2.840.113549.1.9.16.2.14", "1.2.3"] } }
        """u8.ToArray();

    /// <summary>Complete ones of both suites, and by an issuer whose key the test has: a delta, a partition by reasons, and an indirect one.</summary>
    public static IEnumerable<byte[]> RevocationLists(SigningOffice office, Certificate leaf, RevokedCertificate revoked)
    {
        yield return office.Authority.IssueRevocationList([revoked], SigningOffice.Start, SigningOffice.End, 7).Der;
        yield return office.GmAuthority.IssueRevocationList([], SigningOffice.Start, SigningOffice.End, 8).Der;

        using var key = KeyPair.Generate(KeyAlgorithm.EcdsaP256);
        yield return List(key, office, leaf, extensions => extensions.AddExtension(X509Extensions.DeltaCrlIndicator, true, DerInteger.ValueOf(3)));
        yield return List(key, office, leaf, extensions => extensions.AddExtension(X509Extensions.IssuingDistributionPoint, true, Point(isIndirect: false, new ReasonFlags(ReasonFlags.KeyCompromise))));
        yield return List(key, office, leaf, extensions => extensions.AddExtension(X509Extensions.IssuingDistributionPoint, true, Point(isIndirect: true, null)), ofAnother: true);
    }

    /// <summary>By a responder and by the issuer itself, good and revoked, with a nonce, of both suites.</summary>
    public static IEnumerable<byte[]> OcspAnswersOf(SigningOffice office, Certificate leaf)
    {
        using var responder = KeyPair.Generate(KeyAlgorithm.EcdsaP256);
        using var sm2 = KeyPair.Generate(KeyAlgorithm.Sm2);
        using var certified = office.Certify(responder, "应答机构", CertificateProfile.OcspResponder);
        using var gm = office.Certify(sm2, "应答机构", CertificateProfile.OcspResponder);
        var nonce = new X509ExtensionsGenerator();
        nonce.AddExtension(OcspObjectIdentifiers.PkixOcspNonce, false, new DerOctetString([1, 2, 3, 4]));
        yield return Answer(responder, certified.Certificate, OcspAnswers.Good, null);
        yield return Answer(responder, certified.Certificate, OcspAnswers.RevokedAt(Now.AddDays(-2)), nonce.Generate());
        yield return Answer(sm2, gm.Certificate, OcspAnswers.Good, nonce.Generate());

        byte[] Answer(KeyPair key, Certificate by, CertStatus status, X509Extensions? ofAnswer) =>
            OcspAnswers.Make(key, by, leaf, office.Authority.Certificate, status, Now.AddHours(-1), Now.AddHours(1), ofAnswer, null, null, by).Der;
    }

    private static byte[] List(KeyPair key, SigningOffice office, Certificate leaf, Action<X509ExtensionsGenerator> extend, bool ofAnother = false)
    {
        var generator = new V2TbsCertListGenerator();
        generator.SetSignature(SignatureScheme.IdentifierFor(key.Algorithm));
        generator.SetIssuer(office.Authority.Certificate.Inner.SubjectDN);
        generator.SetThisUpdate(CertificateIssuing.TimeOf(Now.AddHours(-1)));
        generator.SetNextUpdate(CertificateIssuing.TimeOf(Now.AddDays(6)));
        var ofEntry = new X509ExtensionsGenerator();
        ofEntry.AddExtension(X509Extensions.ReasonCode, false, new DerEnumerated((int)RevocationReason.CertificateHold));
        if (ofAnother)
        {
            ofEntry.AddExtension(X509Extensions.CertificateIssuer, true, new GeneralNames(new GeneralName(office.Root.Certificate.Inner.SubjectDN)));
        }

        generator.AddCrlEntry(new DerInteger(new BigInteger(leaf.SerialNumber, 16)), CertificateIssuing.TimeOf(Now.AddDays(-3)), ofEntry.Generate());
        var extensions = new X509ExtensionsGenerator();
        extensions.AddExtension(X509Extensions.CrlNumber, false, DerInteger.ValueOf(5));
        extend(extensions);
        generator.SetExtensions(extensions.Generate());
        return CertificateIssuing.Sign(key, generator.GenerateTbsCertList());
    }

    private static IssuingDistributionPoint Point(bool isIndirect, ReasonFlags? reasons) => new(
        new DistributionPointName(new GeneralNames(new GeneralName(GeneralName.UniformResourceIdentifier, "http://example.cn/1.crl"))),
        onlyContainsUserCerts: false, onlyContainsCACerts: false, onlySomeReasons: reasons, indirectCRL: isIndirect, onlyContainsAttributeCerts: false);
}

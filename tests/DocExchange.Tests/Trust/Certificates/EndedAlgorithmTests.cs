using System.Security.Cryptography;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Validation;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;

namespace DocExchange.Tests.Trust.Certificates;

/// <summary>MD5 and SHA-1 in chains: a proof is of the signature's age, and says nothing of the certificates above it (ARCHITECTURE.md, 74).</summary>
internal sealed class EndedAlgorithmTests
{
    private static readonly DistinguishedName RootName = new("旧算法根", null, null);

    [TestCase("1.2.840.113549.1.1.5", "SHA1")]
    [TestCase("1.2.840.113549.1.1.4", "MD5")]
    public async Task A_certificate_signed_by_a_broken_digest_is_not_believed_however_old_the_signature_is_proven_to_be(string algorithm, string digest)
    {
        using var rootKey = KeyPair.Generate(KeyAlgorithm.Rsa, 2048);
        using var leafKey = KeyPair.Generate(KeyAlgorithm.EcdsaP256);
        var root = SamplePki.Odd(rootKey, RootName, rootKey, RootName, extensions => extensions.AddExtension(X509Extensions.BasicConstraints, true, new BasicConstraints(true)));
        var strong = SamplePki.Odd(rootKey, RootName, leafKey, SamplePki.OfficeName);
        var weak = Resign(strong, new AlgorithmIdentifier(new DerObjectIdentifier(algorithm), DerNull.Instance), new HashAlgorithmName(digest), rootKey);
        var until = SamplePki.Noon.AddYears(1);
        var policy = ValidationPolicy.Foreign with { Algorithms = AlgorithmPolicy.Default.With("SHA-1", until).With("MD5", until) };

        async Task<Verdict> JudgeAsync(Certificate certificate)
        {
            using var signer = leafKey.Certified(certificate, []);
            var cms = CmsSignedData.Parse(await CmsSigner.SignAsync("公文"u8.ToArray(), signer, SamplePki.Noon, CmsForm.Encapsulated, CancellationToken.None), CmsLimits.Default);
            var proof = new ProofOfExistence(SamplePki.Noon.AddMinutes(1), "账本");
            return new Verdict(new CmsValidator(new TrustStore([root], [], []), policy).Validate(cms, null, SamplePki.Noon.AddDays(1), CertificateUsage.DocumentSigning, [proof]), []);
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That((await JudgeAsync(strong)).Faults, Is.Empty);
            var fault = (await JudgeAsync(weak)).Faults.First();
            Assert.That((fault.Code, fault.Indication, fault.SubIndication), Is.EqualTo(("CERT_ALGORITHM", Indication.Indeterminate, SubIndication.CryptoConstraintsFailure)));
            Assert.That(fault.English, Does.Contain("no longer trusted"));
        }
    }

    internal static Certificate Resign(Certificate certificate, AlgorithmIdentifier algorithm, HashAlgorithmName digest, KeyPair key)
    {
        var signed = Asn1Sequence.GetInstance(certificate.Inner.CertificateStructure.TbsCertificate.ToAsn1Object());
        var changed = new DerSequence((Asn1Encodable[])[.. signed.Take(2), algorithm, .. signed.Skip(3)]);
        using var rsa = RSA.Create();
        rsa.ImportPkcs8PrivateKey(key.Secret.ExportPkcs8(), out _);
        var value = rsa.SignData(changed.GetDerEncoded(), digest, RSASignaturePadding.Pkcs1);
        return Certificate.Parse(new DerSequence(changed, algorithm, new DerBitString(value)).GetDerEncoded());
    }
}

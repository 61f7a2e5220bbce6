using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DocExchange.Tests.Trust.Signatures;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Validation;
using static DocExchange.Tests.Trust.Signatures.ForgedCms;

namespace DocExchange.Tests.Trust.Validation;

/// <summary>What is refused because of the signer's certificate.</summary>
[TestFixture]
public sealed class CmsCertificateTests
{
    private const string SigningCertificateOid = "1.2.840.113549.1.9.16.2.47";
    private const string FirstVersionOid = "1.2.840.113549.1.9.16.2.12";

    private static readonly byte[] Content = "关于节假日安排的通知"u8.ToArray();

    private SigningOffice office = null!;
    private ISigningKey key = null!;

    [OneTimeSetUp]
    public void Found()
    {
        office = new SigningOffice();
        key = office.Certify(KeyAlgorithm.EcdsaP256);
    }

    [OneTimeTearDown]
    public void Close()
    {
        key.Dispose();
        office.Dispose();
    }

    [Test]
    public void The_certificate_left_out()
    {
        var cms = (Of(key, Content) with { Certificates = [] }).Encode();

        Refused(cms, "CMS_SIGNING_CERTIFICATE_NOT_FOUND", SubIndication.NoSigningCertificateFound);
        var known = office.Store with { Intermediates = [key.Certificate, office.Authority.Certificate] };
        Assert.That(new CmsValidator(known, ValidationPolicy.Foreign).Judge(cms, null, SigningOffice.Now, CertificateUsage.DocumentSigning).Faults, Is.Empty);
    }

    [Test]
    public void A_reference_to_another_certificate()
    {
        var hash = SHA256.HashData(office.Authority.Certificate.Der);
        var cms = Of(key, Content).WithAttribute(SigningCertificateOid, Sequence(Sequence(Sequence(Octets(hash))))).Encode();

        Refused(cms, "CMS_SIGNING_CERTIFICATE_MISMATCH", SubIndication.NoSigningCertificateFound);
    }

    [Test]
    public void A_reference_with_another_serial_number()
    {
        var fields = CertificateFields.Of(key.Certificate);
        var issuer = Sequence(Sequence(Tlv(0xA4, fields.Issuer.ToArray())), Tlv(2, [0x55]));
        var id = Sequence(Octets(SHA256.HashData(key.Certificate.Der)), issuer);

        Refused(Of(key, Content).WithAttribute(SigningCertificateOid, Sequence(Sequence(id))).Encode(), "CMS_SIGNING_CERTIFICATE_MISMATCH", SubIndication.NoSigningCertificateFound);
    }

    [Test]
    public void A_reference_with_another_issuer()
    {
        var fields = CertificateFields.Of(key.Certificate);
        var issuer = Sequence(Sequence(Tlv(0xA4, CertificateFields.Of(office.Authority.Certificate).Issuer.ToArray())), Tlv(2, fields.SerialNumber.ToArray()));
        var id = Sequence(Octets(SHA256.HashData(key.Certificate.Der)), issuer);

        Refused(Of(key, Content).WithAttribute(SigningCertificateOid, Sequence(Sequence(id))).Encode(), "CMS_SIGNING_CERTIFICATE_MISMATCH", SubIndication.NoSigningCertificateFound);
    }

    [TestCase(true)]
    [TestCase(false)]
    public void Two_references_of_which_one_is_to_another_certificate(bool isFirstVersionOfAnother)
    {
        var (right, wrong) = (key.Certificate.Der, office.Authority.Certificate.Der);
        byte[] Reference(byte[] hash) => Sequence(Sequence(Sequence(Octets(hash))));
        ForgedCms Both(byte[] first, byte[] second) => Of(key, Content)
            .WithAttribute(FirstVersionOid, Reference(SHA1.HashData(first))).WithAttribute(SigningCertificateOid, Reference(SHA256.HashData(second)));

        Refused(
            isFirstVersionOfAnother ? Both(wrong, right).Encode() : Both(right, wrong).Encode(), "CMS_SIGNING_CERTIFICATE_MISMATCH", SubIndication.NoSigningCertificateFound);
        var agreeing = Judge(Both(right, right).Encode());
        Assert.That((agreeing.Faults.Count(), agreeing.Signatures[0].Level), Is.EqualTo((0, SignatureLevel.Basic)));
    }

    [Test]
    public void A_second_reference_that_cannot_be_read() => Refused(
        Of(key, Content).WithAttribute(FirstVersionOid, Octets([1])).Encode(), "CMS_ATTRIBUTE_UNREADABLE", SubIndication.FormatFailure);

    [Test]
    public void A_reference_by_a_digest_that_is_no_longer_trusted_counts_as_none()
    {
        var md5 = Sequence(Sequence(Sequence(Algorithm("1.2.840.113549.2.5"), Octets(MD5.HashData(key.Certificate.Der)))));
        var cms = Of(key, Content).WithAttribute(SigningCertificateOid, md5).Encode();

        var plain = Judge(cms);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(plain.Faults, Is.Empty, "a plain CMS need not have one");
            Assert.That(plain.Signatures[0].Level, Is.Null, "CAdES must");
            Assert.That(plain.Signatures[0].Findings.Select(finding => finding.Code), Has.Member("CMS_SIGNING_CERTIFICATE_REFERENCE_DIGEST"));
            Refused(
                cms, "CMS_SIGNING_CERTIFICATE_REFERENCE_DIGEST", SubIndication.CryptoConstraintsFailure, ValidationPolicy.Foreign with { RequiresSigningCertificateReference = true });
            Assert.That(Judge(cms, at: new DateTimeOffset(2004, 1, 1, 0, 0, 0, TimeSpan.Zero)).Signatures[0].Level, Is.EqualTo(SignatureLevel.Basic), "it was trusted then");
        }
    }

    [Test]
    public void The_issuers_name_in_another_kind_of_string()
    {
        var fields = CertificateFields.Of(key.Certificate);
        var name = fields.Issuer.ToArray();
        var country = name.AsSpan().IndexOf(Tlv(0x13, "CN"u8.ToArray()));
        name[country] = 0x0C;
        var number = Tlv(2, fields.SerialNumber.ToArray());
        var id = Sequence(Octets(SHA256.HashData(key.Certificate.Der)), Sequence(Sequence(Tlv(0xA4, name)), number));

        var named = Judge((Of(key, Content) with { Identifier = Sequence(name, number) }).Encode());
        var referred = Judge(Of(key, Content).WithAttribute(SigningCertificateOid, Sequence(Sequence(id))).Encode());

        Assert.That((named.Faults, referred.Faults), Is.EqualTo((Array.Empty<Finding>(), Array.Empty<Finding>())));
    }

    [Test]
    public void The_same_issuer_and_serial_number_with_another_key()
    {
        var twin = Twin();
        var substituted = Of(key, Content) with { Certificates = [twin] };
        var beside = Of(key, Content).WithAttribute(SigningCertificateOid, null) with { Certificates = [twin, key.Certificate.Der] };

        Refused(substituted.Encode(), "CMS_SIGNING_CERTIFICATE_MISMATCH", SubIndication.NoSigningCertificateFound);
        Refused(beside.Encode(), "CMS_CERTIFICATE_AMBIGUOUS", SubIndication.SigConstraintsFailure);
    }

    [Test]
    public void The_signed_reference_finds_the_right_one_of_two()
    {
        var verdict = Judge((Of(key, Content) with { Certificates = [Twin(), key.Certificate.Der] }).Encode());

        using (Assert.EnterMultipleScope())
        {
            Assert.That(verdict.Faults, Is.Empty);
            Assert.That(verdict.Signatures[0].Signer, Is.EqualTo(key.Certificate));
        }
    }

    [Test]
    public async Task Under_the_strict_policy_a_certificate_that_belongs_to_no_path()
    {
        using var stranger = office.Certify(KeyAlgorithm.EcdsaP256, "无关单位");
        var signed = CmsSignedData.Parse(await CmsSigner.SignAsync(Content, key, SigningOffice.Now, CmsForm.Encapsulated, CancellationToken.None), CmsLimits.Default);
        var stuffed = CmsWriter.SignedData([DigestAlgorithm.Sha256], Content, [key.Certificate, stranger.Certificate], [signed.Signers[0].Encoded]);

        Refused(stuffed, "CMS_CERTIFICATE_UNRELATED", SubIndication.SigConstraintsFailure, ValidationPolicy.Strict);

        // Where no path was looked for, it may belong to one.
        var unlooked = new CmsValidator(office.Store with { Intermediates = [office.Authority.Certificate] }, ValidationPolicy.Strict)
            .Judge(stuffed, null, SigningOffice.Now, CertificateUsage.DocumentSigning, new FileWork(1, 0));
        Assert.That(unlooked.Faults.Select(fault => fault.Code), Has.Member("PATH_SEARCH_LIMIT").And.Not.Member("CMS_CERTIFICATE_UNRELATED"));
        Assert.That(unlooked.Indication, Is.EqualTo(Indication.Indeterminate));
    }

    // Whoever puts such a certificate beside the others must not take the signer away who is named by its key identifier.
    [Test]
    public void A_malformed_key_identifier_is_none_and_hides_no_other()
    {
        using var made = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var malformed = Make(new X509Extension("2.5.29.14", [0x05, 0x00], critical: false));
        var named = Make(new X509SubjectKeyIdentifierExtension("0102", critical: false));
        var signer = new CmsSignerIdentifier(default, default, new byte[] { 1, 2 });

        Assert.That(SigningCertificate.KeyIdentifierOf(malformed), Is.Null);
        Assert.That(SigningCertificate.KeyIdentifierOf(named), Is.EqualTo(new byte[] { 1, 2 }));
        Assert.That(new KnownSigners([malformed, named]).NamedBy(signer, null), Is.EqualTo(new[] { named }));

        Certificate Make(X509Extension extension)
        {
            var request = new System.Security.Cryptography.X509Certificates.CertificateRequest("CN=某局", made, HashAlgorithmName.SHA256);
            request.CertificateExtensions.Add(extension);
            using var signed = request.CreateSelfSigned(SigningOffice.Now.AddDays(-1), SigningOffice.Now.AddDays(1));
            return Certificate.Parse(signed.RawData);
        }
    }

    [TestCase(CertificateProfile.Tls)]
    [TestCase(CertificateProfile.TimeStamping)]
    public void A_certificate_for_another_purpose(CertificateProfile profile)
    {
        using var other = office.Certify(KeyAlgorithm.EcdsaP256, "node", profile);

        Refused(Of(other, Content).Encode(), "CERT_PURPOSE", SubIndication.ChainConstraintsFailure);
    }

    [Test]
    public void A_certificate_for_key_encipherment_only()
    {
        using var rsa = RSA.Create(2048);
        var request = new System.Security.Cryptography.X509Certificates.CertificateRequest("CN=只加密", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyEncipherment, critical: true));
        using var selfSigned = request.CreateSelfSigned(SigningOffice.Start, SigningOffice.End);
        var certificate = Certificate.Parse(selfSigned.RawData);
        var fields = CertificateFields.Of(certificate);
        var forged = Of(key, Content).WithAttribute(SigningCertificateOid, null).WithAttribute("1.2.840.113549.1.9.52", null) with
        {
            Certificates = [certificate.Der],
            Identifier = Sequence(fields.Issuer.ToArray(), Tlv(2, fields.SerialNumber.ToArray())),
            SignatureAlgorithm = Sequence(Oid("1.2.840.113549.1.1.11"), [5, 0]),
            Signature = signed => rsa.SignData(signed, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
        };
        var store = office.Store with { Anchors = [certificate] };

        var verdict = new CmsValidator(store, ValidationPolicy.Foreign).Judge(forged.Encode(), null, SigningOffice.Now, CertificateUsage.DocumentSigning);

        Assert.That(verdict.Faults.Select(fault => (fault.Code, fault.SubIndication)), Is.EqualTo(new[] { ("CERT_KEY_USAGE", SubIndication.ChainConstraintsFailure) }));
    }

    [Test]
    public async Task A_certificate_that_has_expired_since_without_proof_that_the_signature_is_older()
    {
        var cms = await CmsSigner.SignAsync(Content, key, SigningOffice.Now, CmsForm.Encapsulated, CancellationToken.None);

        var verdict = Judge(cms, at: SigningOffice.End.AddDays(1));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(verdict.Indication, Is.EqualTo(Indication.Indeterminate));
            Assert.That(verdict.SubIndication, Is.EqualTo(SubIndication.OutOfBoundsNoPoe));
            Assert.That(verdict.Faults.First().Code, Is.EqualTo("CERT_EXPIRED"));
            Assert.That(verdict.Signatures[0].SignedAt, Is.EqualTo(SigningOffice.Now));
        }
    }

    [Test]
    public async Task A_certificate_that_has_expired_since_and_was_never_revoked()
    {
        var cms = await CmsSigner.SignAsync(Content, key, SigningOffice.Now, CmsForm.Encapsulated, CancellationToken.None);
        var list = office.Authority.IssueRevocationList([], SigningOffice.End.AddDays(-1), SigningOffice.End.AddDays(7), 3);
        var rootList = office.Root.IssueRevocationList([], SigningOffice.End.AddDays(-1), SigningOffice.End.AddDays(7), 3);
        var store = (office.Store with { Intermediates = [office.Authority.Certificate] }).With(list, rootList);

        var verdict = new CmsValidator(store, ValidationPolicy.Foreign).Judge(cms, null, SigningOffice.End.AddDays(1), CertificateUsage.DocumentSigning);

        Assert.That(verdict.Faults.First(fault => fault.Code == "CERT_EXPIRED").SubIndication, Is.EqualTo(SubIndication.OutOfBoundsNotRevoked));
    }

    [Test]
    public async Task A_certificate_that_had_expired_by_the_signers_own_word()
    {
        var cms = await CmsSigner.SignAsync(Content, key, SigningOffice.End.AddDays(2), CmsForm.Encapsulated, CancellationToken.None);

        var verdict = Judge(cms, at: SigningOffice.End.AddDays(3));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(verdict.Indication, Is.EqualTo(Indication.TotalFailed));
            Assert.That(verdict.SubIndication, Is.EqualTo(SubIndication.Expired));
            Assert.That(verdict.Faults.Select(fault => fault.Code), Has.Member("CMS_SIGNING_TIME_OUTSIDE_VALIDITY"));
        }
    }

    [Test]
    public async Task A_certificate_that_is_not_yet_valid_when_the_signature_exists()
    {
        var cms = await CmsSigner.SignAsync(Content, key, SigningOffice.Now, CmsForm.Encapsulated, CancellationToken.None);

        Assert.That(Judge(cms, at: SigningOffice.Start.AddDays(-1)).SubIndication, Is.EqualTo(SubIndication.NotYetValid));
    }

    [Test]
    public async Task A_signing_time_before_the_certificate_was_valid()
    {
        var cms = await CmsSigner.SignAsync(Content, key, SigningOffice.Start.AddDays(-1), CmsForm.Encapsulated, CancellationToken.None);

        Refused(cms, "CMS_SIGNING_TIME_OUTSIDE_VALIDITY", SubIndication.SigConstraintsFailure);
    }

    [Test]
    public async Task A_certificate_revoked_before_and_not_one_revoked_after()
    {
        var signedAt = SigningOffice.Now;
        var cms = await CmsSigner.SignAsync(Content, key, signedAt, CmsForm.Encapsulated, CancellationToken.None);
        var atOnce = WithRevocation(signedAt);
        var later = WithRevocation(signedAt.AddHours(1));

        var after = atOnce.Judge(cms, null, signedAt.AddHours(2), CertificateUsage.DocumentSigning);
        var between = later.Judge(cms, null, signedAt.AddHours(2), CertificateUsage.DocumentSigning);
        var before = atOnce.Judge(cms, null, signedAt.AddHours(-1), CertificateUsage.DocumentSigning);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(after.Indication, Is.EqualTo(Indication.TotalFailed));
            Assert.That(after.SubIndication, Is.EqualTo(SubIndication.Revoked));
            Assert.That(between.Indication, Is.EqualTo(Indication.Indeterminate), "it may have been signed before, and nothing proves it");
            Assert.That(between.SubIndication, Is.EqualTo(SubIndication.RevokedNoPoe));
            Assert.That(before.Faults, Is.Empty);
        }
    }

    [Test]
    public async Task A_proof_of_existence_before_the_revocation_or_the_end_of_the_certificate_lets_it_pass()
    {
        var signed = CmsSignedData.Parse(await CmsSigner.SignAsync(Content, key, SigningOffice.Now, CmsForm.Encapsulated, CancellationToken.None), CmsLimits.Default);
        var proof = new ProofOfExistence(SigningOffice.Now.AddMinutes(5), "存证账本");
        var validator = WithRevocation(SigningOffice.Now.AddHours(1));

        var proven = validator.Validate(signed, null, SigningOffice.End.AddYears(1), CertificateUsage.DocumentSigning, [proof])[0];
        var tooLate = validator.Validate(signed, null, SigningOffice.End.AddYears(1), CertificateUsage.DocumentSigning, [proof with { Time = SigningOffice.Now.AddHours(2) }])[0];
        var ahead = validator.Validate(signed, null, SigningOffice.Now.AddHours(2), CertificateUsage.DocumentSigning, [proof with { Time = SigningOffice.End }])[0];

        using (Assert.EnterMultipleScope())
        {
            Assert.That(proven.Indication, Is.EqualTo(Indication.TotalPassed));
            Assert.That(proven.Proof, Is.EqualTo(proof));
            Assert.That(proven.Findings.Select(finding => finding.Code), Is.SupersetOf(new[] { "PROOF_OF_EXISTENCE", "CERT_REVOKED_LATER" }));
            Assert.That(tooLate.SubIndication, Is.EqualTo(SubIndication.RevokedNoPoe));
            Assert.That(ahead.Proof, Is.Null, "a proof of a later time says nothing about the time of judgement");
        }
    }

    [Test]
    public async Task No_revocation_list_where_the_policy_requires_one()
    {
        var cms = await CmsSigner.SignAsync(Content, key, SigningOffice.Now, CmsForm.Encapsulated, CancellationToken.None);

        Assert.That(Judge(cms, ValidationPolicy.Strict with { RevocationRequired = true }).SubIndication, Is.EqualTo(SubIndication.TryLater));
    }

    [Test]
    public async Task An_unknown_root()
    {
        using var elsewhere = new SigningOffice();
        using var other = elsewhere.Certify(KeyAlgorithm.EcdsaP256);
        var cms = await CmsSigner.SignAsync(Content, other, SigningOffice.Now, CmsForm.Encapsulated, CancellationToken.None);

        Refused(cms, Judge(cms).Faults.First().Code, SubIndication.NoCertificateChainFound);
    }

    private CmsValidator WithRevocation(DateTimeOffset at)
    {
        var revoked = new RevokedCertificate(key.Certificate.SerialNumber, at, RevocationReason.KeyCompromise);
        var list = office.Authority.IssueRevocationList([revoked], at.AddHours(1), at.AddDays(7), 2);
        return new CmsValidator((office.Store with { Intermediates = [office.Authority.Certificate] }).With(list), ValidationPolicy.Strict);
    }

    /// <summary>A certificate with the signer's issuer and serial number, for another key, signed by nobody we know.</summary>
    private byte[] Twin()
    {
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var original = X509CertificateLoader.LoadCertificate(key.Certificate.Der);
        var request = new System.Security.Cryptography.X509Certificates.CertificateRequest(original.SubjectName, ecdsa, HashAlgorithmName.SHA256);
        using var twin = request.Create(
            original.IssuerName, X509SignatureGenerator.CreateForECDsa(ecdsa), SigningOffice.Start, SigningOffice.End, original.SerialNumberBytes.Span);
        return twin.RawData;
    }

    private Verdict Judge(byte[] cms, ValidationPolicy? policy = null, DateTimeOffset? at = null) =>
        new CmsValidator(office.Store with { Intermediates = [office.Authority.Certificate] }, policy ?? ValidationPolicy.Foreign)
            .Judge(cms, null, at ?? SigningOffice.Now, CertificateUsage.DocumentSigning);

    private void Refused(byte[] cms, string code, SubIndication sub, ValidationPolicy? policy = null)
    {
        var verdict = Judge(cms, policy);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(verdict.Faults.Select(fault => fault.Code), Has.Member(code));
            Assert.That(verdict.Faults.FirstOrDefault(fault => fault.Code == code)?.SubIndication, Is.EqualTo(sub));
            Assert.That(verdict.Indication, Is.Not.EqualTo(Indication.TotalPassed));
        }
    }
}

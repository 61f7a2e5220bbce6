using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CsCheck;
using DocExchange.Tests.Trust.Seals;
using DocExchange.Tests.Trust.Signatures;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Pdf;
using DocExchange.Trust.Seals;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Validation;

namespace DocExchange.Tests.Trust.Pdf;

public sealed class PdfVerifierTests
{
    private SigningOffice office = null!;
    private TrustStore trust = null!;

    [OneTimeSetUp]
    public void Open()
    {
        office = new SigningOffice();
        trust = office.Store with { Intermediates = [office.Authority.Certificate, office.GmAuthority.Certificate] };
    }

    [OneTimeTearDown]
    public void Close() => office.Dispose();

    [TestCase(KeyAlgorithm.Rsa, "adbe.pkcs7.detached", true)]
    [TestCase(KeyAlgorithm.EcdsaP256, "ETSI.CAdES.detached", false)]
    [TestCase(KeyAlgorithm.Sm2, "ETSI.CAdES.detached", true)]
    public async Task Passes_a_signature_over_the_whole_file(KeyAlgorithm algorithm, string subFilter, bool rangeFirst)
    {
        using var key = office.Certify(algorithm);
        var pdf = await PdfMaker.SignAsync(PdfMaker.Plain(), content => SignAsync(key, content), subFilter, rangeFirst, lowerCase: rangeFirst);

        var known = await VerifyAsync(pdf, trust);
        var unknown = await VerifyAsync(pdf, TrustStore.Empty);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(known.Verdict.Indication, Is.EqualTo(Indication.TotalPassed), string.Join("\n", known.Verdict.Faults));
            Assert.That(Codes(known), Does.Contain("PDF_WHOLE_FILE"));
            Assert.That(unknown.Verdict.Indication, Is.EqualTo(Indication.Indeterminate));
            Assert.That(unknown.Verdict.SubIndication, Is.EqualTo(SubIndication.NoCertificateChainFound));
            Assert.That(unknown.Signatures[0].Integrity, Is.EqualTo(SignatureIntegrity.Intact));
        }
    }

    // ETSI EN 319 142-1 §5.3.
    [TestCase("adbe.pkcs7.detached", Indication.TotalPassed)]
    [TestCase("ETSI.CAdES.detached", Indication.Indeterminate)]
    public async Task Wants_of_CAdES_the_reference_to_the_certificate(string subFilter, Indication indication)
    {
        using var key = office.Certify(KeyAlgorithm.EcdsaP256);
        var pdf = await PdfMaker.SignAsync(
            PdfMaker.Plain(), content => Task.FromResult((ForgedCms.Of(key, content).WithAttribute("1.2.840.113549.1.9.16.2.47", null) with { Content = null }).Encode()), subFilter);

        var judged = await VerifyAsync(pdf, trust);
        Assert.That((judged.Verdict.Indication, Codes(judged).Contains("CMS_SIGNING_CERTIFICATE_REFERENCE_MISSING")), Is.EqualTo((indication, true)), string.Join("\n", judged.Verdict.Faults));
    }

    [Test]
    public async Task Verifies_what_OpenSSL_signed()
    {
        using var openssl = new OpenSsl();
        openssl.Do("req -x509 -newkey rsa:2048 -nodes -keyout k.pem -out c.pem -days 3650 -subj /CN=pdf -addext keyUsage=critical,digitalSignature,nonRepudiation");
        var pdf = await PdfMaker.SignAsync(PdfMaker.Plain(), content =>
        {
            openssl.Write("content", content);
            openssl.Do("cms -sign -binary -in content -signer c.pem -inkey k.pem -outform DER -out s.der");
            return Task.FromResult(openssl.Read("s.der"));
        });

        var judged = await VerifyAsync(pdf, TrustStore.Empty);
        pdf[60] ^= 1;
        var altered = await VerifyAsync(pdf, TrustStore.Empty);
        Assert.That(judged.Signatures.Single().Integrity, Is.EqualTo(SignatureIntegrity.Intact), string.Join("\n", judged.Verdict.Faults));
        Assert.That(altered.Verdict.SubIndication, Is.EqualTo(SubIndication.HashFailure));
    }

    [Test]
    public async Task Fails_an_altered_file_and_says_that_the_content_was_altered()
    {
        using var key = office.Certify(KeyAlgorithm.EcdsaP256);
        var pdf = await PdfMaker.SignAsync(PdfMaker.Plain(), content => SignAsync(key, content));
        pdf[20] ^= 1;

        var judged = await VerifyAsync(pdf, trust);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(judged.Verdict.Indication, Is.EqualTo(Indication.TotalFailed));
            Assert.That(judged.Verdict.SubIndication, Is.EqualTo(SubIndication.HashFailure));
            Assert.That(judged.Signatures[0].Altered, Is.Not.Empty);
        }
    }

    [Test]
    public async Task Judges_both_signatures_of_two_and_what_each_covers()
    {
        using var key = office.Certify(KeyAlgorithm.EcdsaP256);
        var once = await PdfMaker.SignAsync(PdfMaker.Plain(), content => SignAsync(key, content));
        var twice = await PdfMaker.SignAsync(once, content => SignAsync(key, content));

        var judged = await VerifyAsync(twice, trust);
        var first = judged.Signatures[0].Verdict;
        using (Assert.EnterMultipleScope())
        {
            // What stands behind it may change what is shown, whoever signed that.
            Assert.That((first.Indication, first.SubIndication, judged.WasContinued), Is.EqualTo((Indication.Indeterminate, SubIndication.SigConstraintsFailure, true)));
            Assert.That(judged.Verdict.Faults.Select(finding => finding.Code), Is.EqualTo(new[] { "PDF_CHANGED_AFTER_SIGNING" }));
            Assert.That(judged.Verdict.Faults.First().English, Does.Contain($"the first {once.Length} bytes"));
            Assert.That(judged.Signatures[0].Integrity, Is.EqualTo(SignatureIntegrity.Intact));
            Assert.That(judged.Signatures[1].Verdict.Indication, Is.EqualTo(Indication.TotalPassed));
            Assert.That(judged.Signatures[1].Verdict.Findings.Select(finding => finding.Code), Does.Contain("PDF_WHOLE_FILE"));
            Assert.That((await VerifyAsync(twice[..once.Length], trust)).Verdict.Indication, Is.EqualTo(Indication.TotalPassed), "what the first one signed, by itself");
        }
    }

    [Test]
    public async Task Does_not_pass_what_was_added_after_the_last_signature()
    {
        using var key = office.Certify(KeyAlgorithm.EcdsaP256);
        var pdf = await PdfMaker.SignAsync(PdfMaker.Plain(), content => SignAsync(key, content));
        var added = await VerifyAsync([.. pdf, .. "2 0 obj\n<</Type/Pages/Kids[5 0 R]/Count 1>>\nendobj\n%%EOF\n"u8], trust);
        var blank = await VerifyAsync([.. pdf, .. "\r\n"u8], trust);

        Assert.That(added.Verdict.SubIndication, Is.EqualTo(SubIndication.SigConstraintsFailure));
        Assert.That(Codes(added), Does.Contain("PDF_ADDED_AFTER_SIGNING"));
        Assert.That((blank.Verdict.Indication, Codes(blank).Contains("PDF_LATER_REVISION")), Is.EqualTo((Indication.TotalPassed, true)));
    }

    [Test]
    public async Task Takes_no_signature_of_a_file_inside_for_its_own()
    {
        using var key = office.Certify(KeyAlgorithm.EcdsaP256);
        var inner = await PdfMaker.SignAsync(PdfMaker.Plain(), content => SignAsync(key, content));

        var judged = await VerifyAsync(PdfMaker.Embed(inner, "5 0 obj\n<</Type/EmbeddedFile/Length #>>\nstream\r\n"), trust);
        Assert.That(Codes(judged), Is.EqualTo(new[] { "PDF_EMBEDDED_SHARED" }));
        Assert.That(judged.Signatures, Is.Empty);
        Assert.That(judged.Verdict.Indication, Is.EqualTo(Indication.Indeterminate));
    }

    [Test]
    public async Task Says_clearly_that_a_PDF_is_not_signed()
    {
        var judged = await VerifyAsync(PdfMaker.Plain(), trust);

        Assert.That(judged.Verdict.Indication, Is.EqualTo(Indication.Indeterminate));
        Assert.That(Codes(judged), Is.EqualTo(new[] { "PDF_NOT_SIGNED" }));
    }

    [Test]
    public async Task Judges_a_seal_over_the_byte_range()
    {
        using var world = new SealWorld();
        var seal = await world.MakeAsync();
        var pdf = await PdfMaker.SignAsync(
            PdfMaker.Plain(), content => SealApplication.ApplyAsync(seal, world.Holder, content, "PDF", SealWorld.Sealed, CancellationToken.None), "GM.sm2seal");

        var judged = await VerifyAsync(pdf, world.Trust);
        pdf[20] ^= 1;
        var altered = await VerifyAsync(pdf, world.Trust);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(judged.Verdict.Indication, Is.EqualTo(Indication.TotalPassed), string.Join("\n", judged.Verdict.Faults));
            Assert.That(judged.Signatures[0].Seal!.Name, Is.EqualTo(seal.Name));
            Assert.That(altered.Verdict.SubIndication, Is.EqualTo(SubIndication.HashFailure));
        }
    }

    [Test]
    public async Task Judges_the_old_form_over_a_SHA_1_value_without_trusting_it()
    {
        using var key = office.Certify(KeyAlgorithm.Rsa);
        var pdf = await PdfMaker.SignAsync(
            PdfMaker.Plain(), content => CmsSigner.SignAsync(SHA1.HashData(content), key, SigningOffice.Now, CmsForm.Encapsulated, CancellationToken.None), "adbe.pkcs7.sha1");

        var judged = await VerifyAsync(pdf, trust);
        pdf[20] ^= 1;
        var altered = await VerifyAsync(pdf, trust);
        Assert.That(judged.Verdict.SubIndication, Is.EqualTo(SubIndication.CryptoConstraintsFailure));
        Assert.That(altered.Verdict.SubIndication, Is.EqualTo(SubIndication.HashFailure));
        Assert.That(Codes(judged), Does.Not.Contain("PDF_CONTENT_ALTERED"));
        Assert.That(Codes(altered), Does.Contain("PDF_CONTENT_ALTERED"));
    }

    // adbe.x509.rsa_sha1 holds a bare PKCS #1 value (ISO 32000-1 §12.8.3.2).
    [Test]
    public async Task Leaves_open_a_signature_of_a_form_that_is_not_verified()
    {
        var pdf = await PdfMaker.SignAsync(PdfMaker.Plain(), _ => Task.FromResult<byte[]>([4, 3, 1, 2, 3]), "adbe.x509.rsa_sha1");

        var judged = await VerifyAsync(pdf, trust);

        Assert.That(judged.Signatures.Single().Verdict.Findings.Select(finding => (finding.Code, finding.Indication, finding.SubIndication)), Does.Contain(("PDF_SUBFILTER", Indication.Indeterminate, SubIndication.CryptoConstraintsFailure)));
        Assert.That(judged.Signatures.Single().Integrity, Is.EqualTo(SignatureIntegrity.Unknown));
        Assert.That(judged.Verdict.Indication, Is.EqualTo(Indication.Indeterminate));
    }

    [Test]
    public async Task Says_of_a_seal_whose_certificate_cannot_be_read_that_and_not_that_its_form_is_unknown()
    {
        using var world = new SealWorld();
        var seal = await world.MakeAsync();
        var certificate = world.Holder.Certificate.Der;
        var pdf = await PdfMaker.SignAsync(PdfMaker.Plain(), async content =>
        {
            var value = await SealApplication.ApplyAsync(seal, world.Holder, content, "PDF", SealWorld.Sealed, CancellationToken.None);
            value[value.AsSpan().LastIndexOf(certificate) + 4] = 0x31;
            return value;
        }, "GM.sm2seal");

        var verdict = (await VerifyAsync(pdf, world.Trust)).Signatures.Single().Verdict;

        Assert.That(verdict.Kind, Is.EqualTo(SignatureKind.Seal));
        Assert.That(verdict.Findings.Select(finding => (finding.Code, finding.Indication, finding.SubIndication)), Does.Contain(("SEAL_CERTIFICATE_UNREADABLE", Indication.Indeterminate, SubIndication.NoSigningCertificateFound)));
    }

    [Test]
    public async Task Gives_a_verdict_on_any_alteration_and_passes_none_that_is_covered()
    {
        using var key = office.Certify(KeyAlgorithm.EcdsaP256);
        var pdf = await PdfMaker.SignAsync(PdfMaker.Plain(), content => SignAsync(key, content));
        Gen.Select(Gen.Int[0, pdf.Length - 1], Gen.Int[0, 5], Gen.Byte.Array[0, 5]).Array[1, 3].Sample(
            changes =>
            {
                var altered = changes.Aggregate(pdf, (bytes, change) =>
                {
                    var at = Math.Min(change.Item1, bytes.Length);
                    return [.. bytes.AsSpan(0, at), .. change.Item3, .. bytes.AsSpan(Math.Min(at + change.Item2, bytes.Length))];
                });
                var judged = VerifyAsync(altered, trust).GetAwaiter().GetResult();
                return judged.Verdict.Indication != Indication.TotalPassed || Covered(altered).AsSpan().SequenceEqual(Covered(pdf));
            },
            iter: 1500);
    }

    [Test]
    public async Task Looks_at_no_more_than_its_limits_allow()
    {
        var many = Encoding.Latin1.GetBytes(string.Concat(Enumerable.Repeat("/ByteRange [0 10 20 30] ", 500)));
        var judged = await VerifyAsync([.. PdfMaker.Plain(), .. many], trust);
        var large = await new PdfVerifier(trust, ValidationPolicy.Foreign, new PdfLimits { MaxFileSize = 10 }).VerifyAsync(new MemoryStream(PdfMaker.Plain()), SigningOffice.Now, CancellationToken.None);

        Assert.That(Codes(judged), Does.Contain("PDF_TOO_MANY_SIGNATURES"));
        Assert.That(Codes(large), Is.EqualTo(new[] { "PDF_TOO_LARGE" }));
    }

    [Test]
    public async Task Hashes_no_more_than_its_limits_allow()
    {
        using var key = office.Certify(KeyAlgorithm.EcdsaP256);
        var once = await PdfMaker.SignAsync(PdfMaker.Plain(), content => SignAsync(key, content));
        var twice = await PdfMaker.SignAsync(once, content => SignAsync(key, content));

        var all = await VerifyAsync(twice, new PdfLimits { MaxHashed = Covered(once).Length + twice.Length });
        var one = await VerifyAsync(twice, new PdfLimits { MaxHashed = Covered(once).Length });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(all.Signatures.Select(signature => signature.Integrity), Is.EqualTo([SignatureIntegrity.Intact, SignatureIntegrity.Intact]));
            Assert.That(one.Verdict.Indication, Is.EqualTo(Indication.Indeterminate));
            Assert.That(one.Signatures.Select(signature => signature.Integrity), Is.EqualTo([SignatureIntegrity.Intact, SignatureIntegrity.Unknown]));
            Assert.That(Codes(one), Does.Contain("PDF_NOT_ALL_CHECKED"));
        }

        Task<SignedDocument> VerifyAsync(byte[] pdf, PdfLimits limits) =>
            new PdfVerifier(trust, ValidationPolicy.Foreign, limits).VerifyAsync(new MemoryStream(pdf), SigningOffice.Now, CancellationToken.None);
    }

    // Whoever sends a small file decides how often all of it is hashed.
    [Test]
    public async Task Hashes_of_a_small_file_no_more_than_grows_with_it()
    {
        using var key = office.Certify(KeyAlgorithm.EcdsaP256);
        var value = await SignAsync(key, "x"u8.ToArray());
        byte[] pdf = [.. PdfMaker.Plain(), .. new byte[5 << 20]];
        for (var index = 0; index < 44; index++)
        {
            pdf = await PdfMaker.SignAsync(pdf, _ => Task.FromResult(value));
        }

        var judged = await VerifyAsync(pdf, trust);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(judged.Signatures.Count(signature => signature.Verdict.Findings.Any(finding => finding.Code == "PDF_NOT_ALL_CHECKED")), Is.InRange(4, 16));
            Assert.That(judged.Signatures.Count(signature => signature.Integrity == SignatureIntegrity.Broken), Is.InRange(28, 40));
            Assert.That((PdfLimits.Default.MaxHashedOf(1), PdfLimits.Default.MaxHashedOf(1 << 30)), Is.EqualTo((128L << 20, 16L << 30)));
        }
    }

    [Test]
    public async Task Reads_each_object_once_and_no_more_than_its_limits_allow()
    {
        using var key = office.Certify(KeyAlgorithm.EcdsaP256);
        var signed = await PdfMaker.SignAsync(PdfMaker.Plain(), content => SignAsync(key, content));
        var text = Encoding.Latin1.GetString(signed);
        var range = text[text.IndexOf("/ByteRange", StringComparison.Ordinal)..][..80];
        range = range[..(range.IndexOf(']', StringComparison.Ordinal) + 1)];
        var limits = new PdfLimits { MaxContentsSize = 25_000 };

        // In one dictionary, and in objects that do not end.
        byte[] same = [.. signed, .. Encoding.Latin1.GetBytes("8 0 obj\n<<" + string.Concat(Enumerable.Repeat($"/A({range})", 20)) + ">>endobj")];
        byte[] others = [.. signed, .. Encoding.Latin1.GetBytes(string.Concat(Enumerable.Range(1, 20).Select(index => $"{index} 0 obj\n<<{range}/Contents<{new string('0', 20_000)}\n")))];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Codes(await VerifyAsync(same)), Does.Not.Contain("PDF_TOO_MANY_SIGNATURES").And.Contain("PDF_SIGNATURE_UNREAD"));
            Assert.That(Codes(await VerifyAsync(others)), Does.Contain("PDF_TOO_MANY_SIGNATURES"));
        }

        Task<SignedDocument> VerifyAsync(byte[] pdf) =>
            new PdfVerifier(trust, ValidationPolicy.Foreign, limits).VerifyAsync(new MemoryStream(pdf), SigningOffice.Now, CancellationToken.None);
    }

    // Whatever is written like an object goes on to the end of the file.
    [TestCase("[(", "x")]
    [TestCase("<</A", "/A 1\n")]
    [TestCase("[", "/A\n")]
    [TestCase("<</A", " 1")]
    public async Task Reads_of_what_is_no_signature_no_more_than_grows_with_the_file(string first, string more)
    {
        var few = await ReadAsync(1, 4 << 20);
        var many = await ReadAsync(63, 1 << 19);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(few.Read, Is.LessThan((first == "[(" ? 12 : 2) * few.Size), "one object is given up soon, a text only at its end");
            Assert.That(many.Read, Is.LessThan((8 << 20) + (2 * many.Size)));
        }

        async Task<(long Read, long Size)> ReadAsync(int marks, int size)
        {
            var objects = string.Concat(Enumerable.Range(1, 8).Select(index => $"%{index} 0 obj{first}\n"));
            var text = string.Concat(Enumerable.Repeat(objects + "/ByteRange 1\n", marks)) + string.Concat(Enumerable.Repeat(more, size / more.Length));
            using var file = new CountedStream([.. PdfMaker.Plain(), .. Encoding.Latin1.GetBytes(text)]);
            var judged = await new PdfVerifier(trust, ValidationPolicy.Foreign).VerifyAsync(file, SigningOffice.Now, CancellationToken.None);
            Assert.That(Codes(judged), Does.Contain("PDF_SIGNATURE_UNREAD"));
            return (file.Count, file.Length);
        }
    }

    [Test]
    public async Task Reads_as_many_signatures_as_a_small_file_may_have()
    {
        var pdf = PdfMaker.Plain();
        for (var index = 0; index < PdfLimits.Default.MaxSignatures; index++)
        {
            pdf = await PdfMaker.SignAsync(pdf, _ => Task.FromResult<byte[]>([4, 3, 1, 2, 3]), "adbe.x509.rsa_sha1");
        }

        var judged = await VerifyAsync(pdf, trust);
        Assert.That((judged.Signatures.Count, Codes(judged).Contains("PDF_TOO_MANY_SIGNATURES")), Is.EqualTo((PdfLimits.Default.MaxSignatures, false)));
    }

    [Test]
    public async Task Demands_what_the_policy_demands()
    {
        using var key = office.Certify(KeyAlgorithm.Rsa);
        var pdf = await PdfMaker.SignAsync(PdfMaker.Plain(), content => SignAsync(key, content));
        var strict = new PdfVerifier(trust, ValidationPolicy.Foreign with { MinRsaBits = 16_384 });

        var judged = await strict.VerifyAsync(new MemoryStream(pdf), SigningOffice.Now, CancellationToken.None);
        Assert.That(Codes(judged), Does.Contain("CERT_KEY_WEAK"));
    }

    [Test]
    public async Task Takes_no_signature_that_holds_a_PDF_for_one()
    {
        using var key = office.Certify(KeyAlgorithm.EcdsaP256);
        var holding = await CmsSigner.SignAsync(PdfMaker.Plain(), key, SigningOffice.Now, CmsForm.Encapsulated, CancellationToken.None);
        Assert.That(holding.AsSpan(0, 1024).IndexOf("%PDF-"u8), Is.Positive);

        var demands = new FileDemands(trust, ValidationPolicy.Foreign, DocExchange.Trust.Containers.PackageLimits.Default, SigningOffice.Now);
        var judged = await FileVerifier.VerifyAsync(new MemoryStream(holding), null, demands, CancellationToken.None);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(judged.Kind, Is.EqualTo(SignedFileKind.Cms));
            Assert.That(judged.Verdict.Indication, Is.EqualTo(Indication.TotalPassed), string.Join("\n", judged.Verdict.Faults));
        }
    }

    // RFC 5652 §5.4. The header of a PDF may come late, so that what is covered may be anything.
    [Test]
    public async Task Attributes_of_another_signature_are_no_content_of_a_PDF()
    {
        const int Digits = 20_000;
        using var key = office.Certify(KeyAlgorithm.EcdsaP256);
        var honest = ForgedCms.Of(key, "别的内容"u8.ToArray());
        byte[] attributes = Attributes(Attributes(0).Length);
        var replayed = honest with { HasSignedAttributes = false, Content = attributes };
        var signature = CmsSignedData.Parse(replayed.Encode(), CmsLimits.Default).Signers[0].Signature.ToArray();
        var value = (replayed with { Content = null, Signature = _ => signature }).Encode();
        byte[] forged = [.. attributes, .. Encoding.ASCII.GetBytes($"<{Convert.ToHexString(value).PadRight(Digits, '0')}>>>endobj\n%%EOF")];

        var tolerant = ValidationPolicy.Foreign with { RequiresSignedAttributes = false };
        var kept = new KeptFacts<PdfSignatureFacts>();
        var verifier = new PdfVerifier(trust, tolerant);
        var judged = await verifier.VerifyAsync(new MemoryStream(forged), SigningOffice.Now, kept, CancellationToken.None);
        var facts = kept.All!.Single();
        var again = verifier.Judge(new PdfFacts([facts]), [], SigningOffice.Now);
        var old = verifier.Judge(new PdfFacts([facts with { IsLikeAttributes = null }]), [], SigningOffice.Now);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(judged.Signatures.Single().Integrity, Is.EqualTo(SignatureIntegrity.Broken));
            Assert.That(Codes(judged), Does.Contain("CMS_ATTRIBUTES_AS_CONTENT"));
            Assert.That(Codes(again), Does.Contain("CMS_ATTRIBUTES_AS_CONTENT"));
            Assert.That(Codes(old), Does.Contain("CMS_CONTENT_MISSING"), "nobody has looked");
        }

        byte[] Attributes(int length)
        {
            var dictionary = $"%PDF-1.7\n1 0 obj<</SubFilter/adbe.pkcs7.detached/ByteRange[0 {length:D6} {length + Digits + 2:D6} 0]/Contents";
            return ForgedCms.Tlv(0x31, [.. honest.Attributes.SelectMany(attribute => attribute), .. ForgedCms.Attribute("1.2.3.5", ForgedCms.Octets(Encoding.ASCII.GetBytes(dictionary)))]);
        }
    }

    private sealed class CountedStream(byte[] bytes) : MemoryStream(bytes)
    {
        public long Count { get; private set; }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await base.ReadAsync(buffer, cancellationToken);
            Count += read;
            return read;
        }
    }

    private static byte[] Covered(byte[] pdf)
    {
        var start = pdf.AsSpan().IndexOf("/Contents <"u8) + 10;
        var end = start + pdf.AsSpan(start).IndexOf((byte)'>') + 1;
        return [.. pdf.AsSpan(0, start), .. pdf.AsSpan(end)];
    }

    private static async Task<byte[]> SignAsync(ISigningKey key, byte[] content) =>
        await CmsSigner.SignAsync(content, key, SigningOffice.Now, CmsForm.Detached, CancellationToken.None);

    private static Task<SignedDocument> VerifyAsync(byte[] pdf, TrustStore store) =>
        new PdfVerifier(store, ValidationPolicy.Foreign).VerifyAsync(new MemoryStream(pdf), SigningOffice.Now, CancellationToken.None);

    private static IEnumerable<string> Codes(SignedDocument judged) =>
        judged.Verdict.Findings.Concat(judged.Verdict.Signatures.SelectMany(signature => signature.Findings)).Select(finding => finding.Code);
}

using System.IO.Compression;
using System.Text;
using DocExchange.Core.Documents;
using DocExchange.Core.Ledger;
using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;
using DocExchange.Tests.Core.Documents;
using DocExchange.Tests.Core.Offices;
using DocExchange.Tests.Core.Statements;
using DocExchange.Tests.Texts;
using DocExchange.Tests.Trust.Certificates;
using DocExchange.Tests.Trust.Containers;
using DocExchange.Tests.Trust.Ofd;
using DocExchange.Tests.Trust.Pdf;
using DocExchange.Tests.Trust.Seals;
using DocExchange.Tests.Trust.Signatures;
using DocExchange.Tests.Trust.Timestamps;
using DocExchange.Texts;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Containers;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Merkle;
using DocExchange.Trust.Ofd;
using DocExchange.Trust.Pdf;
using DocExchange.Trust.Seals;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Timestamps;
using DocExchange.Trust.Validation;

namespace DocExchange.Tests.Fuzzing;

/// <summary>Every parser that meets outside bytes, with what the product does next with what it read.</summary>
internal static class FuzzTargets
{
    private static readonly byte[] Content = "内容"u8.ToArray();

    // Kept for the life of the test process: the targets use them whenever they run.
    private static readonly SigningOffice Office = new();
    private static readonly SealWorld World = new();

    public static IEnumerable<TestCaseData> All => Targets().Select(target => new TestCaseData(target).SetArgDisplayNames(target.Name));

    private static IEnumerable<FuzzTarget> Targets() => [.. SignatureTargets(), .. CertificateTargets(), .. SealTargets(), .. DocumentTargets(), .. TextTargets(), .. TimestampTargets(), .. DomainTargets(), .. OfficeTargets(), .. KeptTargets(), .. ForeignFuzzTargets.All()];

    private static IEnumerable<FuzzTarget> SignatureTargets()
    {
        var validator = new CmsValidator(Office.Store with { Intermediates = [Office.Authority.Certificate, Office.GmAuthority.Certificate] }, ValidationPolicy.Foreign);
        var cms = new[] { KeyAlgorithm.EcdsaP256, KeyAlgorithm.Rsa, KeyAlgorithm.Sm2 }.Select(SignCms).ToArray();
        yield return new FuzzTarget("cms", cms, bytes => validator.Judge(bytes, null, SigningOffice.Now, CertificateUsage.DocumentSigning));

        var packages = new PackageValidator(World.Trust, ValidationPolicy.Strict, PackageLimits.Default);
        yield return new FuzzTarget("package", [Wait(SamplePackage.BytesAsync()), Wait(SamplePackage.BytesAsync(withSm3: false, seals: 2))], bytes =>
            Wait(packages.ValidateAsync(new MemoryStream(bytes, writable: false), SealWorld.Sealed, CancellationToken.None)));

        var manifest = Wait(PackageManifest.CreateAsync(SamplePackage.Parts, withSm3: true, CancellationToken.None)).Bytes.ToArray();
        yield return FuzzTarget.Of<PackageFormatException>("manifest", bytes => PackageManifest.Parse(bytes), manifest);
    }

    private static IEnumerable<FuzzTarget> CertificateTargets()
    {
        using var ecdsa = Office.Certify(KeyAlgorithm.EcdsaP256);
        using var sm2 = Office.Certify(KeyAlgorithm.Sm2, profile: CertificateProfile.Tls);
        var paths = new CertificatePaths(Office.Store, new CertificatePathOptions());
        IReadOnlyList<Certificate> along = [Office.Authority.Certificate, Office.GmAuthority.Certificate];
        yield return FuzzTarget.Of<FormatException>(
            "certificate", bytes => paths.Build(Certificate.Parse(bytes), along, SigningOffice.Now, CertificateUsage.DocumentSigning),
            ecdsa.Certificate.Der, sm2.Certificate.Der, Office.Authority.Certificate.Der, Encoding.ASCII.GetBytes(ecdsa.Certificate.ToPem()));

        RevokedCertificate revoked = new("1a2b", SigningOffice.Now.AddDays(-2), RevocationReason.KeyCompromise, SigningOffice.Now.AddDays(-3));
        var leaf = ecdsa.Certificate;
        yield return FuzzTarget.Of<FormatException>(
            "crl",
            bytes => new CertificatePaths(Office.Store.With(RevocationList.Parse(bytes)), new CertificatePathOptions())
                .Build(leaf, along, SigningOffice.Now, CertificateUsage.DocumentSigning),
            [.. FuzzSeeds.RevocationLists(Office, leaf, revoked)]);

        yield return FuzzTarget.Of<FormatException>(
            "ocsp",
            bytes => new CertificatePaths(Office.Store.With(OcspResponse.Parse(bytes)), new CertificatePathOptions())
                .Build(leaf, along, SigningOffice.Now, CertificateUsage.DocumentSigning),
            [.. FuzzSeeds.OcspAnswersOf(Office, leaf)]);

        using var pair = KeyPair.Generate(KeyAlgorithm.EcdsaP256);
        yield return FuzzTarget.Of<FormatException>(
            "certificate-request", bytes => CertificateRequest.Parse(bytes), pair.CreateRequest(new DistinguishedName("市档案局", "北京市人民政府", null)).Der);
    }

    private static IEnumerable<FuzzTarget> SealTargets()
    {
        var validator = new SealValidator(World.Trust);
        yield return FuzzTarget.Of<SealFormatException>(
            "seal", bytes => validator.ValidateSeal(Seal.Parse(bytes), SealWorld.Sealed), Wait(World.MakeAsync()).Der.ToArray());
        yield return FuzzTarget.Of<SealFormatException>(
            "seal-signature", bytes => validator.Validate(SealSignature.Parse(bytes), SealWorld.Content, SealWorld.Property, SealWorld.Sealed), Wait(World.ApplyAsync()));
    }

    private static IEnumerable<FuzzTarget> DocumentTargets()
    {
        var ofd = new OfdMaker();
        Wait(ofd.SealAsync(World));
        var ofds = new OfdVerifier(World.Trust, ValidationPolicy.Foreign);
        yield return new FuzzTarget("ofd", [ofd.Zip()], bytes => Wait(ofds.VerifyAsync(new MemoryStream(bytes, writable: false), SealWorld.Sealed, CancellationToken.None)));

        using var key = Office.Certify(KeyAlgorithm.EcdsaP256);
        var pdf = Wait(PdfMaker.SignAsync(PdfMaker.Plain(), content => CmsSigner.SignAsync(content, key, SigningOffice.Now, CmsForm.Detached, CancellationToken.None)));
        var pdfs = new PdfVerifier(Office.Store, ValidationPolicy.Foreign);
        yield return new FuzzTarget("pdf", [pdf], bytes => Wait(pdfs.VerifyAsync(new MemoryStream(bytes, writable: false), SigningOffice.Now, CancellationToken.None)));
    }

    // The product reads these in a process of its own, which bounds time and memory.
    private static IEnumerable<FuzzTarget> TextTargets()
    {
        var template = OfdMaker.Pack(SampleBodies.OfdParts([(30, 10, "内部资料")], [(30, 40, "正文")], [(30, 40, "第二页")]), compression: CompressionLevel.NoCompression);
        var pdf = SampleBodies.Pdf(SampleBodies.Content("BT /F1 12 Tf 1 0 0 1 100 700 Tm (Beijing) Tj 1 0 0 1 160 700 Tm (2026) Tj ET"));
        byte[][] plain = [Encoding.UTF8.GetBytes("关于做好防汛工作的通知\n\f第二页"), [0xFF, 0xFE, .. Encoding.Unicode.GetBytes("各区")]];
        foreach (var (name, seeds) in new[] { ("text-ofd", (byte[][])[template]), ("text-pdf", [pdf]), ("text-plain", plain) })
        {
            var target = FuzzTarget.Of<TextFormatException>(
                name, bytes => Wait(BodyPages.ReadAsync(new MemoryStream(bytes, writable: false), TextLimits.Default, CancellationToken.None).ToListAsync().AsTask()), seeds);
            yield return target with { MostAllocated = 1024L * 1024 * 1024, Inputs = name == "text-pdf" ? 500 : target.Inputs };
        }
    }

    private static IEnumerable<FuzzTarget> TimestampTargets()
    {
        var site = new StampingSite();
        var token = Wait(site.StampAsync());
        var request = new TimestampRequest(TimestampToken.Parse(token).Info.Imprint) { Nonce = 7, Policy = "1.2.3", WantsCertificate = true }.Encode();
        yield return new FuzzTarget("timestamp-token", [token], bytes => site.Judge(bytes));
        yield return new FuzzTarget("timestamp-request", [request], bytes => Wait(site.Authority.AnswerAsync(bytes, CancellationToken.None)));
        yield return FuzzTarget.Of<TimestampFormatException>(
            "timestamp-response", bytes => TimestampResponse.Parse(bytes), TimestampResponse.Granted(token).Encode(), TimestampResponse.Rejected(TimestampFailure.TimeNotAvailable, "later").Encode());
    }

    private static IEnumerable<FuzzTarget> DomainTargets()
    {
        var statements = SampleStatements.Types.Cast<StatementType>().Select(type => StatementXml.Write(SampleStatements.Of(type), out _)).ToList();
        yield return FuzzTarget.Of<FormatException>("statement-text", bytes => StatementXml.Read(bytes, _ => null), statements);

        using var key = Office.Certify(KeyAlgorithm.EcdsaP256);
        using var sm2 = Office.Certify(KeyAlgorithm.Sm2);
        var signed = Wait(SignedStatement.SignAsync(SampleStatements.Of(StatementType.SignedFor), key, CancellationToken.None));
        var bound = new[] { key, sm2 }.Select(each => new BoundCertificate(CertificateUse.Document, each.Certificate, new Period(DateTimeOffset.UnixEpoch))).ToList();
        var directory = SampleDirectory.Small.Next(
            SampleDirectory.Time, [.. SampleDirectory.Small.Offices.Select(each => each.Id == signed.Statement.Issuer ? each with { Certificates = bound } : each)]);
        var judge = new StatementJudge(Office.Store with { Intermediates = [Office.Authority.Certificate, Office.GmAuthority.Certificate] });
        yield return FuzzTarget.Of<FormatException>(
            "statement", bytes => judge.Judge(SignedStatement.Parse(bytes, _ => null), directory, SampleStatements.Time.AddMinutes(1)),
            signed.Cms.ToArray(),
            Wait(SignedStatement.SignAsync(SampleStatements.Of(StatementType.SignedFor), sm2, CancellationToken.None)).Cms.ToArray(),
            Wait(SignedStatement.SignAsync(SampleStatements.Of(StatementType.Dispatched), key, CancellationToken.None)).Cms.ToArray());
        yield return FuzzTarget.Of<FormatException>(
            "ledger-entry", bytes => LedgerEntry.Parse(bytes), LedgerEntry.Of(SigningOffice.Now, SampleStatements.Of(StatementType.SignedFor).Issuer, signed.Cms).Bytes.ToArray());

        yield return new FuzzTarget("metadata", [SampleMetadata.Full.ToXml()], bytes => DocumentMetadata.TryParse(bytes, out _));
        yield return FuzzTarget.Of<FormatException>("directory", bytes => OfficeDirectoryXml.Read(bytes), OfficeDirectoryXml.Write(SampleDirectory.Small));

        var signer = NoteSigner.Generate("bj.example/2026", NoteKeyType.Ed25519);
        var note = new Checkpoint("bj.example/2026", 291, Digest.Of(Content)).SignedBy(signer).ToBytes();
        yield return FuzzTarget.Of<FormatException>("checkpoint", bytes => Checkpoint.Open(bytes, signer.Verifier), note);
    }

    private static IEnumerable<FuzzTarget> OfficeTargets()
    {
        var change = new BindingChange(
            "bj", PartyId.Parse("bj/~n-1"), Digest.Of("secret"u8), SampleDirectory.Time, [new NewKey(PartyId.Parse("bj/bgs"), CertificateUse.Document, Digest.Of("key"u8))]);
        yield return FuzzTarget.Of<FormatException>("binding-change", bytes => BindingChange.Parse(bytes), change.ToXml());
        yield return FuzzTarget.Of<FormatException>("binding-evidence", bytes => BindingEvidence.Parse(bytes), new BindingEvidence(change, [Content]).ToXml());

        using var key = Office.Certify(KeyAlgorithm.EcdsaP256);
        var order = new SealOrder("bj", PartyId.Parse("bj/dc"), "11010000012345", Digest.Of("seal"u8), "遗失", new Actor("u-17", "张三", Roles.Clerk, "password"), SigningOffice.Now);
        yield return FuzzTarget.Of<RefusedException>(
            "seal-order", bytes => SealOrder.Open(bytes, SampleDirectory.Small, Office.Store, SigningOffice.Now), Wait(order.SignAsync(key, CancellationToken.None)));

        byte[] png = [0x89, .. "PNG\r\n"u8, 0x1A, 0x0A, 0, 0, 0, 13, .. "IHDR"u8, 0, 0, 2, 0, 0, 0, 2, 0, 8, 6, 0, 0, 0];
        byte[] jpg = [0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 0, 0, 0xFF, 0xC0, 0, 11, 8, 2, 0, 2, 0, 1, 1, 0x11, 0, 0xFF, 0xD9];
        yield return FuzzTarget.Of<SealFormatException>(
            "seal-picture", bytes => SealPicture.FromFile(bytes, 45, 45), RoundSeal.Draw(new RoundSealText { Name = "北京市人民政府" }).Data.ToArray(), png, jpg);
    }

    private static IEnumerable<FuzzTarget> KeptTargets()
    {
        var demands = new FileDemands(Office.Store with { Intermediates = [Office.Authority.Certificate] }, ValidationPolicy.Foreign, PackageLimits.Default, SigningOffice.Now);
        var ofd = new OfdMaker();
        Wait(ofd.SealAsync(World));
        using var key = Office.Certify(KeyAlgorithm.EcdsaP256);
        var pdf = Wait(PdfMaker.SignAsync(PdfMaker.Plain(), content => CmsSigner.SignAsync(content, key, SigningOffice.Now, CmsForm.Detached, CancellationToken.None)));
        var judged = Wait(FileVerifier.VerifyAsync(new MemoryStream(SignCms(KeyAlgorithm.EcdsaP256)), null, demands, CancellationToken.None));
        yield return FuzzTarget.Of<FormatException>(
            "facts", bytes => FactsJudge.Judge(FactsText.Read(bytes), ValidationPolicy.Foreign, SigningOffice.Now), FactsText.Write(judged.Facts!), FactsOf(ofd.Zip()), FactsOf(pdf));

        byte[] FactsOf(byte[] document) => FactsText.Write(Wait(FileVerifier.VerifyAsync(new MemoryStream(document), null, demands with { Store = World.Trust }, CancellationToken.None)).Facts!);
        yield return FuzzTarget.Of<FormatException>(
            "policy", bytes => PolicyText.Parse(bytes).ApplyTo(ValidationPolicy.Foreign), PolicyText.Write(ValidationPolicy.Strict, "档案馆"), FuzzSeeds.PolicyOfLists);
    }

    private static byte[] SignCms(KeyAlgorithm algorithm)
    {
        using var key = Office.Certify(algorithm);
        return Wait(CmsSigner.SignAsync(Content, key, SigningOffice.Now, CmsForm.Encapsulated, CancellationToken.None));
    }

    // Everything here works on memory: the tasks are complete when they are returned.
    private static T Wait<T>(Task<T> task) => task.GetAwaiter().GetResult();
}
